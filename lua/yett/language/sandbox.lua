-- SPDX-License-Identifier: Apache-2.0
-- The environment of a policy: a safe part of the standard library, the
-- matchers and verdicts of the host, and the declaration words. The caller
-- supplies what the words do: load.lua collects, instance.lua drops.

local sandbox = {}

-- What is safe of plain Lua, for hosts without a sandbox of their own.
local safe = {
  "assert", "error", "ipairs", "next", "pairs", "pcall", "select",
  "tonumber", "tostring", "type",
}
local safe_libraries = { "math", "string", "table", "utf8" }

local function plain_sandbox()
  local box = {}

  for _, name in ipairs(safe) do
    box[name] = _G[name]
  end
  for _, name in ipairs(safe_libraries) do
    box[name] = {}
    for key, value in pairs(_G[name]) do
      box[name][key] = value
    end
  end
  box.string.dump = nil
  return box
end

local function nothing()
  return nil
end

-- Verdicts of hosts that have none: they can be named, not used.
local function plain_verdicts()
  return {
    ask = { none = nothing, request = nothing, require = nothing },
    refuse = nothing, allow = nothing, deny = nothing,
    need_certificate = nothing, redirect = nothing,
  }
end

-- Values of fields; what is wrong with them is told of the field.
function sandbox.percent(number, of)
  return { percent = number, of = of }
end

function sandbox.before(date)
  return { before = date }
end

-- The words a policy can use apart from declarations, as a new table.
function sandbox.base(host)
  local words = {}

  for name, value in pairs(host.sandbox or plain_sandbox()) do
    words[name] = value
  end
  for name, value in pairs(host.verdicts or plain_verdicts()) do
    words[name] = value
  end
  return words
end

-- An environment that shows `words` and cannot be written to.
-- `missing(name)` answers for a word that is not there, `written(name, value)`
-- for an assignment.
function sandbox.environment(words, missing, written)
  setmetatable(words, {
    __index = function(_, name)
      return missing(name)
    end,
  })
  return setmetatable({}, {
    __index = words,
    __newindex = function(_, name, value)
      written(name, value)
    end,
    __metatable = "locked",
  })
end

-- A function of a level, as debug.getinfo() counts them, that returns the file
-- and the line of that caller.
function sandbox.caller(host)
  local plain = debug and debug.getinfo

  return host.caller or function(level)
    local at = plain and plain(level + 1, "l")

    return nil, at and math.max(at.currentline, 0) or 0
  end
end

-- Compile a file of a policy; nil and Lua's message when it is malformed.
function sandbox.compile(host, file, environment)
  local compile = host.load or function(text, name, env)
    return load(text, name, "t", env)
  end

  return compile(file.text, "@" .. file.name, environment)
end

return sandbox
