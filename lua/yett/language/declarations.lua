-- SPDX-License-Identifier: Apache-2.0
-- The declaration words at load time: checks each call at once and keeps its
-- normal form. Copies the author's tables and never changes them, because one
-- may be used in several places.

local field_check = require "yett.check.field_check"
local names = require "yett.language.names"
local sandbox = require "yett.language.sandbox"
local schema = require "yett.language.schema"
local value_words = require "yett.language.value_words"

local declarations = {}
declarations.__index = declarations

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

-- W228 when the normal form of a pattern is another one than its author wrote. A
-- slash at the end, and the case of escapes, are matters of taste.
function declarations:rewritten(call, pattern)
  local written = call.name:gsub("%%%x%x", string.upper)

  if written ~= pattern and (call.word == "exact"
      or (written:gsub("/+$", "")) ~= (pattern:gsub("/$", ""))) then
    self.report:add("warning", "W228", self.cursor:anchor("name"),
      string.format('%s is compared as "%s"', field_check.label(call), pattern),
      { help = string.format('write %s "%s"', call.word, pattern) })
  end
end

-- What is the same for all rules of a name in a file: kind, normal pattern,
-- label and file. Many sites have the same paths, so it is made once.
function declarations:shape(call)
  local shapes = self.shapes[call.word]
  local shape = shapes[call.name]

  if self.shapes.file ~= call.file then
    self.shapes = { path = {}, exact = {}, glob = {}, file = call.file }
    return self:shape(call)
  elseif shape then
    return shape
  end
  local pattern, message, help = names.path(self.host, call.word, call.name)

  self.cursor:enter(call)
  if not pattern then
    self.cursor:misnamed("E104", message, help)
  end
  shape = { kind = call.word, pattern = pattern or call.name, file = call.file }
  shape.label = string.format('%s "%s"', shape.kind, shape.pattern)
  shape.key = shape.label:gsub('([^"])/"$', '%1"') -- a slash is no difference
  if pattern and call.word ~= "glob" and pattern:find("/:%a") then
    self.report:add("warning", "W204", self.cursor:anchor("name"),
      string.format("the colon in %s is an ordinary character",
        field_check.label(call)), { help = string.format(
          'write glob "%s" for one segment of any name',
          (pattern:gsub("/:[^/]+", "/*"))) })
  elseif pattern and call.word ~= "glob" and pattern:find("*", 1, true) then
    self.report:add("warning", "W204", self.cursor:anchor("name"),
      string.format("the star in %s is an ordinary character",
        field_check.label(call)), { help = call.name:find "^[^*]*/%*+$"
          and string.format('write path "%s": it has all that is below',
            call.name:match "^([^*]+)/%*+$" or "/")
          or string.format('write glob "%s" for one segment of any name',
            call.name) })
  end
  if pattern then
    shapes[call.name] = shape
    self:rewritten(call, pattern)
  end
  return shape
end

-- W227: the declaration looked at has nothing that `tell` could tell.
function declarations:tell_needs_why(declared)
  if declared.tell and (declared.why or "") == "" then
    local anchor = self.cursor:anchor("value")

    anchor.path = { "tell" }
    self.report:add("warning", "W227", anchor,
      "tell = true tells nothing: there is no `why` beside it",
      { help = 'add why = "...", which then goes into the answer' })
  end
end

-- One path, exact or glob of a site, in normal form.
function declarations:rule(call, seen, site)
  local shape = self:shape(call)
  local key = site.case == "insensitive" and shape.key:lower() or shape.key
  local errors = self.report.errors
  -- The names of absent fields make room, so that the table rarely grows.
  local rule = {
    shape = shape, line = call.line, certificate = nil, why = nil,
  }

  self.cursor:enter(call)
  field_check.fields(self.cursor, schema.words[call.word].fields, call.fields,
    rule)
  self:tell_needs_why(rule)
  if self.report.errors > errors then
    self.unsure[rule] = true
  end
  if seen[key] then
    self:twice(seen[key], call, string.format(' in site "%s"', site.name))
  end
  seen[key] = call
  return rule
end

