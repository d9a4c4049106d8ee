-- SPDX-License-Identifier: Apache-2.0
-- Looks at every branch of a policy without running it: names that are not
-- defined, facts that are read too early or do not exist, and functions that
-- return something else than a verdict.

local kinds = require "yett.kinds"
local near = require "yett.near"
local schema = require "yett.schema"

local scope = {}
scope.__index = scope

local expressions, statements = {}, {}

-- Why a name that Lua usually has is missing.
local left_out = {
  io = "a policy reads no files; use data \"file.json\"",
  os = "a policy depends on nothing but the request",
  debug = "a policy cannot look into Lua itself",
  require = "a policy is one file, or all files of a folder",
  package = "a policy is one file, or all files of a folder",
  load = "a policy is text that is checked before it runs",
  loadfile = "a policy is text that is checked before it runs",
  dofile = "a policy is one file, or all files of a folder",
  print = "use why = \"...\" in a verdict: it reaches the log",
  coroutine = "a decision ends before anything else happens",
  null = "Lua writes nil", None = "Lua writes nil",
  True = "Lua writes true", False = "Lua writes false",
}

function scope:problem(code, node, message, help)
  self.found:add("error", code, {
    file = self.file, line = node.line, column = node.column,
    length = node.length,
  }, message, { help = help })
end

function scope:open()
  self.names = setmetatable({}, { __index = self.names })
end

function scope:close()
  self.names = getmetatable(self.names).__index
end

-- Make a name local; `facts` is the schema of its value, when known. One that
-- is assigned later may hold anything.
function scope:declare(name, facts)
  self.names[name] = not self.assigned[name] and facts or true
end

function scope:walk(node)
  local visit = expressions[node.kind]

  if visit then
    visit(self, node)
  end
end

function scope:walk_all(list)
  for _, node in ipairs(list) do
    self:walk(node)
  end
end

function scope:block(list)
  self:open()
  for _, node in ipairs(list) do
    statements[node.kind](self, node)
  end
  self:close()
end

-- The schema of the facts an expression gives, or nil.
function scope:facts(node)
  local facts

  if node.kind == "paren" then
    return self:facts(node.inner)
  elseif node.kind == "name" then
    facts = self.names[node.value]
  elseif node.kind == "index" and node.name then
    local object = self:facts(node.object)

    facts = object and object.fields[node.name.value]
  end
  return type(facts) == "table" and facts or nil
end

-- The parameter of a policy function is a hello or a request.
function scope:func(node, role)
  local outer = self.role

  self:open()
  for i, param in ipairs(node.params) do
    if param.kind == "name" then
      self:declare(param.value, i == 1 and role and schema.facts[role] or nil)
    end
  end
  self.role = role
  self:block(node.body)
  self.role = outer
  self:close()
end

local function role_of(name)
  return schema.facts[name] and name or nil
end

