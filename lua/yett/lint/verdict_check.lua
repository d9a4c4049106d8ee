-- SPDX-License-Identifier: Apache-2.0
-- Checks what a policy's functions return: whether it is a verdict of that
-- function, and whether its fields can be right. `self` is the scope of
-- scope.lua, which calls these functions.

local did_you_mean = require "yett.diagnosis.did_you_mean"
local schema = require "yett.language.schema"
local sorted_keys = require "yett.text.sorted_keys"
local value_types = require "yett.check.value_types"

-- What a verdict's constructor is called, "ask.require"; nil for other
-- expressions and for names that the policy made itself.
local function constructor(self, node)
  local object = node.kind == "index" and node.name and node.object or node

  if object.kind ~= "name" or self.names[object.value] then
    return nil
  elseif object == node then
    return object.value
  end
  return object.value, node.name.value
end

-- The fields of the verdict that `word` or `word.member` makes in `verdicts`;
-- nil if it makes none.
local function verdict_fields(verdicts, word, member)
  local verdict = verdicts[word]

  if verdict and verdict.fields then
    return not member and verdict.fields or nil
  end
  return verdict and member and verdict[member] or nil
end

-- E306 unless a called name makes a verdict of this function.
local function check_constructor(self, node)
  local word, member = constructor(self, node)
  local verdict = schema.verdicts[self.role][word]

  if not word or verdict_fields(schema.verdicts[self.role], word, member) then
    return
  elseif verdict and not verdict.fields and not member then
    self:problem("E306", node, string.format("%s is no verdict by itself",
      word), schema.verdict_help[self.role])
    return
  elseif verdict and member then
    local meant = did_you_mean(member, verdict)

    self:problem("E306", node.name, string.format("%s has no verdict '%s'",
      word, member), meant and string.format("did you mean %s.%s?", word,
      meant) or "its verdicts are "
        .. table.concat(sorted_keys(verdict), ", "))
    return
  end
  for _, role in ipairs(sorted_keys(schema.verdicts)) do
    if schema.verdicts[role][word] and not verdict then
      self:problem("E306", node, string.format(
        "%s is a verdict of a %s function", word, role),
        schema.verdict_help[self.role])
    end
  end
end

-- What stands in the text, by the kind of its node; a string with escapes or in
-- long brackets is left for the host to read.
local literals = {
  string = function(node)
    return node.length == #node.value + 2 and node.value or nil
  end,
  number = function(node) return tonumber(node.value) end,
  ["true"] = function() return true end,
  ["false"] = function() return false end,
  table = function() return {} end,
  ["function"] = function() return print end,
}

-- E107, E108: a value that stands in the text and that the verdict would
-- refuse each time it is made.
local function check_literal(self, name, spec, node)
  local cursor = {}
  local read = literals[node.kind]
  local value

  if node.kind == "paren" then
    return check_literal(self, name, spec, node.inner)
  elseif read then
    value = read(node)
  end

  function cursor.name()
    return name
  end
  function cursor.wrong(_, code, message, help)
    self:problem(code, node, message, help)
  end
  if value ~= nil then
    value_types[spec.kind](spec, value, cursor)
  end
end

-- E106: a verdict names a trust that is not declared.
local function check_trust(self, node)
  if node.kind == "table" then
    for _, field in ipairs(node.fields) do
      check_trust(self, field.value)
    end
  elseif node.kind == "string" and self.trusts then
    self.named_trusts[node.value] = true
    if not self.trusts[node.value] then
      local meant = did_you_mean(node.value, self.trusts)

      self:problem("E106", node, string.format('no trust named "%s"',
        node.value), meant and string.format('did you mean "%s"?', meant)
        or string.format('declare trust "%s" { ca = "ca.pem" }', node.value))
    end
  end
end

local produced = {
  string = "the string ", number = "the number ", ["true"] = "",
  ["false"] = "", table = "a table", ["function"] = "a function",
  unary = "the result of ", binary = "the result of ",
}

