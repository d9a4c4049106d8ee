-- SPDX-License-Identifier: Apache-2.0
-- Checks the fields of one declaration against the schema and returns them in
-- normal form. A cursor holds the current field, so that a message can be
-- anchored there.

local did_you_mean = require "yett.diagnosis.did_you_mean"
local foreign_words = require "yett.diagnosis.foreign_words"
local schema = require "yett.language.schema"
local sorted_keys = require "yett.text.sorted_keys"
local value_types = require "yett.check.value_types"

local field_check = {}
local math_type = math.type
local cursor = {}
cursor.__index = cursor

-- `unknown` is the value that stands for anything undefined: it was reported
-- already. `texts` gives the text that a matcher was made of.
function field_check.cursor(report, host, unknown, texts)
  return setmetatable({
    report = report, host = host, unknown = unknown, texts = texts,
    path = {}, depth = 0,
  }, cursor)
end

-- Look at another declaration from now on.
function cursor:enter(call)
  self.call, self.depth = call, 0
end

-- What messages call the field looked at, or the declaration itself.
function cursor:name()
  return self.path[self.depth] or self.call.word
end

-- Where report.lua finds it: its "key" or its "value", or an element of that.
function cursor:anchor(part, element)
  return {
    file = self.call.file, line = self.call.line, call = self.call,
    path = table.move(self.path, 1, self.depth, 1, {}), part = part,
    element = element,
  }
end

-- The value of the field looked at (or an element of it) is wrong.
function cursor:wrong(code, message, help, element)
  self.report:add("error", code, self:anchor("value", element), message,
    { help = help })
end

-- The key `element` of the table looked at is wrong.
function cursor:unknown_key(code, message, help, element)
  self.report:add("error", code, self:anchor("key", element), message,
    { help = help })
end

-- Where the name of a declaration stands, or the field that is its name.
function field_check.named_at(call)
  return {
    file = call.file, line = call.line, call = call,
    path = call.named_by and { call.named_by },
    part = call.named_by and "value" or "name",
  }
end

-- The declaration's own name is wrong.
function cursor:misnamed(code, message, help, notes)
  self.report:add("error", code, field_check.named_at(self.call), message,
    { help = help, notes = notes })
end

-- `path "/admin"`: the declaration, as its author wrote it.
function field_check.label(call)
  if type(call.name) == "string" then
    return string.format('%s "%s"', call.word, call.name)
  elseif type(call.named_by) == "string" then
    return string.format('%s { %s = "%s" }', call.word, call.named_by,
      call.fields[call.named_by])
  end
  return call.word
end

