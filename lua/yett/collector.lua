-- SPDX-License-Identifier: Apache-2.0
-- The declaration words at load time: each call is checked at once, and its
-- normal form is kept. Tables of the author are copied, never changed, for one
-- may be used in several places.

local check = require "yett.check"
local names = require "yett.names"
local schema = require "yett.schema"
local vocabulary = require "yett.vocabulary"

local collector = {}
collector.__index = collector

-- Marks what path, exact and glob return.
local rule_type = {}

-- What stands for anything undefined: it can be called and indexed, so that
-- one misspelt word does not hide the next mistake.
local function make_unknown()
  local uses = 0
  local unknown = {}
  local function again()
    uses = uses + 1
    if uses > 10000 then
      error("an undefined value is used in a loop", 0)
    end
    return unknown
  end

  return setmetatable(unknown, {
    __call = again, __index = again, __concat = again, __metatable = "locked",
  })
end

-- E114 to E116 need the site and its rules together: see whole.lua.
local function take_rules(self, call, fields, site)
  local at = self.cursor
  local seen = {}

  for i, raw in ipairs(fields) do
    if getmetatable(raw) == rule_type then
      self.loose[raw] = nil
      local rule = self:rule(raw, seen, site)

      site.rules[#site.rules + 1] = rule
    elseif raw ~= self.unknown then
      at:enter(call)
      at:unknown_key("E117", string.format(
        "%s holds a value that is no path, exact or glob",
        check.label(call)), 'write path "/admin" { ... }', i)
    end
  end
end

-- One path, exact or glob of a site, in normal form; nil if it has no pattern.
function collector:rule(raw, seen, site)
  local at = self.cursor
  local rule = { kind = raw.word, where = self:where(raw) }
  local pattern, message, help = names.path(self.host, raw.word, raw.name)

  at:enter(raw)
  if not pattern then
    at:misnamed("E104", message, help)
    pattern = raw.name
  end
  check.fields(at, schema.words[raw.word].fields, raw.fields,
    check.label(raw), rule)
  rule.pattern = pattern
  rule.label = string.format('%s "%s"', raw.word, pattern)
  self:once(seen, raw, rule.label, string.format(' in site "%s"', site.name))
  return rule
end

-- E109 if `key` was seen before.
function collector:once(seen, call, key, where)
  local first = seen[key]

  if not first then
    seen[key] = call
    return true
  end
  call.ordinal = first.line == call.line and 2 or 1
  self.cursor:enter(call)
  self.cursor:misnamed("E109", string.format("%s is declared twice%s",
    check.label(call), where), "merge the two, or remove one", {
      {
        message = "first declared here",
        anchor = {
          file = first.file, line = first.line, call = first, part = "name",
        },
      },
    })
end

-- The place of a declaration; the same line shares one table.
function collector:where(call)
  if self.line ~= call.line or self.line_file ~= call.file then
    self.line, self.line_file = call.line, call.file
    self.place = { file = call.file, line = call.line, column = 0 }
  end
  return self.place
end

-- Whether the text of a function of the policy has `word` in it. Too often is
-- harmless: the handshake then asks although the function never needs it.
function collector:names_word(func, word)
  local getinfo = self.host.getinfo or debug and debug.getinfo
  local at = getinfo and getinfo(func, "S")
  local number = 0

  for line in (self.text .. "\n"):gmatch("([^\n]*)\n") do
    number = number + 1
    if (not at or number >= at.linedefined and number <= at.lastlinedefined)
        and line:find(word, 1, true) then
      return true
    end
  end
  return false
end

local function add_site(self, call, fields)
  local at = self.cursor
  local site = { rules = {}, where = self:where(call) }
  local name, message, help = names.site(self.host, call.name)

  at:enter(call)
  if not name then
    at:misnamed("E103", message, help)
  end
  site.name = name or call.name
  site.label = string.format('site "%s"', site.name)
  take_rules(self, call, fields, site)
  at:enter(call)
  check.fields(at, schema.words.site.fields, fields, check.label(call), site,
    #fields)
  check.required(at, schema.words.site.fields, fields)
  site.keys, site.key = site.key, nil
  site.ignore_case, site.case = site.case == "insensitive", nil
  site.handshake = site.handshake or "auto"
  site.function_needs = site.request ~= nil
    and self:names_word(site.request, "need_certificate")
  if self:once(self.seen, call, site.label, "") then
    self.declarations.sites[#self.declarations.sites + 1] = site
  end
end

local function add_trust(self, call, fields)
  local at = self.cursor
  local trust = { name = call.name, where = self:where(call) }

  at:enter(call)
  if call.name == "" or call.name:find("[%c\"]") then
    at:misnamed("E103", "a trust needs a name", 'write trust "staff"')
  end
  check.fields(at, schema.words.trust.fields, fields, check.label(call), trust)
  check.required(at, schema.words.trust.fields, fields)
  if self:once(self.seen, call, check.label(call), "") then
    self.declarations.trusts[#self.declarations.trusts + 1] = trust
  end
end

local function add_listen(self, call, fields)
  local at = self.cursor

  at:enter(call)
  if fields then
    check.fields(at, schema.words.listen.fields, fields, "listen", {}, 1)
    call.name = fields[1]
    if next(fields) ~= 1 or type(call.name) ~= "string" then
      return
    end
  end
  local address, port, help = names.listen(self.host, call.name)

  if not address then
    return at:misnamed("E111", port, help)
  end
  local listen = { address = address, port = port, where = self:where(call) }

  if port == 0 or self:once(self.seen, call, string.format("listen %s %d",
      address, port), "") then
    self.declarations.listens[#self.declarations.listens + 1] = listen
  end
end

-- E107: the word was called with something else than it takes.
local function misused(self, call, what)
  self.cursor:enter(call)
  self.cursor:misnamed("E107", string.format("%s %s", check.label(call), what),
    "write " .. schema.words[call.word].example)
end

-- WORD "NAME" { FIELDS }: the first call gives what takes the fields.
function collector:named(word, finish)
  local caller = vocabulary.caller(self.host)

  return function(name)
    local call = {
      word = word, name = name, file = self.file, line = caller(),
    }

    if name == self.unknown then
      return self.unknown
    elseif type(name) ~= "string" then
      misused(self, call, "needs a " .. schema.words[word].named
        .. " as a string")
      return self.unknown
    end
    self.open[call] = true
    return function(fields)
      self.open[call] = nil
      if type(fields) ~= "table" then
        misused(self, call, "needs a table")
      elseif fields ~= self.unknown then
        return finish(self, call, fields)
      end
      return self.unknown
    end
  end
end

local function make_rule(self, call, fields)
  local rule = setmetatable(call, rule_type)

  rule.fields = fields
  self.loose[rule] = true
  return rule
end

-- gateway { FIELDS }.
local function gateway(self)
  local caller = vocabulary.caller(self.host)

  return function(fields)
    local call = { word = "gateway", file = self.file, line = caller() }
    local at = self.cursor

    if type(fields) ~= "table" then
      return misused(self, call, "needs a table")
    end
    at:enter(call)
    local settings = check.fields(at, schema.words.gateway.fields, fields,
      "gateway", {})

    if self:once(self.seen, call, "gateway", "") then
      self.declarations.gateway = settings
    end
  end
end

-- listen "ADDRESS:PORT", or listen { "ADDRESS:PORT", FIELDS }.
local function listen(self)
  local caller = vocabulary.caller(self.host)

  return function(given)
    local call = { word = "listen", file = self.file, line = caller() }

    if type(given) == "string" then
      call.name = given
      add_listen(self, call)
    elseif type(given) ~= "table" then
      misused(self, call, "needs an address as a string")
    elseif given ~= self.unknown then
      add_listen(self, call, given)
    end
  end
end

-- The value of a host function that gives nil, message, index on failure.
local function value_of(self, word, make)
  local caller = vocabulary.caller(self.host)

  return function(given)
    local call = {
      word = word, name = type(given) == "string" and given or nil,
      file = self.file, line = caller(),
    }
    local value, message, index

    if make then
      value, message, index = make(given)
    else
      value = setmetatable({}, { __index = function() end })
    end
    if value == nil then
      self.cursor:enter(call)
      self.cursor:wrong(word == "data" and "E120" or "E122", string.format(
        "%s: %s", check.label(call), message or "is malformed"), nil, index)
      return self.unknown
    end
    self.texts[value] = given
    return value
  end
end

-- glob "TEXT" is a matcher, and a rule once it gets fields.
local function glob(self)
  local matcher_of = value_of(self, "glob", self.host.glob)
  local rule_of = self:named("glob", make_rule)
  local caller = vocabulary.caller(self.host)

  return function(text)
    local call = {
      word = "glob", name = text, file = self.file, line = caller(),
    }

    if type(text) ~= "string" then
      return text == self.unknown and text
        or misused(self, call, "needs a pattern as a string")
    end
    local value = setmetatable({}, {
      __call = function(_, fields)
        if type(fields) ~= "table" then
          misused(self, call, "needs a table")
          return self.unknown
        end
        return make_rule(self, call, fields)
      end,
      __metatable = "locked",
    })

    self.texts[value] = text
    return value
  end
end

local function later(self, word)
  local caller = vocabulary.caller(self.host)

  return function()
    self.cursor:enter { word = word, file = self.file, line = caller() }
    self.cursor:misnamed("E118", string.format(
      "'%s' is not supported in this version", word))
    return self.unknown
  end
end

local function words_of(self)
  local words = vocabulary.base(self.host)

  words.gateway, words.listen = gateway(self), listen(self)
  words.site = self:named("site", add_site)
  words.trust = self:named("trust", add_trust)
  words.path = self:named("path", make_rule)
  words.exact = self:named("exact", make_rule)
  words.glob = glob(self)
  words.use = later(self, "use")
  words.percent, words.before = later(self, "percent"), later(self, "before")
  words.cidr = value_of(self, "cidr", self.host.cidr)
  words.set = value_of(self, "set", self.host.set)
  words.data = value_of(self, "data", self.host.data or self.host.read_json)
  return words
end

function collector.new(host, report)
  local self = setmetatable({
    host = host, report = report, unknown = make_unknown(),
    declarations = { gateway = {}, listens = {}, trusts = {}, sites = {} },
    texts = setmetatable({}, { __mode = "k" }),
    open = {}, loose = {}, seen = {}, suspect = {},
  }, collector)

  self.cursor = check.cursor(report, host, self.unknown, self.texts)
  self.words = words_of(self)
  self.known = {}
  for name in pairs(self.words) do
    self.known[name] = true
  end
  return self
end

-- A name that is not defined was read; where is found in the text.
function collector:undefined()
  self.suspect[self.file] = true
  return self.unknown
end

-- A global was assigned: go on as if that were possible.
function collector:assigned(name, value)
  self.suspect[self.file] = true
  rawset(self.words, name, value)
end

-- Everything ran: what was begun and not ended?
function collector:finish()
  for call in pairs(self.open) do
    misused(self, call, "has no table after it")
  end
  for rule in pairs(self.loose) do
    self.cursor:enter(rule)
    self.cursor:misnamed("E117", string.format("%s stands in no site",
      check.label(rule)), 'write it inside site "portal.example" { ... }')
  end
end

return collector