local function described(node)
  local text = produced[node.kind]

  if node.kind == "string" then
    return text .. string.format('"%s"', node.value)
  elseif node.kind == "number" then
    return text .. node.value
  elseif node.operator then
    return text .. string.format("'%s'", node.operator)
  end
  return text == "" and node.kind or text
end

-- The fields of one verdict, of which `known` are allowed.
local function check_fields(self, name, known, given)
  for _, field in ipairs(given.fields) do
    if field.named and not known[field.named] then
      local meant = did_you_mean(field.named, known)

      self:problem("E101", field.key, string.format(
        "unknown field '%s' in %s", field.named, name), meant
        and string.format("did you mean '%s'?", meant)
        or "its fields are " .. table.concat(sorted_keys(known), ", "))
    elseif field.named == "trust" and (field.value.kind == "table"
        or field.value.kind == "string") then
      check_trust(self, field.value)
    elseif field.named then
      check_literal(self, field.named, known[field.named], field.value)
    elseif not field.key and literals[field.value.kind] then
      self:problem("E107", field.value, string.format(
        "a value in %s has no name", name), string.format(
        "write %s { FIELD = VALUE }", name))
    end
  end
end

-- E110: a redirect that leads nowhere.
local function check_location(self, node, known, given)
  for _, field in ipairs(given.fields) do
    if field.named == "location" then
      return
    end
  end
  if known.location then
    self:problem("E110", node, "redirect has no location",
      "add " .. known.location.example)
  end
end

-- W227: a verdict has nothing that `tell` could tell.
local function check_told(self, given)
  local tell

  for _, field in ipairs(given.fields) do
    if field.named == "why" or field.key and not field.named then
      return
    elseif field.named == "tell" and field.value.kind == "true" then
      tell = field.key
    end
  end
  if tell then
    self:doubt("W227", tell, "tell = true tells nothing: there is no `why` "
      .. "beside it", 'add why = "...", which then goes into the answer')
  end
end

-- E107: what a verdict is made of, when it stands in the text.
local function check_made(self, node)
  local word, member = constructor(self, node.object)
  local given = node.arguments[1]
  local name = member and word .. "." .. member or word
  local known

  for _, verdicts in pairs(schema.verdicts) do
    known = known or word and verdict_fields(verdicts, word, member)
  end
  if known and given and given.kind == "table" then
    check_fields(self, name, known, given)
    check_location(self, node, known, given)
    check_told(self, given)
  elseif known and given and literals[given.kind] then
    local field = given.kind == "number" and known.status and "status"
      or given.kind == "string" and (known.location and "location" or "why")
    local shown = given.kind == "string" and '"%s"' or "%s"

    self:problem("E107", given, string.format("%s takes a table, got %s", name,
      described(given)), string.format("write %s { %s }", name, field
        and field .. " = " .. string.format(shown, given.value) or ""))
  end
end

-- E306: what a function returns is no verdict.
local function check_returned(self, node)
  if node.kind == "paren" then
    return check_returned(self, node.inner)
  elseif node.operator == "and" or node.operator == "or" then
    if node.operator == "or" then
      check_returned(self, node.left)
    end
    return check_returned(self, node.right)
  elseif node.kind == "call" then
    return check_constructor(self, node.object)
  end
  local word, member = constructor(self, node)
  local verdict = word and schema.verdicts[self.role][word]

  if verdict then
    local name = member and word .. "." .. member or word

    return self:problem("E306", node, string.format(
      "'%s' must be called to be a verdict", name), string.format(
      "write return %s { }", not verdict.fields and not member
        and word .. ".request" or name))
  elseif produced[node.kind] then
    self:problem("E306", node, string.format(
      "a %s function must return a verdict, got %s", self.role,
      described(node)), schema.verdict_help[self.role])
  end
end

-- E307: a verdict that is made and not returned.
local function check_dropped(self, node)
  local word, member

  if node.kind == "call" then
    word, member = constructor(self, node.object)
  end
  if word and verdict_fields(schema.verdicts[self.role], word, member) then
    self:problem("E307", node, "a verdict that is not returned does nothing",
      "write return " .. (member and word .. "." .. member or word) .. " ...")
  end
end

return {
  made = check_made, returned = check_returned, dropped = check_dropped,
}
