-- SPDX-License-Identifier: Apache-2.0
-- Runs a checked policy once more, in a worker's VM, to get its functions;
-- drops its declarations. Sites count as load.lua counts them.

local use_module = require "yett.language.use_module"
local sandbox = require "yett.language.sandbox"

-- A matcher that can also be called, as in glob "/u/*" { ... }: calls drop.
local function callable(matcher)
  return setmetatable({}, {
    __call = function() end,
    __index = function(_, name)
      local method = matcher and matcher[name]

      return method and function(_, ...)
        return method(matcher, ...)
      end
    end,
    __metatable = "locked",
  })
end

local declarations = { "gateway", "listen", "trust", "site", "path", "exact",
  "data", "use" }

local function drop() end

local function drop_fields()
  return drop
end

-- Declaration words that keep nothing but the functions of sites.
local function words_of(host, functions)
  local words = sandbox.base(host)
  local count = 0

  words.gateway, words.listen = drop, drop
  words.trust, words.path, words.exact = drop_fields, drop_fields, drop_fields
  function words.site()
    return function(fields)
      count = count + 1
      if fields.client_hello or fields.request then
        functions[count] = {
          client_hello = fields.client_hello, request = fields.request,
        }
      end
    end
  end
  words.percent, words.before = sandbox.percent, sandbox.before
  words.cidr, words.set = host.cidr, host.set
  function words.glob(text)
    local matcher = host.glob and host.glob(text)

    return text:sub(1, 1) == "/" and callable(matcher) or matcher
  end
  function words.data(name)
    return assert(host.read_json(name))
  end
  return words
end

-- The functions of each site: { [ordinal] = { client_hello =, request = } },
-- without the sites that have none, and the environment that they see. Raises
-- what the policy raises.
return function(host, files)
  local functions = {}
  local words = words_of(host, functions)
  local environment = sandbox.environment(words,
    function(name)
      error(string.format("'%s' is not defined", tostring(name)), 3)
    end,
    function(name)
      error(string.format("global '%s' cannot be assigned", tostring(name)), 3)
    end)

  local function run(file)
    return assert(sandbox.compile(host, file, environment))()
  end
  local module = use_module(host, files, run)

  function words.use(path)
    return assert(module(path))
  end
  for _, file in ipairs(files) do
    run(file)
  end
  -- What was declared is kept; a function that is called declares nothing.
  for _, word in ipairs(declarations) do
    words[word] = function()
      error(word .. " stands outside of functions", 2)
    end
  end
  return functions, environment
end
