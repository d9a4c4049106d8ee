-- SPDX-License-Identifier: Apache-2.0
-- Runs a test file and returns its tests as plain data; reports mistakes in it
-- like those of a policy.

local did_you_mean = require "yett.diagnosis.did_you_mean"
local field_check = require "yett.check.field_check"
local locator = require "yett.diagnosis.locator"
local report = require "yett.diagnosis.report"
local sandbox = require "yett.language.sandbox"
local schema = require "yett.test.schema"
local syntax = require "yett.syntax.parser"
local units = require "yett.language.units"
local value_types = require "yett.check.value_types"

local words = {}
words.__index = words

-- What a word of the test language made; a step can still be given fields.
local made = {}

-- "2027-03-01" or "2027-03-01T12:00:00Z" to seconds since 1970.
local function date_kind(spec, value, cursor)
  if type(value) ~= "string" then
    return value_types.wrong_type(spec, value, cursor, "a date as a string")
  end
  local seconds = units.date(value)

  return seconds or cursor:wrong("E108", string.format('%s = "%s" is no date',
    cursor:name(), value), 'write "2027-03-01" or "2027-03-01T12:00:00Z"')
end

-- What `certificate { }` or `connection { }` made.
local function made_kind(spec, value, cursor)
  if getmetatable(value) ~= made or value.word ~= spec.word then
    return value_types.wrong_type(spec, value, cursor, "made by " .. spec.word)
  end
  return value.fields
end

-- asked = false, or the trusts whose authorities were named.
local function asked_kind(spec, value, cursor)
  if value == false then
    return {}
  elseif value == true then
    return cursor:wrong("E108", "asked = true says nothing: the policy decides "
      .. "what is asked", "write " .. spec.example)
  end
  return value_types.names(spec, value, cursor)
end

value_types.date, value_types.made = date_kind, made_kind
value_types.asked = asked_kind

-- A call of `word` in the line that runs.
function words:call(word, name)
  local _, line = self.caller(3)

  return { word = word, name = name, file = self.file.name, line = line or 0 }
end

-- E107: the word was given something else than it takes.
function words:misused(call, what)
  self.cursor:enter(call)
  self.cursor:misnamed("E107",
    string.format("%s %s", field_check.label(call), what),
    "write " .. schema.words[call.word].example)
end

-- The parts of a URL as facts; nil after telling what is wrong with it.
function words:url(call, url)
  local host, target = url:match("^https://([^/?#]+)([^#]*)$")

  self.cursor:enter(call)
  if not host then
    self.cursor:misnamed("E404", string.format('"%s" is no https URL', url),
      "write " .. schema.words.get.example)
    return {}
  end
  if target:sub(1, 1) ~= "/" then
    target = "/" .. target
  end
  local name = host:gsub(":%d+$", "")
  local is_address = name:find("^%[") or name:find("^[%d.]+$")

  return { target = target, host = host, sni = not is_address and name or nil }
end

-- A step: { call, facts, fields }. It may be called once more, with fields.
function words:step(call, facts)
  return setmetatable({ word = "step", call = call, facts = facts, fields = {},
    owner = self }, made)
end

made.__call = function(step, fields)
  local self = step.owner

  if step.word ~= "step" or type(fields) ~= "table" then
    error("this is followed by nothing but a table", 2)
  end
  self.cursor:enter(step.call)
  step.fields = field_check.fields(self.cursor, schema.step, fields, {})
  return step
end

local function step_word(self, word, method)
  return function(url)
    local call = self:call(word, url)

    if type(url) ~= "string" then
      call.name = nil
      self:misused(call, "needs a URL as a string")
      return self:step(call, {})
    end
    local facts = self:url(call, url)

    facts.method = method
    return self:step(call, facts)
  end
end

local function hello_word(self)
  return function(name)
    local call = self:call("hello", name)

    if type(name) ~= "string" then
      call.name = nil
      self:misused(call, "needs a server name as a string")
      name = nil
    end
    return self:step(call, { sni = name })
  end
end

local function request_word(self)
  return function(fields)
    local call = self:call("request")

    if type(fields) ~= "table" then
      self:misused(call, "needs a table")
      return self:step(call, {})
    end
    self.cursor:enter(call)
    fields = field_check.fields(self.cursor, schema.words.request.fields,
      fields, {})
    if not fields.url then
      self.cursor:enter(call)
      self.cursor:misnamed("E110", "request has no url",
        "add " .. schema.words.request.fields.url.example)
      return self:step(call, {})
    end
    local facts = self:url(call, fields.url)
    local step = self:step(call, facts)

    facts.method = fields.method
    step.fields = fields
    return step
  end