-- The rules among the positional values of a site. Contradictions between a
-- site and its rules are found in check/cross_check.lua.
local function take_rules(self, call, fields, site)
  local at = self.cursor
  local rules, seen = site.rules, {}

  for i, raw in ipairs(fields) do
    if getmetatable(raw) == self.rule_type and raw.fields then
      raw.done = true
      rules[i] = self:rule(raw, seen, site)
    elseif getmetatable(raw) ~= self.rule_type and raw ~= self.unknown then
      at:enter(call)
      if type(raw) == "table" and rawget(raw, "word") then
        at:unknown_key("E117", string.format("%s stands inside of %s",
          field_check.label(raw), field_check.label(call)),
          "write it beside that, at the top", i)
      else
        at:unknown_key("E117", string.format(
          "%s holds a value that is no path, exact or glob",
          field_check.label(call)), 'write path "/admin" { ... }', i)
      end
    end
  end
end

-- E109: `call` declares what `first` declared.
function declarations:twice(first, call, where)
  local label = field_check.label(call)

  call.ordinal = first.line == call.line and label == field_check.label(first)
    and 2 or 1
  self.cursor:enter(call)
  self.cursor:misnamed("E109", string.format("%s is declared twice%s", label,
    where), "merge the two, or remove one", {
      {
        message = "first declared here",
        anchor = field_check.named_at(first),
      },
    })
end

-- Whether `key` is declared for the first time at the top; else E109.
function declarations:once(key, call)
  local first = self.seen[key]

  if first then
    self:twice(first, call, "")
    return false
  end
  self.seen[key] = { file = call.file, line = call.line, word = call.word,
    name = call.name, named_by = call.named_by, fields = call.fields }
  return true
end

-- The place of a declaration.
function declarations.where(_, call)
  return { file = call.file, line = call.line, column = 0 }
end

