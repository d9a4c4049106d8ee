-- SPDX-License-Identifier: Apache-2.0
-- Checks how a policy uses values: arithmetic on text, parts of Lua's libraries
-- that do not exist, methods of plain tables, changes of what cannot or should
-- not change, and fields that are nil. `self` is the scope of scope.lua, which
-- calls these functions.

local did_you_mean = require "yett.diagnosis.did_you_mean"
local schema = require "yett.language.schema"
local sorted_keys = require "yett.text.sorted_keys"

local value_check = {}

-- The node that a name stands for, when it is never assigned again.
local function made_of(self, node)
  local made = node.kind == "name" and self.made[node.value]

  return made and made.value or nil
end

-- How to call an expression that is a text, though of digits: none of a policy
-- is taken for a number. Else nil.
local function text_of(self, node)
  local value = made_of(self, node) or node
  local fact, name = self:fact(node)

  if node.kind == "paren" then
    return text_of(self, node.inner)
  elseif value.kind == "string" then
    return node.kind == "name" and node.value
      or string.format('"%s"', value.value)
  elseif value.kind == "binary" then
    return value.operator == ".." and "what '..' makes" or nil
  end
  return type(fact) == "table" and fact.methods and fact.methods.starts_with
    and name or nil
end

local arithmetic = {
  ["+"] = true, ["-"] = true, ["*"] = true, ["/"] = true, ["//"] = true,
  ["%"] = true, ["^"] = true,
}

-- E107: numbers are needed, and one of the two is a text.
function value_check.computed(self, node)
  local text = arithmetic[node.operator] and (text_of(self, node.left)
    or text_of(self, node.right))

  if text then
    self:problem("E107", node.sign, string.format(
      "'%s' takes numbers, %s is a text", node.operator, text),
      node.operator == "+" and "texts are joined with '..'" or nil)
  end
end

local ordered = { ["<"] = true, ["<="] = true, [">"] = true, [">="] = true }
local types_of_facts = {
  integer = "a number", boolean = "true or false", ["string[]"] = "a list",
  ["table<string, string>"] = "a table",
}
local types_of_nodes = {
  number = "a number", ["true"] = "true or false", ["false"] = "true or false",
  ["nil"] = "nothing", table = "a table", ["function"] = "a function",
}

-- What the value of an expression certainly is, and what it is called.
local function type_of(self, node)
  local value = made_of(self, node) or node
  local fact, name = self:fact(node)
  local text = text_of(self, node)

  if node.kind == "paren" then
    return type_of(self, node.inner)
  elseif node.operator == "#" and not node.left then
    return "a number", "a length"
  elseif node.kind == "call" and node.object.value == "tonumber"
      and not self.names.tonumber then
    return "a number", "tonumber(...)"
  elseif text then
    return "a text", text
  elseif type(fact) == "table" then
    return fact.noun, name
  elseif fact then
    return types_of_facts[fact], name
  end
  return types_of_nodes[value.kind], node.kind == "number" and node.value
    or value.kind == "number" and node.value or value.kind
end

-- How to write what is ordered with a fact of another type.
local function order_help(left, left_node, right, right_node)
  local number = left == "a number" and left_node or right_node
  local text = left == "a text" and left_node or right_node

  if left ~= "a text" and right ~= "a text" or left ~= "a number"
      and right ~= "a number" then
    return nil
  elseif text.kind == "string" then
    return tonumber(text.value) and "write " .. text.value or nil
  end
  return number.kind == "number"
    and string.format('write "%s"', number.value) or nil
end

-- E107: order is between two numbers or two texts; all else raises.
function value_check.ordered(self, node)
  if not ordered[node.operator] then
    return
  end
  local left, left_name = type_of(self, node.left)
  local right, right_name = type_of(self, node.right)

  if left and right and (left ~= right or left ~= "a text"
      and left ~= "a number") then
    self:problem("E107", node.sign, string.format(
      "'%s' compares two numbers or two texts: %s is %s, %s is %s",
      node.operator, left_name, left, right_name, right),
      order_help(left, node.left, right, node.right))
  end
end

-- What is written instead of what a policy lacks of Lua's libraries.
local no_patterns = "patterns can be slow; use find, starts_with, ends_with, "
  .. "under, label or a glob"