end

-- certificate { }, connection { } and expect { }: their fields, checked.
local function fields_word(self, word)
  return function(fields)
    local call, errors = self:call(word), self.found.errors

    if type(fields) ~= "table" then
      self:misused(call, "needs a table")
      fields = {}
    end
    self.cursor:enter(call)
    fields = field_check.fields(self.cursor, schema.words[word].fields,
      fields, {})
    if word == "expect" and next(fields) == nil
        and self.found.errors == errors then
      self:disorder("E401", call, "expect { } expects nothing",
        "say what must come of it: expect { status = 200 }")
    elseif word == "certificate" and not fields.issuer then
      self.cursor:misnamed("E110", "certificate has no issuer",
        'add issuer = "NAME", a trust of the policy, or issuer = "unknown"')
    end
    fields.call = call
    return setmetatable({ word = word, call = call, fields = fields }, made)
  end
end

-- E4xx: what stands in a test in the wrong order.
function words:disorder(code, call, message, help)
  self.cursor:enter(call)
  self.cursor:misnamed(code, message, help)
end

-- The steps of a test with what is expected of each.
function words:steps(call, fields)
  local steps = {}

  for i, one in ipairs(fields) do
    local last = steps[#steps]

    if getmetatable(one) == made and one.word == "step" then
      steps[#steps + 1] = { call = one.call, facts = one.facts,
        fields = one.fields, expects = {} }
    elseif getmetatable(one) == made and one.word == "expect" and last then
      last.expects[#last.expects + 1] = one
    elseif getmetatable(one) == made and one.word == "expect" then
      self:disorder("E402", one.call, "expect follows no request",
        "write the request first: " .. schema.words.get.example)
    else
      self.cursor:enter(call)
      self.cursor:unknown_key("E117", string.format(
        "%s holds a value that is neither a request nor expect",
        field_check.label(call)), "write " .. schema.words.test.example, i)
    end
  end
  for _, step in ipairs(steps) do
    if #step.expects == 0 then
      self:disorder("E401", step.call, string.format(
        "nothing is expected of %s", field_check.label(step.call)),
        "add expect { status = 200 } behind it")
    end
  end
  return steps
end

-- The fields beside the only request of a test are the request's.
function words:share(call, shared, steps)
  local name = next(shared)

  if name and #steps > 1 then
    self.cursor:enter(call)
    self.cursor:unknown_key("E403", string.format(
      "%s stands beside several requests", name), string.format(
      'write it in the request it belongs to: get "URL" { %s = ... }', name),
      name)
    return
  end
  for field, value in pairs(shared) do
    if steps[1] and steps[1].fields[field] == nil then
      steps[1].fields[field] = value
    end
  end
end

function words:add_test(call, fields)
  self.cursor:enter(call)
  local shared = field_check.fields(self.cursor, schema.step, fields, {},
    #fields)
  local steps = self:steps(call, fields)

  self:share(call, shared, steps)
  if #steps == 0 then
    self:disorder("E401", call, field_check.label(call) .. " asks nothing",
      "write " .. schema.words.test.example)
  elseif self.seen[call.name] then
    self:disorder("E109", call, field_check.label(call) .. " is declared twice",
      "give it a name of its own")
  end
  self.seen[call.name] = true
  self.tests[#self.tests + 1] = { name = call.name, call = call, steps = steps }
end

local function test_word(self)
  return function(name)
    local call = self:call("test", name)

    if type(name) ~= "string" or name == "" or name:find("%c") then
      call.name = nil
      self:misused(call, "needs a name as a string")
    end
    return function(fields)
      if type(fields) ~= "table" then
        self:misused(call, "needs a table")
      elseif call.name then
        self:add_test(call, fields)
      end
    end
  end
end

local function policy_word(self)
  return function(name)
    local call = self:call("policy", name)

    if type(name) ~= "string" or name == "" then
      call.name = nil
      return self:misused(call, "needs a file or folder as a string")
    end
    self.policy = name
  end
end

local function words_of(self)
  local list = {}

  for name, value in pairs(self.host.sandbox or {}) do
    list[name] = value
  end
  list.test, list.policy = test_word(self), policy_word(self)
  list.get, list.post = step_word(self, "get", "GET"),
    step_word(self, "post", "POST")
  list.hello, list.request = hello_word(self), request_word(self)
  for _, word in ipairs { "certificate", "connection", "expect" } do
    list[word] = fields_word(self, word)
  end
  return list
end

-- Where a name stands in a line, for what Lua only tells the line of.
function words:at_name(name, level)
  local _, line = self.caller(level)
  local anchor = { file = self.file.name, line = line or 1 }
  local text = self.texts:line(anchor.file, anchor.line) or ""

  anchor.column = text:find("%f[%w_]" .. name .. "%f[^%w_]")
  anchor.length = #name
  return anchor
end

-- The file ends at a mistake that was told.
local told = {}

-- Methods that have no word of their own.
local methods = {
  delete = true, head = true, options = true, patch = true, put = true,
}

-- The environment that a file of tests runs in.
function words:environment()
  local list = words_of(self)
  local known = {}

  for name in pairs(list) do
    known[name] = true
  end
  return sandbox.environment(list, function(name)
    local meant = did_you_mean(name, known)

    self.found:add("error", "E301", self:at_name(name, 3), string.format(
      "'%s' is not defined", name), { help = methods[name] and string.format(
      'write request { method = "%s", url = "https://..." }', name:upper())
      or meant and string.format("did you mean '%s'?", meant) })
    error(told, 0)
  end, function(name)
    self.found:add("error", "E305", self:at_name(name, 4), string.format(
      "global '%s' cannot be assigned", name), { help = "write local "
      .. name .. " = ..." })
    error(told, 0)
  end)
end

-- What is wrong with the syntax of a file that Lua cannot compile.
function words:add_syntax(message)
  local _, problems = syntax(self.file.text)

  for _, problem in ipairs(problems) do
    self.found:add("error", problem.code, {
      file = self.file.name, line = problem.line, column = problem.column,
      length = problem.length,
    }, problem.message, { help = problem.help })
  end
  if #problems == 0 then
    self:add_raised("E002", message)
  end
end

-- Lua's message, which begins with the place.
function words:add_raised(code, message)
  local text, line = tostring(message), 1
  local start = self.file.name .. ":"

  if text:sub(1, #start) == start then
    local number, rest = text:sub(#start + 1):match("^(%d+): (.*)$")

    text, line = rest or text, math.tointeger(tonumber(number)) or 1
  end
  self.found:add("error", code, { file = self.file.name, line = line }, text)
end

-- Run the file: its tests are collected, mistakes are told.
function words:run()
  local chunk, message = sandbox.compile(self.host, self.file,
    self:environment())

  if not chunk then
    return self:add_syntax(message)
  end
  local fine, problem = pcall(chunk)

  if not fine and problem ~= told then
    self:add_raised("E302", problem)
  end
end

-- E106: a certificate that no trust of the policy could have issued.
local function known_issuers(self, trusts)
  local known = { unknown = true }

  for _, name in ipairs(trusts) do
    known[name] = true
  end
  return function(fields)
    local issuer = fields and fields.issuer

    if not issuer or known[issuer] then
      return
    end
    local meant = did_you_mean(issuer, known)

    self.cursor:enter(fields.call)
    self.cursor.depth, self.cursor.path[1] = 1, "issuer"
    self.cursor:wrong("E106", string.format('no trust named "%s"', issuer),
      meant and string.format('did you mean "%s"?', meant)
      or 'a trust of the policy, or "unknown"')
    fields.issuer = nil
  end
end

-- Look at the tests once the policy and the names of its trusts are known.
function words:look_at(trusts)
  local look = known_issuers(self, trusts)

  for _, test in ipairs(self.tests) do
    for _, step in ipairs(test.steps) do
      look(step.fields.with)
    end
  end
end

-- The mistakes found until now, sorted.
function words:mistakes()
  return self.found:finish(function(anchor)
    return self.texts:locate(anchor)
  end)
end

-- Run a test file { name =, text = }: an object with `tests`, `policy` (as the
-- file named it, or nil), mistakes() and `texts`, which finds places.
return function(host, file)
  local found = report.new()
  local self = setmetatable({
    host = host, file = file, found = found, tests = {}, seen = {},
    texts = locator.new { file }, caller = sandbox.caller(host),
  }, words)

  self.cursor = field_check.cursor(found, host, nil, {})
  self:run()
  return self
end