-- The names of the fields that can be used, as text.
local function listed(specs)
  local list = {}

  for _, name in ipairs(sorted_keys(specs)) do
    list[#list + 1] = specs[name].kind and name or nil
  end
  return table.concat(list, ", ")
end

-- The table looked at, for messages: `late of path "/admin"`.
local function inside(at, depth)
  local text = field_check.label(at.call)

  for i = 1, depth do
    text = at.path[i] .. " of " .. text
  end
  return text
end

-- Which declaration has a field of this name.
local function home_of(key)
  for _, word in ipairs { "site", "trust", "path", "gateway" } do
    local spec = schema.words[word].fields[key]

    if spec and spec.kind then
      return "it is a field of " .. word
    end
  end
end

-- E117: a declaration that stands inside of another.
local function misplaced(at, value, key)
  value.done = true
  at:unknown_key("E117", string.format("%s stands inside of %s",
    field_check.label(value), inside(at, at.depth)), value.word == "site"
      and "write it beside that, at the top"
      or "write it beside that: the most specific rule decides", key)
end

local function unknown_field(at, specs, key, items)
  local meant = did_you_mean(key, specs)
  local words = foreign_words.inner[at.path[at.depth]] or foreign_words.fields
  local shown = type(key) == "string" and "'" .. key .. "'"

  if not shown then
    return at:unknown_key("E101", string.format("a value without a name in %s",
      inside(at, at.depth)), items and "write each by itself"
        or "write FIELD = VALUE; its fields are " .. listed(specs), key)
  end
  at:unknown_key("E101", string.format("unknown field %s in %s", shown,
    inside(at, at.depth)), meant and string.format("did you mean '%s'?", meant)
    or words[key] or home_of(key)
    or key:sub(1, 1) == "/" and specs.handshake and string.format(
      'write path "%s" { ... }, without brackets and \'=\'', key)
    or "its fields are " .. listed(specs), key)
end

-- What a preset's name stands for: the fields of a nested table.
local function preset_of(at, spec, name)
  local preset = spec.presets[name]

  if not preset then
    local meant = did_you_mean(name, spec.presets)

    return at:wrong("E102", string.format('%s = "%s" is not a preset',
      at:name(), name), string.format('%s"%s", or write %s', meant
      and string.format('did you mean "%s"? One of ', meant) or "one of ",
      table.concat(sorted_keys(spec.presets), '", "'), spec.example))
  end
  return preset
end

-- `fields`, unless one that the table needs was not `given`: E110.
local function needed(at, specs, fields, given)
  for _, name in ipairs(sorted_keys(specs)) do
    if specs[name].needed and given[name] == nil then
      return at:wrong("E110", string.format("%s has no %s", at:name(), name),
        "add " .. specs[name].example)
    end
  end
  return fields
end

-- E123: fields that say nothing beside one that was given.
local function exclude(at, spec, out)
  for _, rule in ipairs(spec.excludes or {}) do
    local value = out[rule.field]
    local given = value ~= nil
      and (rule.value == nil or rule.value == value)

    for _, other in ipairs(given and rule.others or {}) do
      if out[other] and not (rule.but and rule.but[other] == out[other]) then
        at:unknown_key("E123", string.format(
          "%s says nothing beside %s%s, %s", other, rule.field, rule.value
            and string.format(' = "%s"', rule.value) or "", rule.because),
          "remove one of the two", other)
      end
    end
  end
  return out
end

local function table_of(at, spec, value)
  if spec.presets and type(value) == "string" then
    return preset_of(at, spec, value)
  elseif type(value) ~= "table" then
    return value_types.wrong_type(spec, value, at, "a table")
  end
  if spec.filled and next(value) == nil then
    return at:wrong("E108", at:name() .. " is empty: it would mean anybody",
      "write " .. spec.example)
  end
  local fields = exclude(at, spec,
    field_check.fields(at, spec.fields, value, {}))

  return needed(at, spec.fields, fields, value)
end

-- E112 unless all or none of the targets are https, and what only these can
-- use stands beside them.
local function suits_targets(at, spec, out)
  local secure = 0

  for _, text in ipairs(out.targets) do
    secure = secure + (text:find("^https:") and 1 or 0)
  end
  if secure > 0 and secure < #out.targets then
    return at:wrong("E112", at:name() .. " mixes https with other targets",
      "what needs TLS must never go in clear: use https for all of them")
  end
  for _, name in ipairs(sorted_keys(spec.fields)) do
    if secure == 0 and spec.fields[name].secure and out[name] ~= nil then
      return at:unknown_key("E112", string.format(
        "%s of %s says something about TLS, which its targets do not speak",
        name, at:name()), 'write "https://HOST:PORT", or leave it out', name)
    end
  end
  return out
end

-- One address, a list, or a list with what holds for all that are in it.
local function upstream_of(at, spec, value)
  local list, fields, out = value, {}

  if type(value) == "table" then
    list = nil
    for key, one in pairs(value) do
      if math_type(key) == "integer" then
        list = list or {}
        list[key] = one
      else
        fields[key] = one
      end
    end
    if list and fields.targets ~= nil then
      return at:unknown_key("E112", at:name() .. " has its targets twice",
        "write them without a name, or as targets = { ... }", "targets")
    elseif not list and fields.targets == nil then
      list = {}
    end
  end
  out = field_check.fields(at, spec.fields, fields, {})
  out.targets = out.targets or list and value_types.targets(spec, list, at)
  return out.targets and suits_targets(at, spec, out)
end

-- Put the fields that `given` has into `out`, in normal form. Positional values
-- from 1 to `items` are not looked at.
function field_check.fields(at, specs, given, out, items)
  local depth = at.depth + 1

  for key, value in next, given do
    local spec = specs[key]
    local accepts = spec and spec.accepts

    if accepts and accepts[value] then
      out[key] = value
    elseif spec == nil then
      local position = math_type(key) == "integer"

      if not position or key < 1 or key > (items or 0) then
        if position and type(value) == "table" and rawget(value, "word") then
          misplaced(at, value, key)
        else
          unknown_field(at, specs, key, items)
        end
      end
    elseif value ~= at.unknown then
      at.depth, at.path[depth] = depth, key
      if spec.kind == "table" then
        out[key] = table_of(at, spec, value)
      elseif spec.kind == "upstreams" then
        out[key] = upstream_of(at, spec, value)
      elseif spec.kind then
        out[key] = value_types[spec.kind](spec, value, at)
      else
        at.depth = depth - 1
        at:unknown_key("E118", string.format(
          "'%s' is not supported in this version", key), nil, key)
      end
      at.depth = depth - 1
    end
  end
  return out
end

-- E110 for each required field that is missing.
function field_check.required(at, specs, given)
  for key, spec in pairs(specs) do
    if spec.required and given[key] == nil then
      at:misnamed("E110", string.format("%s has no %s",
        field_check.label(at.call),
        key), "add " .. spec.example)
    end
  end
end

return field_check
