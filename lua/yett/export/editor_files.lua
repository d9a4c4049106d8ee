-- SPDX-License-Identifier: Apache-2.0
-- Describes the policy language to editors, from the schema that the checks
-- use: a LuaLS definition file, and a luacheck configuration.

local sandbox = require "yett.language.sandbox"
local sorted_keys = require "yett.text.sorted_keys"
local test_schema = require "yett.test.schema"

local editor = {}

local strings = "string|string[]"
local patterns = "string|string[]|yett.matcher"
local types = {
  string = "string", line = "string", domain = "string", target = "string",
  socket = "string",
  boolean = "boolean", integer = "integer", headers = "table<string, string>",
  duration = "string|0", size = "string|0", names = strings, files = strings,
  upstreams = "string|string[]|yett.upstream", targets = strings,
  host = "string", key = "string|yett.key", fingerprints = strings,
  globs = patterns, networks = patterns,
  keys = "string|yett.key|(string|yett.key)[]",
  shadow = "boolean|yett.before", share = "yett.percent",
}

local function one_of(values)
  return '"' .. table.concat(values, '"|"') .. '"'
end

-- The type of a field; `class` is the class of a nested table.
local function type_of(spec, name, class)
  if spec.kind == "enum" then
    return one_of(spec.values) .. (spec.also and "|boolean" or "")
  elseif spec.kind == "choices" then
    local values = one_of(spec.values)

    return values .. "|(" .. values .. ")[]"
  elseif spec.kind == "function" then
    return name == "client_hello"
      and "fun(hello: yett.client_hello): yett.verdict?"
      or "fun(req: yett.request): yett.verdict?"
  elseif spec.kind == "table" then
    return class .. (spec.presets and "|" .. one_of(sorted_keys(spec.presets))
      or "")
  end
  return types[spec.kind]
end

local function default_of(spec)
  if spec.default == nil then
    return ""
  end
  return string.format(" Default: %s.", type(spec.default) == "string"
    and '"' .. spec.default .. '"'
    or string.format(spec.format or "%s", spec.default))
end

