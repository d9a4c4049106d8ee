-- SPDX-License-Identifier: Apache-2.0
-- Checks every branch of a policy without running it: undefined names, facts
-- that do not exist or not yet, comparisons that are never true, misused
-- values, and functions that return something other than a verdict.

local comparison_check = require "yett.lint.comparison_check"
local did_you_mean = require "yett.diagnosis.did_you_mean"
local foreign_words = require "yett.diagnosis.foreign_words"
local impossible_comparison = require "yett.lint.impossible_comparison"
local may_request_certificate = require "yett.lint.may_request_certificate"
local nil_check = require "yett.lint.nil_check"
local schema = require "yett.language.schema"
local sorted_keys = require "yett.text.sorted_keys"
local value_check = require "yett.lint.value_check"
local verdict_check = require "yett.lint.verdict_check"

local scope = {}
scope.__index = scope

local expressions, statements = {}, {}

-- Why a name that Lua usually has is missing.
local left_out = {
  io = "a policy reads no files; use data \"file.json\"",
  os = "a policy depends on nothing but the request",
  debug = "a policy cannot look into Lua itself",
  require = "a module is a file of the policy's folder: write use \"FILE.lua\"",
  package = "a policy is one file, or all files of a folder",
  load = "a policy is text that is checked before it runs",
  loadfile = "a policy is text that is checked before it runs",
  dofile = "a policy is one file, or all files of a folder",
  print = "use why = \"...\" in a verdict: it reaches the log",
  coroutine = "a decision ends before anything else happens",
  utf8 = "a text is its bytes; use find, sub, starts_with, ends_with",
  xpcall = "use pcall, or let it fail: a function that fails refuses",
  rawset = "write TABLE.FIELD = VALUE",
  collectgarbage = "a worker frees what a decision has used",
  warn = "use why = \"...\" in a verdict: it reaches the log",
  null = "Lua writes nil", None = "Lua writes nil",
  True = "Lua writes true", False = "Lua writes false",
}

-- An error at a node of the tree.
function scope:problem(code, node, message, help)
  self.blamed[node.line] = true
  self.found:add("error", code, {
    file = self.file, line = node.line, column = node.column,
    length = node.length,
  }, message, { help = help })
end