function expressions.name(self, node)
  local name = node.value

  if self.names[name] or self.words[name] ~= nil or name == "_ENV" then
    return
  end
  local visible = near.sorted(self.words)

  for _, word in ipairs(schema.values) do
    visible[#visible + 1] = word
  end
  for word in pairs(self.all_names) do
    visible[#visible + 1] = word
  end
  local meant = near.find(name, visible)

  self:problem("E301", node, string.format("'%s' is not defined", name),
    left_out[name] or meant and string.format("did you mean '%s'?", meant)
    or "define it above with 'local'")
end

function expressions.paren(self, node)
  self:walk(node.inner)
end

function expressions.unary(self, node)
  self:walk(node.right)
end

function expressions.binary(self, node)
  self:walk(node.left)
  self:walk(node.right)
end

expressions["function"] = function(self, node)
  self:func(node)
end

function expressions.table(self, node)
  for _, field in ipairs(node.fields) do
    if field.key and not (field.named and field.key.kind == "name") then
      self:walk(field.key)
    end
    if field.value.kind == "function" then
      self:func(field.value, role_of(field.named))
    else
      self:walk(field.value)
    end
  end
end

-- E303: a fact that this object does not have.
local function no_such_fact(self, facts, name, method)
  local text = name.value
  local known = method and facts.methods or facts.fields
  local other = method and facts.fields or facts.methods
  local help = facts.later and facts.later[text]

  if not help and other[text] then
    help = method and string.format("it is a field: write .%s", text)
      or string.format("it is a method: write :%s(...)", text)
  elseif not help then
    local meant = near.find(text, known)
    local list = table.concat(near.sorted(known), ", ")

    help = meant and string.format("did you mean '%s'?", meant)
      or list ~= "" and (method and "its methods are " or "its fields are ")
        .. list or nil
  end
  self:problem("E303", name, string.format("%s has no %s '%s'", facts.noun,
    method and "method" or "field", text), help)
end

function expressions.index(self, node)
  local facts = self:facts(node.object)

  self:walk(node.object)
  if node.key then
    self:walk(node.key)
  elseif facts and facts.fields[node.name.value] == nil then
    no_such_fact(self, facts, node.name, false)
  end
end

function expressions.method(self, node)
  local facts = self:facts(node.object)
  local name = node.name.value

  self:walk(node.object)
  self:walk_all(node.arguments)
  if facts and facts.methods[name] == nil then
    no_such_fact(self, facts, node.name, true)
  end
end

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
  elseif verdict and member then
    local meant = near.find(member, verdict)

    self:problem("E306", node.name, string.format("%s has no verdict '%s'",
      word, member), meant and string.format("did you mean %s.%s?", word,
      meant) or "its verdicts are "
        .. table.concat(near.sorted(verdict), ", "))
    return
  end
  for _, role in ipairs(near.sorted(schema.verdicts)) do
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
    kinds[spec.kind](spec, value, cursor)
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
      local meant = near.find(node.value, self.trusts)

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
      local meant = near.find(field.named, known)

      self:problem("E101", field.key, string.format(
        "unknown field '%s' in %s", field.named, name), meant
        and string.format("did you mean '%s'?", meant)
        or "its fields are " .. table.concat(near.sorted(known), ", "))
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

-- E107: what a verdict is made of, when it stands in the text.
local function check_verdict(self, node)
  local word, member = constructor(self, node.object)
  local given = node.arguments[1]
  local name = member and word .. "." .. member or word
  local known

  for _, verdicts in pairs(schema.verdicts) do
    known = known or word and verdict_fields(verdicts, word, member)
  end
  if known and given and given.kind == "table" then
    check_fields(self, name, known, given)
  elseif known and given and literals[given.kind] then
    self:problem("E107", given, string.format("%s takes a table, got %s", name,
      described(given)), string.format("write %s { }", name))
  end
end

function expressions.call(self, node)
  self:walk(node.object)
  self:walk_all(node.arguments)
  check_verdict(self, node)
end

-- E306: what a function returns is no verdict.
local function check_return(self, node)
  if node.kind == "paren" then
    return check_return(self, node.inner)
  elseif node.operator == "and" or node.operator == "or" then
    if node.operator == "or" then
      check_return(self, node.left)
    end
    return check_return(self, node.right)
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

statements["return"] = function(self, node)
  self:walk_all(node.values)
  if self.role and node.values[1] then
    check_return(self, node.values[1])
  end
end

function statements.expression(self, node)
  self:walk(node.value)
end

statements["goto"] = function() end

statements["do"] = function(self, node)
  self:block(node.body)
end

statements["while"] = function(self, node)
  self:walk(node.condition)
  self:block(node.body)
end

-- The condition of `until` sees the locals of the body.
statements["repeat"] = function(self, node)
  self:open()
  for _, inner in ipairs(node.body) do
    statements[inner.kind](self, inner)
  end
  self:walk(node.condition)
  self:close()
end

statements["if"] = function(self, node)
  self:walk_all(node.conditions)
  for _, inner in ipairs(node.blocks) do
    self:block(inner)
  end
end

statements["for"] = function(self, node)
  self:walk_all(node.values)
  self:open()
  for _, name in ipairs(node.names) do
    self:declare(name.value)
  end
  self:block(node.body)
  self:close()
end

statements["local"] = function(self, node)
  local facts = {}

  for i, value in ipairs(node.values) do
    local name = node.names[i] and node.names[i].value

    facts[i] = self:facts(value)
    if value.kind == "function" then
      self:func(value, role_of(self.fields[name]))
    else
      self:walk(value)
    end
  end
  for i, name in ipairs(node.names) do
    self:declare(name.value, facts[i])
  end
end

statements["local function"] = function(self, node)
  local name = node.names[1].value

  self:declare(name)
  self:func(node.values[1], role_of(self.fields[name]))
end

function statements.assign(self, node)
  self:walk_all(node.values)
  for _, target in ipairs(node.targets) do
    if target.kind ~= "name" then
      self:walk(target)
    elseif not self.names[target.value] then
      self:problem("E305", target, string.format(
        "'%s' is not local: a policy has no global variables", target.value),
        string.format("write local %s%s", node.global and "function " or "",
          target.value))
      self.root[target.value] = true
    end
  end
end

-- Every name that is made local anywhere, for did-you-mean.
local function names_in(list, set)
  for _, node in ipairs(list) do
    for _, name in ipairs(node.names or {}) do
      set[name.value] = true
    end
    for _, inner in ipairs(node.blocks or { node.body }) do
      names_in(inner, set)
    end
  end
  return set
end

-- Check the tree of `file`. `collected` knows the words and the trusts; when
-- it is incomplete a name may be declared where it was not reached.
return function(tree, file, collected, found)
  local trusts = {}

  for _, trust in ipairs(collected.declarations.trusts) do
    trusts[trust.name] = true
  end
  local self = setmetatable({
    file = file, words = collected.known, found = found,
    trusts = not collected.incomplete and trusts or nil,
    named_trusts = collected.named_trusts, assigned = tree.assigned,
    fields = tree.fields, all_names = names_in(tree.body, {}), names = {},
  }, scope)

  self.root = self.names
  self:block(tree.body)
end