-- A class for the fields of a table, after those of the tables in it.
local function add_class(lines, class, specs, doc, done, more)
  if done[class] then
    return
  end
  done[class] = true
  for _, name in ipairs(sorted_keys(specs)) do
    local spec = specs[name]

    if spec.kind == "table" then
      add_class(lines, class .. "." .. name, spec.fields, spec.doc, done)
    end
  end
  lines[#lines + 1] = string.format("--- %s\n---@class %s", doc, class)
  for _, name in ipairs(sorted_keys(specs)) do
    local spec = specs[name]

    if spec.kind then
      lines[#lines + 1] = string.format("---@field %s%s %s %s%s", name,
        (spec.required or spec.needed) and "" or "?", type_of(spec, name, class .. "." .. name),
        spec.doc, default_of(spec))
    end
  end
  lines[#lines + 1] = (more or "") .. "\n"
end

-- What a function of a policy may read.
local function add_facts(lines, class, facts, done)
  if done[class] then
    return
  end
  done[class] = true
  for _, name in ipairs(sorted_keys(facts.fields)) do
    local fact = facts.fields[name]

    if type(fact) == "table" and next(fact.fields) then
      add_facts(lines, "yett." .. name, fact, done)
    end
  end
  lines[#lines + 1] = string.format("--- What is known of %s.\n---@class %s",
    facts.noun, class)
  for _, name in ipairs(sorted_keys(facts.fields)) do
    local fact = facts.fields[name]

    lines[#lines + 1] = string.format("---@field %s %s", name,
      type(fact) ~= "table" and fact
      or (next(fact.fields) and "yett." .. name or "string")
        .. (fact.optional and "?" or ""))
  end
  for _, name in ipairs(sorted_keys(facts.methods)) do
    lines[#lines + 1] = string.format(
      "---@field %s fun(self: %s, text: string): boolean", name, class)
  end
  lines[#lines + 1] = "\n"
end

local function add_words(lines, words)
  for _, name in ipairs(sorted_keys(words)) do
    local word = words[name]

    if word.fields then
      local class = "yett." .. (word.inside and "rule" or name)

      lines[#lines + 1] = string.format("--- %s\n---\n---     %s", word.doc,
        word.example)
      if word.bare then
        lines[#lines + 1] = "---@param address string"
      elseif word.named then
        lines[#lines + 1] = string.format(
          "---@param name string the %s\n---@return fun(fields: %s)%s",
          word.named, class, word.inside and ": yett.rule" or "")
      else
        lines[#lines + 1] = "---@param fields " .. class
      end
      lines[#lines + 1] = string.format("function %s(%s) end\n", name,
        word.bare and "address" or word.named and "name" or "fields")
    end
  end
end

-- A verdict takes a table of its fields, or nothing.
local function add_verdict(lines, name, fields)
  local list = {}

  for _, field in ipairs(sorted_keys(fields)) do
    list[#list + 1] = field .. "?: " .. (field == "status" and "integer"
      or field == "tell" and "boolean" or field == "trust" and strings
      or "string")
  end
  lines[#lines + 1] = string.format(
    "---@param fields? { %s }\n---@return yett.verdict\n"
    .. "function %s(fields) end\n", table.concat(list, ", "), name)
end

local function add_verdicts(lines, roles)
  for _, role in ipairs(sorted_keys(roles)) do
    for _, name in ipairs(sorted_keys(roles[role])) do
      local verdict = roles[role][name]

      if verdict.fields then
        add_verdict(lines, name, verdict.fields)
      else
        lines[#lines + 1] = name .. " = {}"
        for _, member in ipairs(sorted_keys(verdict)) do
          add_verdict(lines, name .. "." .. member, verdict[member])
        end
      end
    end
  end
end

local matchers = [[
--- Made once, outside of functions; asked within.
---@class yett.matcher
---@field contains fun(self: yett.matcher, text: string): boolean
---@field matches fun(self: yett.matcher, text: string): boolean

---@class yett.verdict

---@class yett.before
---@field before string

---@class yett.percent
---@field percent integer
---@field of "client_ip"

--- Until this date: "2027-03-01", or "2027-03-01T12:00:00Z".
---@param date string
---@return yett.before
function before(date) end

--- A stable share of the clients.
---@param number integer from 0 to 100
---@param of "client_ip"
---@return yett.percent
function percent(number, of) end

---@class yett.key
---@field cert string
---@field key string
---@field ocsp? string

--- Addresses: cidr { "10.20.0.0/16" } has :contains(address).
---@param networks string|string[]
---@return yett.matcher
function cidr(networks) end

--- Texts: set { "ada", "grace" } has :contains(text).
---@param texts string[]
---@return yett.matcher
function set(texts) end

--- What a module returns: functions and presets.
---@param file string
---@return table
function use(file) end

--- A JSON file as a table that is read again with the policy.
---@param file string
---@return table
function data(file) end
]]

local string_methods = [[
---@param prefix string
---@return boolean
function string.starts_with(self, prefix) end

---@param suffix string
---@return boolean
function string.ends_with(self, suffix) end

---@param above string a path or a name
---@return boolean
function string.under(self, above) end

---@param index integer
---@return string?
function string.label(self, index) end
]]

-- The LuaLS definition file.
function editor.luals(schema)
  local lines = { "---@meta yett", "-- Written by `yett export --luals`.\n" }
  local words, done = schema.words, {}

  add_class(lines, "yett.upstream", words.path.fields.upstream.fields,
    "Where requests go.", done, "---@field [integer] string\n")
  add_class(lines, "yett.rule", words.path.fields, "A rule of a site.", done)
  for _, name in ipairs { "gateway", "trust", "site" } do
    add_class(lines, "yett." .. name, words[name].fields, words[name].doc,
      done, name == "site" and "---@field [integer] yett.rule\n" or nil)
  end
  for _, role in ipairs(sorted_keys(schema.facts)) do
    add_facts(lines, "yett." .. role, schema.facts[role], done)
  end
  lines[#lines + 1] = matchers
  add_words(lines, words)
  add_verdicts(lines, schema.verdicts)
  lines[#lines + 1] = string_methods
  return table.concat(lines, "\n")
end

-- The names of a library of the sandbox, which cannot be walked itself:
-- those of plain Lua's and, of texts, the methods of the facts.
local function fields_of(library, known, facts)
  local names = {}

  for _, list in ipairs { known, facts.methods } do
    for name in pairs(list) do
      names[name] = library[name] ~= nil and not facts.later[name] or nil
    end
  end
  return sorted_keys(names)
end

-- The globals of a policy, and the names within those that are tables.
local function globals_of(host, schema)
  local box = sandbox.base(host)
  local globals = {}

  for name, value in pairs(box) do
    local plain = _G[name]

    globals[name] = type(value) == "table" and type(plain) == "table"
      and fields_of(value, plain, name == "string"
        and schema.facts.request.fields.path or { methods = {}, later = {} })
      or {}
  end
  for name, word in pairs(schema.words) do
    globals[name] = word.fields and {} or nil
  end
  for _, name in ipairs { "before", "cidr", "data", "percent", "set",
      "use" } do
    globals[name] = {}
  end
  globals.ask = sorted_keys(schema.verdicts.client_hello.ask)
  return globals
end

-- A .luacheckrc.
function editor.luacheck(host, schema)
  local lines = {
    "-- Written by `yett export --luacheck`: the globals of a policy.",
    "stds.yett = {",
    "  read_globals = {",
  }
  local globals = globals_of(host, schema)

  for _, name in ipairs(sorted_keys(globals)) do
    local fields = globals[name]

    if #fields == 0 then
      lines[#lines + 1] = string.format("    %s = {},", name)
    else
      lines[#lines + 1] = string.format("    %s = { fields = {", name)
      for _, field in ipairs(fields) do
        lines[#lines + 1] = string.format('      ["%s"] = {},', field)
      end
      lines[#lines + 1] = "    } },"
    end
  end
  lines[#lines + 1] = "  },\n}\nstds.yett_test = { read_globals = {"
  for _, name in ipairs(sorted_keys(test_schema.words)) do
    lines[#lines + 1] = string.format('  "%s",', name)
  end
  lines[#lines + 1] = '} }\nstd = "yett"\nmax_line_length = false\n'
    .. 'exclude_files = { ".yett" }\n'
    .. 'files["**/*_test.lua"].std = "yett+yett_test"\n'
  return table.concat(lines, "\n")
end

return editor