-- Something that is allowed and cannot be meant; told when nothing is wrong.
-- `extra.any` or `extra.all` ask of each site that has the function whether it
-- holds there; see site_functions.lua.
function scope:doubt(code, node, message, help, extra)
  local doubt = extra or {}

  doubt.code, doubt.message, doubt.help = code, message, help
  doubt.function_line = self.role_line
  doubt.anchor = {
    file = self.file, line = node.line, column = node.column,
    length = node.length,
  }
  if node.kind == "index" and node.name and node.name.line == node.line then
    doubt.anchor.length = node.name.column + node.name.length - node.column
  end
  self.doubts[#self.doubts + 1] = doubt
end

-- A block begins: what is declared from here on is forgotten by close().
function scope:open()
  self.names = setmetatable({}, { __index = self.names })
  self.made = setmetatable({}, { __index = self.made })
  self.level = self.level + 1
end

function scope:close()
  self.names = getmetatable(self.names).__index
  self.made = getmetatable(self.made).__index
  self.level = self.level - 1
end

-- Make a name local; `facts` is the schema of its value, when known, and `value`
-- the node that it is. One that is assigned later may hold anything.
function scope:declare(name, facts, value)
  self.names[name] = not self.assigned[name] and facts or true
  self.made[name] = {
    value = not self.assigned[name] and value or nil, level = self.level,
  }
end

-- Look at an expression.
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

-- Look at the statements of a block.
function scope:block(list)
  self:open()
  for _, node in ipairs(list) do
    statements[node.kind](self, node)
  end
  self:close()
end

-- The schema of what an expression gives, or nil: a table of its fields and
-- methods, or the name of a type; and what it is called.
function scope:fact(node)
  if node.kind == "paren" then
    return self:fact(node.inner)
  elseif node.kind == "name" then
    local known = self.names[node.value]

    return known ~= true and known or nil, node.value
  elseif node.kind == "index" then
    local object, of = self:fact(node.object)

    if object == "table<string, string>" then
      return schema.header, node.name and node.name.value or of
    elseif type(object) == "table" and node.name then
      return object.fields[node.name.value], node.name.value
    end
  elseif node.kind == "method" then
    local object = self:facts(node.object)
    local form = object and object.form
      and impossible_comparison.results[node.name.value]

    return form and {
      noun = "a text", form = form, fields = {}, methods = object.methods,
      later = object.later,
    } or nil, node.name.value
  elseif node.kind == "call" and node.object.kind == "name"
      and not self.names[node.object.value] then
    local matcher = schema.matchers[node.object.value]

    return matcher and {
      noun = matcher.noun, fields = {}, methods = matcher.methods,
      made_of = node.arguments[1],
    } or nil, node.object.value
  end
end

-- The same, when it has fields and methods.
function scope:facts(node)
  local fact = self:fact(node)

  return type(fact) == "table" and fact or nil
end

-- W215: a certificate is used that may not be there. Only where the whole site
-- requires one it always is: whoever has none is refused before.
function scope:certificate_is_looked_for(node)
  nil_check(node, node.params[1].value, function(use)
    self:doubt("W215", use, "there may be no certificate here: who sends none "
      .. "is refused with 500, policy_error", "look first: if not "
      .. "req.certificate then return need_certificate { } end", {
        any = function(site)
          return site.certificate ~= "require" and may_request_certificate(site)
        end,
      })
  end)
end

-- W224: a certificate is looked at where no handshake asks for one.
function scope:certificate_is_read(node)
  local deciding = self.deciding

  if self.role ~= "request" or deciding.certificate
      or self:fact(node) ~= schema.facts.request.fields.certificate then
    return
  end
  deciding.certificate = true
  self:doubt("W224", node, "there is never a certificate here: no handshake "
    .. "asks for one", 'add certificate = "request" to the site, or require '
    .. "one on the paths that need it", {
      all = function(site)
        return not may_request_certificate(site)
      end,
    })
end

-- The parameter of a policy function is a hello or a request.
function scope:func(node, role)
  local outer, line, deciding = self.role, self.role_line, self.deciding

  self:open()
  if role then
    self.deciding = { level = self.level, told = {} }
  end
  for i, param in ipairs(node.params) do
    if param.kind == "name" then
      self:declare(param.value, role and (i == 1 and schema.facts[role]
        or schema.nothing) or nil)
    end
  end
  self.role = role
  self.role_line = role and node.line or line
  self:block(node.body)
  if role == "request" and node.params[1] then
    self:certificate_is_looked_for(node)
  end
  self.role, self.role_line, self.deciding = outer, line, deciding
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
  local visible = sorted_keys(self.words)

  for _, word in ipairs(schema.values) do
    visible[#visible + 1] = word
  end
  for word in pairs(self.all_names) do
    visible[#visible + 1] = word
  end
  local meant = did_you_mean(name, visible)

  self:problem("E301", node, string.format("'%s' is not defined", name),
    node.is_value and (self.quotable[name]
      or self.trusts and self.trusts[name])
      and string.format('a text stands in quotes: "%s"', name)
    or left_out[name] or foreign_words.words[name]
      or self.all_names[name] and "it is local elsewhere: "
      .. "define it above, where this can see it"
    or meant and string.format("did you mean '%s'?", meant)
    or "define it above with 'local'")
end

function expressions.paren(self, node)
  self:walk(node.inner)
end

function expressions.unary(self, node)
  self:walk(node.right)
  if node.operator == "#" and self:fact(node.right) == "table<string, string>"
      then
    self:problem("E107", node.right, "headers cannot be counted",
      'ask for each by its name: req.headers["x-name"]')
  end
  if node.operator == "not" then
    comparison_check.negated(self, node)
  end
end

function expressions.binary(self, node)
  self:walk(node.left)
  self:walk(node.right)
  if node.operator == "==" or node.operator == "~=" then
    comparison_check.compared(self, node, node.left, node.right)
    comparison_check.compared(self, node, node.right, node.left)
  end
  comparison_check.ordered(self, node)
  value_check.computed(self, node)
  value_check.ordered(self, node)
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
      field.value.is_value = true -- of a field: a text may be meant
      self:walk(field.value)
    end
  end
end

-- E303: a fact that this object does not have.
local function no_such_fact(self, facts, name, method)
  local text = name.value
  local known = method and facts.methods or facts.fields
  local other = method and facts.fields or facts.methods
  local help = facts.later and facts.later[text] or not method
    and facts.noun ~= "a text" and foreign_words.facts[text] or nil

  if not help and other[text] then
    help = method and string.format("it is a field: write .%s", text)
      or string.format("it is a method: write :%s(...)", text)
  elseif not help then
    local meant = did_you_mean(text, known)
    local of_other = not meant and did_you_mean(text, other)
    local list = table.concat(sorted_keys(known), ", ")

    help = meant and string.format("did you mean '%s'?", meant)
      or of_other and string.format(method and "did you mean .%s?"
        or "did you mean :%s(...)?", of_other)
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
    if facts and facts.made_of then
      comparison_check.indexed(self, node, facts)
    end
  elseif facts and facts.fields[node.name.value] == nil then
    no_such_fact(self, facts, node.name, false)
  else
    value_check.library(self, node)
    self:certificate_is_read(node)
  end
end

function expressions.method(self, node)
  local facts = self:facts(node.object)
  local name = node.name.value

  self:walk(node.object)
  self:walk_all(node.arguments)
  if facts and facts.methods[name] == nil then
    no_such_fact(self, facts, node.name, true)
  elseif facts then
    comparison_check.asked(self, node, facts)
  else
    value_check.called(self, node)
  end
end

-- E308: a value that is made once is made for each decision.
local function check_made_once(self, node)
  local word = node.object.kind == "name" and node.object.value

  if self.role and not self.names[word] and (schema.matchers[word]
      or word == "data") then
    self:problem("E308", node, word .. " is made once, not for each decision",
      string.format("write local NAME = %s ... above, outside of functions",
        word))
  end
end

function expressions.call(self, node)
  check_made_once(self, node)
  self:walk(node.object)
  self:walk_all(node.arguments)
  verdict_check.made(self, node)
  value_check.declared(self, node)
  value_check.changing_call(self, node)
end

statements["return"] = function(self, node)
  self:walk_all(node.values)
  if self.role and node.values[1] then
    verdict_check.returned(self, node.values[1])
  end
end

function statements.expression(self, node)
  self:walk(node.value)
  if self.role then
    verdict_check.dropped(self, node.value)
  end
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
  for _, condition in ipairs(node.conditions) do
    comparison_check.condition(self, condition)
  end
  for _, inner in ipairs(node.blocks) do
    self:block(inner)
  end
end

statements["for"] = function(self, node)
  self:walk_all(node.values)
  value_check.iterated(self, node)
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
  local last = node.values[#node.values]
  local open = last and (last.kind == "call" or last.kind == "method"
    or last.kind == "...")

  for i, name in ipairs(node.names) do
    self:declare(name.value, facts[i], node.values[i]
      or not open and { kind = "nil" } or nil)
  end
end

statements["local function"] = function(self, node)
  local name = node.names[1].value

  self:declare(name, nil, node.values[1])
  self:func(node.values[1], role_of(self.fields[name]))
end

function statements.assign(self, node)
  self:walk_all(node.values)
  for _, target in ipairs(node.targets) do
    if target.kind ~= "name" then
      if not value_check.changed(self, target) then
        self:walk(target)
      end
    elseif self.names[target.value] then
      value_check.changed(self, target)
    else
      self:problem("E305", target, string.format(
        "'%s' is not local: a policy has no global variables", target.value),
        schema.words[target.value] and schema.words[target.value].example
          and "it is a word: write " .. schema.words[target.value].example
        or string.format("write local %s%s", node.global and "function " or "",
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

-- What is written in quotes: the values of enums.
local quotable = {}

for _, spec in pairs(schema.words.site.fields) do
  for _, value in ipairs(spec.values or {}) do
    quotable[value] = true
  end
end

-- Check the tree of `file`; returns the lines that something is wrong in, as a
-- set. `collected` knows the words and the trusts; when it is incomplete a name
-- may be declared where it was not reached.
return function(tree, file, collected, found)
  local trusts = {}

  for _, trust in ipairs(collected.declarations.trusts) do
    trusts[trust.name] = true
  end
  local self = setmetatable({
    file = file, words = collected.known, found = found,
    trusts = not collected.incomplete and trusts or nil,
    named_trusts = collected.named_trusts, assigned = tree.assigned,
    filled = tree.filled, library = collected.words, blamed = {},
    fields = tree.fields, all_names = names_in(tree.body, {}), names = {},
    made = {}, level = 0, host = collected.host, doubts = collected.doubts, quotable = quotable,
  }, scope)

  self.root = self.names
  self:block(tree.body)
  return self.blamed
end