-- The lines of a file that have `word` in them, ascending. Found
-- once per file: it may hold 100,000 functions.
function declarations:lines_with(word, file)
  local known = self.lines_of[word .. "\n" .. file]

  if not known then
    local text = self.texts_of[file] or ""
    local number, from = 1, 1

    known = {}
    self.lines_of[word .. "\n" .. file] = known
    for at in text:gmatch("()" .. word) do
      local _, newlines = text:sub(from, at - 1):gsub("\n", "")

      number, from = number + newlines, at
      known[#known + 1] = number
    end
  end
  return known
end

-- Whether the text of a function of the policy has `word` in it, which is a
-- name. Too often is harmless: the handshake then asks although the function
-- never needs it.
function declarations:names_word(func, word)
  local getinfo = self.host.getinfo or debug and debug.getinfo
  local at = getinfo and getinfo(func, "S")
  local lines = self:lines_with(word, at and at.source:sub(2) or self.file)
  local first, last = 1, #lines

  while at and first <= last do
    local middle = (first + last) // 2

    if lines[middle] < at.linedefined then
      first = middle + 1
    else
      last = middle - 1
    end
  end
  return lines[first] ~= nil
    and (not at or lines[first] <= at.lastlinedefined)
end

-- While less is held, looking for garbage costs more than the garbage. The
-- limit of loading is 1 GiB.
local much = 880 * 1024 -- KiB

local function add_site(self, call, fields)
  local at = self.cursor

  if collectgarbage("count") > much then
    collectgarbage("restart")
  end
  local site = { rules = {}, where = self:where(call) }
  local name, message, help = names.site(self.host, call.name)
  local errors = self.report.errors

  at:enter(call)
  if not name then
    at:misnamed("E103", message, help)
  end
  site.name = name or call.name
  site.label = string.format('site "%s"', site.name)
  field_check.fields(at, schema.words.site.fields, fields, site, #fields)
  self:tell_needs_why(site)
  if self.report.errors > errors then
    self.unsure[site] = true
  end
  take_rules(self, call, fields, site)
  at:enter(call)
  field_check.required(at, schema.words.site.fields, fields)
  site.keys, site.key = site.key, nil
  site.ignore_case, site.case = site.case == "insensitive", nil
  site.handshake = site.handshake or "auto"
  site.function_needs = site.request ~= nil
    and self:names_word(site.request, "need_certificate")
  if self:once(site.label, call) then
    self.declarations.sites[#self.declarations.sites + 1] = site
  end
end

local function add_trust(self, call, fields)
  local at = self.cursor
  local trust = {
    name = call.name, label = field_check.label(call), where = self:where(call),
    names = true,
  }

  at:enter(call)
  if call.name:find("\0", 1, true) then
    at:misnamed("E103", names.nul("trust", call.name))
  elseif call.name == "" then
    at:misnamed("E103", "a trust needs a name", 'write trust "staff"')
  elseif call.name:find("[%c\"]") then
    at:misnamed("E103", "the name of a trust has neither quotes nor control "
      .. "characters", 'write trust "staff"')
  elseif not utf8.len(call.name) then
    at:misnamed("E103", "the name of a trust is not UTF-8",
      "save the file in that encoding")
  end
  field_check.fields(at, schema.words.trust.fields, fields, trust)
  field_check.required(at, schema.words.trust.fields, fields)
  if self:once(field_check.label(call), call) then
    self.declarations.trusts[#self.declarations.trusts + 1] = trust
  end
end

--- E107: the word was called with something else than it takes.
function declarations:misused(call, what)
  self.cursor:enter(call)
  self.cursor:misnamed("E107",
    string.format("%s %s", field_check.label(call), what),
    "write " .. schema.words[call.word].example)
end

-- listen { fd = "NAME" }: the socket is there already.
local function add_handed(self, call, listen)
  if call.name ~= nil then
    return self.cursor:unknown_key("E123", string.format(
      '%s has fd = "%s" besides', field_check.label(call), listen.fd),
      "remove one of the two: a socket that is handed over has its address",
      "fd")
  end
  call.named_by, call.fields = "fd", { fd = listen.fd }
  listen.label = string.format("listen fd %s", listen.fd)
  listen.where = self:where(call)
  if self:once(listen.label, call) then
    self.declarations.listens[#self.declarations.listens + 1] = listen
  end
end

local function add_listen(self, call, fields)
  local at = self.cursor
  local listen = {}

  at:enter(call)
  if fields then
    call.name, call.named_by = fields[1], fields[1] ~= nil and 1 or nil
    field_check.fields(at, schema.words.listen.fields, fields, listen, 1)
    if listen.fd then
      return add_handed(self, call, listen)
    elseif type(call.name) ~= "string" then
      return fields.fd == nil
        and self:misused(call, "needs an address as a string")
    end
  end
  local address, port, help = names.listen(self.host, call.name)

  if not address then
    return at:misnamed("E111", port, help)
  end
  listen.address, listen.port = address, port
  listen.label, listen.where = field_check.label(call), self:where(call)
  if port == 0 or self:once(string.format("listen %s %d", address, port),
      call) then
    self.declarations.listens[#self.declarations.listens + 1] = listen
  end
end

-- WORD "NAME" { FIELDS }: the word makes a call that waits for its fields.
-- Calls nest, so those that wait are a stack, and so are the rules that no
-- site has taken yet; `done` ones are dropped from its end.
function declarations:wait(call)
  local count = self.waiting_count

  while count > 0 and self.waiting[count].done do
    self.waiting[count] = nil
    count = count - 1
  end
  self.waiting[count + 1] = call
  self.waiting_count = count + 1
  return call
end

-- What a waiting call becomes: `finish(self, call, fields)` runs once it has
-- its fields.
local function call_type(self, finish)
  return {
    __call = function(call, fields)
      if type(fields) ~= "table" then
        call.done = true
        self:misused(call, "needs a table")
      elseif fields == self.unknown then
        call.done = true
      else
        return finish(self, call, fields)
      end
      return self.unknown
    end,
  }
end

function declarations:named(word, kind)
  local caller = sandbox.caller(self.host)

  return function(name, behind)
    local _, line = caller(2)
    local call = setmetatable({
      word = word, name = name, file = self.file, line = line or 0,
      fields = false, done = false,
    }, kind)

    if behind ~= nil and type(name) == "string" then
      self:misused(call, "takes its table behind the name, without a comma")
      return self.unknown
    elseif name == self.unknown then
      return self.unknown
    elseif type(name) ~= "string" then
      self:misused(call, "needs a " .. schema.words[word].named
        .. " as a string")
      return self.unknown
    end
    return self:wait(call)
  end
end

local function make_rule(self, call, fields)
  call.fields = fields
  if call.word == "glob" then
    self:wait(call)
  end
  return call
end

-- For declarations at the top: check now and forget the call.
local function settle(add)
  return function(self, call, fields)
    call.done = true
    add(self, call, fields)
    return call -- so that a declaration inside of another is seen
  end
end

-- gateway { FIELDS }.
local function gateway(self)
  local caller = sandbox.caller(self.host)

  return function(fields)
    local _, line = caller(2)
    local call = { word = "gateway", file = self.file, line = line or 0 }
    local at = self.cursor

    if type(fields) ~= "table" then
      return self:misused(call, "needs a table")
    end
    at:enter(call)
    local settings = field_check.fields(at, schema.words.gateway.fields, fields,
      {})
    settings.where = self:where(call)
    if self:once("gateway", call) then
      self.declarations.gateway = settings
    end
    return call
  end
end

-- listen "ADDRESS:PORT", or listen { "ADDRESS:PORT", FIELDS }.
local function listen(self)
  local caller = sandbox.caller(self.host)

  return function(given)
    local _, line = caller(2)
    local call = { word = "listen", file = self.file, line = line or 0 }

    if type(given) == "string" then
      call.name = given
      add_listen(self, call)
    elseif type(given) ~= "table" then
      self:misused(call, "needs an address as a string")
    elseif given ~= self.unknown then
      add_listen(self, call, given)
    end
    return call
  end
end

-- glob "TEXT" is a matcher, and a rule once it gets fields.
local function glob(self)
  local caller = sandbox.caller(self.host)

  return function(text)
    local _, line = caller(2)
    local call = setmetatable({
      word = "glob", name = text, file = self.file, line = line or 0,
      fields = false, done = false,
    }, self.rule_type)
    local fine, message = true, nil

    if text == self.unknown then
      return text
    elseif type(text) ~= "string" then
      self:misused(call, "needs a pattern as a string")
      return self.unknown
    end
    if self.host.glob then
      fine, message = value_words.attempt(self.host.glob, text)
    end
    if not fine then
      self.cursor:enter(call)
      self.cursor:misnamed("E122", string.format("%s: %s",
        field_check.label(call),
        message or "malformed"))
    end
    self.texts[call] = text
    return call
  end
end

-- The words of a module: those of a policy, but that it declares nothing.
function declarations:module_words()
  local caller = sandbox.caller(self.host)
  local words = {}

  for name, value in pairs(self.words) do
    words[name] = value
  end
  for _, word in ipairs { "gateway", "listen", "site", "trust", "path",
      "exact" } do
    words[word] = function(name)
      local _, line = caller(2)

      self.cursor:enter {
        word = word, name = type(name) == "string" and name or nil,
        file = self.file, line = line or 0,
      }
      self.cursor:misnamed("E126", string.format(
        "a module has no %s: it declares nothing", word),
        "return functions and presets, and declare in the policy")
      return self.unknown
    end
  end
  return words
end

local function words_of(self)
  local words = sandbox.base(self.host)

  words.gateway, words.listen = gateway(self), listen(self)
  words.site = self:named("site", call_type(self, settle(add_site)))
  words.trust = self:named("trust", call_type(self, settle(add_trust)))
  words.path = self:named("path", self.rule_type)
  words.exact = self:named("exact", self.rule_type)
  words.glob = glob(self)
  words.use = value_words.module(self)
  words.percent, words.before = sandbox.percent, sandbox.before
  words.cidr = value_words.matcher(self, "cidr", self.host.cidr)
  words.set = value_words.matcher(self, "set", self.host.set)
  words.data = value_words.data(self)
  return words
end

-- A collector without any declaration; what is wrong goes to `report`.
function declarations.new(host, report)
  local self = setmetatable({
    host = host, report = report, unknown = make_unknown(),
    declarations = { gateway = {}, listens = {}, trusts = {}, sites = {} },
    texts = setmetatable({}, { __mode = "k" }),
    waiting = {}, waiting_count = 0, seen = {}, suspect = {},
    failed = {}, named_trusts = {}, unsure = {}, lines_of = {}, texts_of = {},
    verdict_paths = {}, doubts = {},
    shapes = { path = {}, exact = {}, glob = {} },
  }, declarations)

  self.cursor = field_check.cursor(report, host, self.unknown, self.texts)
  self.rule_type = call_type(self, make_rule)
  self.words = words_of(self)
  self.known = {}
  for name in pairs(self.words) do
    self.known[name] = true
  end
  return self
end

-- A name that is not defined was read; where is found in the text.
function declarations:undefined()
  self.suspect[self.file] = true
  return self.unknown
end

-- A global was assigned: go on as if that were possible.
function declarations:assigned(name, value)
  self.suspect[self.file] = true
  rawset(self.words, name, value)
end

-- Everything ran: what was begun and not ended?
function declarations:finish()
  for _, call in ipairs(self.waiting) do
    if self.failed[call.file] then
      call.done = true -- what failed may have been about to complete it
    elseif not call.done and not call.fields then
      self:misused(call, "has no table after it")
    elseif not call.done then
      self.cursor:enter(call)
      self.cursor:misnamed("E117", string.format("%s stands in no site",
        field_check.label(call)),
        'write it inside site "portal.example" { ... }')
    end
  end
end

return declarations