local substitutes = {
  string = {
    match = no_patterns, gmatch = no_patterns, gsub = no_patterns,
    dump = "a policy is text that is checked before it runs",
  },
  table = {
    move = "copy the elements in a loop", pack = "write { ... }",
  },
  math = {
    random = "a policy depends on nothing but the request",
    randomseed = "a policy depends on nothing but the request",
    sqrt = "write x ^ 0.5",
  },
}

-- E303: a function that Lua's library has and a policy has not, or nobody.
function value_check.library(self, node)
  local name = node.object.kind == "name" and node.object.value
  local known = substitutes[name] and not self.names[name]
    and self.library[name]
  local wanted = node.name.value
  local there = name == "string" and {
    ends_with = true, label = true, starts_with = true, under = true,
  } or {}

  if not known or known[wanted] ~= nil and substitutes[name][wanted] == nil then
    return
  end
  for key in pairs(_G[name]) do
    there[key] = known[key] ~= nil and not substitutes[name][key] or nil
  end
  local meant = did_you_mean(wanted, there)

  self:problem("E303", node.name, string.format("there is no %s.%s here", name,
    wanted), substitutes[name][wanted]
    or meant and string.format("did you mean %s.%s?", name, meant)
    or string.format("%s has %s", name,
      table.concat(sorted_keys(there), ", ")))
end

-- How to read an entry of a list or a table instead of a method call.
local function read_instead(node, object)
  local first = node.arguments[1]

  if node.name.value == "insert" or node.name.value == "remove"
      or node.name.value == "concat" or node.name.value == "sort" then
    return string.format("write table.%s(%s%s)", node.name.value, object,
      first and ", ..." or "")
  elseif first and first.kind == "string" then
    return string.format('write %s["%s"]', object, first.value)
  end
  return string.format("write %s[...]", object)
end

-- The table that a local name stands for, when nothing else can give it fields
-- or a metatable.
local function plain_table(self, node)
  local value = made_of(self, node)

  return value and value.kind == "table" and not self.filled[node.value]
    and value or nil
end

-- Whether a table in the text has the field, or one whose name is computed.
local function has_field(value, name)
  for _, field in ipairs(value.fields) do
    if field.named == name or field.key and not field.named then
      return true
    end
  end
  return false
end

-- E303: a method of something that has none.
function value_check.called(self, node)
  local fact, name = self:fact(node.object)
  local list = fact == "string[]"

  if list or fact == "table<string, string>" then
    self:problem("E303", node.name, string.format(
      "%s is a %s and has no method '%s'", name, list and "list" or "table",
      node.name.value), name == "alpn" and "write :offers_alpn(...)"
      or list and "look at each: for _, text in ipairs(...) do"
      or read_instead(node, name == "headers" and "req.headers" or name))
  elseif node.object.kind == "name" then
    local value = plain_table(self, node.object)

    if value and not has_field(value, node.name.value) then
      self:problem("E303", node.name, string.format(
        "'%s' is a plain table and has no method '%s'", node.object.value,
        node.name.value), read_instead(node, node.object.value))
    end
  end
end

-- E107: `for ... in` calls what stands there, which no list can be.
function value_check.iterated(self, node)
  local given = node.values[1]
  local fact = self:fact(given)
  local made = made_of(self, given) or given

  if node.generic and fact == "table<string, string>" then
    self:problem("E107", given, "headers cannot be listed",
      'ask for each by its name: req.headers["x-name"]')
  elseif node.generic and (made.kind == "table" or fact == "string[]") then
    self:problem("E107", given, "'for ... in' takes what ipairs or pairs "
      .. "makes, not a list", string.format("write for _, %s in ipairs(%s) do",
        node.names[#node.names].value, given.kind == "table" and "{ ... }"
          or given.value or "LIST"))
  end
end

-- --- changes ---------------------------------------------------------------

-- The name at the left end of `a.b[c]`.
local function root_of(node)
  while node.kind == "index" or node.kind == "paren" do
    node = node.object or node.inner
  end
  return node
end

-- What a value is that nobody can change, or nil: "data", "a request".
local function frozen(self, node)
  for _ = 1, 20 do
    local root = root_of(node)
    local facts = root.kind == "name" and self.names[root.value]

    if root.kind == "call" and root.object.kind == "name"
        and not self.names[root.object.value] then
      local word = root.object.value

      return schema.matchers[word] and schema.matchers[word].noun
        or word == "data" and "data" or nil
    elseif type(facts) == "table" then
      return facts.noun
    elseif root.kind == "name" and not facts and self.library[root.value] then
      return root.value
    end
    node = made_of(self, root)
    if not node then
      return nil
    end
  end
end

local frozen_help = {
  data = "copy what is needed into a table of your own",
  ["a request"] = "a function only chooses a verdict: the request goes on as "
    .. "it came",
  ["a client hello"] = "a function only chooses a verdict",
  ["a second parameter"] = "a function gets one, and answers by what it returns",
}

-- W221: what outlives the decision and is changed by it. Told once for each
-- name and function.
local function outlives(self, node)
  local root = root_of(node)
  local made = self.deciding and root.kind == "name" and self.made[root.value]

  if made and made.level < self.deciding.level
      and not self.deciding.told[root.value] then
    self.deciding.told[root.value] = true
    self:doubt("W221", node, string.format("this changes '%s', which the next "
      .. "decision will see", root.value), "each worker has one of its own, "
      .. "and a reload forgets it: decide by the request alone")
  end
end

-- Something is assigned to. True: it cannot be, and that was told (E309).
function value_check.changed(self, node)
  local noun = node.kind == "index" and frozen(self, node)

  if noun then
    self:problem("E309", node, noun .. " cannot be changed", frozen_help[noun])
    return true
  end
  outlives(self, node)
  return false
end

local changing = { insert = true, remove = true, sort = true }

-- table.insert(t, ...) and the like change their first argument.
function value_check.changing_call(self, node)
  local callee, first = node.object, node.arguments[1]

  if not (callee.kind == "index" and callee.name and changing[callee.name.value]
      and callee.object.kind == "name" and callee.object.value == "table"
      and not self.names.table and first) then
    return
  end
  local noun = frozen(self, first)

  if noun then
    self:problem("E309", first, noun .. " cannot be changed", frozen_help[noun])
  else
    outlives(self, first)
  end
end

-- --- fields that are nil ---------------------------------------------------

-- Whether a block may return a value.
local function returns(list)
  for _, node in ipairs(list) do
    if node.kind == "return" and #node.values > 0 then
      return true
    end
    for _, inner in ipairs(node.blocks or { node.body }) do
      if returns(inner) then
        return true
      end
    end
  end
  return false
end

-- Why a value is certainly nil; nil if it may be something.
local function why_nil(self, node, field)
  local value = made_of(self, node)

  if node.kind == "nil" then
    return "remove it, or give it a value"
  elseif value and value.kind == "nil" then
    return string.format("'%s' never gets a value", node.value)
  elseif node.kind == "call" then
    local called = made_of(self, node.object)

    return called and called.kind == "function" and not returns(called.body)
      and string.format("%s(...) returns nothing; the function itself is "
        .. "written %s = %s", node.object.value, field, node.object.value)
  elseif node.kind == "index" and node.name then
    local fields = plain_table(self, node.object)

    return fields and not has_field(fields, node.name.value)
      and string.format("'%s' has no field '%s'", node.object.value,
        node.name.value)
  end
end

-- E107 for each field of a table, and of tables in it, that is nil.
local function has_nil(self, given)
  for _, field in ipairs(given.fields) do
    local why = field.named and why_nil(self, field.value, field.named)

    if why then
      self:problem("E107", field.value, string.format(
        "%s is nil, as if it were not there", field.named), why)
    elseif field.named and field.value.kind == "table" then
      has_nil(self, field.value)
    end
  end
end

-- E107: a field of a declaration that is nil would leave its default in force
-- without a word.
function value_check.declared(self, node)
  local word = node.object.kind == "call" and node.object.object or node.object
  local given = node.arguments[1]

  if word.kind == "name" and not self.names[word.value]
      and schema.words[word.value] and given and given.kind == "table" then
    has_nil(self, given)
  end
end

return value_check
