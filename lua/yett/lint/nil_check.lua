-- SPDX-License-Identifier: Apache-2.0
-- Finds where a request function uses a certificate without having looked
-- whether there is one. Follows all branches: `if req.certificate then`,
-- `not ... then return`, `and`, `or`, and locals that hold it.

local nil_check = {}
nil_check.__index = nil_check

local visit, block

-- Whether nothing goes on after a call.
local function ends(node)
  return node.kind == "call" and node.object.kind == "name"
    and node.object.value == "error"
end

-- Whether the expression is the certificate itself.
function nil_check:is_it(node)
  if node.kind == "paren" then
    return self:is_it(node.inner)
  elseif node.kind == "name" then
    return self.alias[node.value] == true
  end
  return node.kind == "index" and node.name ~= nil
    and node.name.value == "certificate" and node.object.kind == "name"
    and node.object.value == self.param
end

-- `node == nil` or `node ~= nil` of the certificate: the operator.
function nil_check:compared(node)
  if node.operator ~= "==" and node.operator ~= "~=" or not node.left then
    return nil
  elseif node.left.kind == "nil" and self:is_it(node.right)
      or node.right.kind == "nil" and self:is_it(node.left) then
    return node.operator
  end
end

-- Whether there is a certificate when `node` is true (or false, as `is` says).
function nil_check:proves(node, is)
  if node.kind == "paren" then
    return self:proves(node.inner, is)
  elseif node.operator == "not" then
    return self:proves(node.right, not is)
  elseif node.operator == "and" or node.operator == "or" then
    local both = (node.operator == "and") == is
    local left, right = self:proves(node.left, is), self:proves(node.right, is)

    return both and (left or right) or left and right
  elseif self:compared(node) then
    return (self:compared(node) == "~=") == is
  end
  return is and self:is_it(node)
end

-- Run `inspect` as if `known` were so.
function nil_check:assuming(known, inspect)
  local before = self.known

  self.known = before or known
  inspect()
  self.known = before
end

-- A field or method of something; told once, for what follows knows.
local function used(self, node)
  if self:is_it(node.object) and not self.known then
    self.report(node.object)
    self.known = true
  end
  visit(self, node.object)
end

local expressions = {}

function expressions.index(self, node)
  used(self, node)
  if node.key then
    visit(self, node.key)
  end
end

function expressions.method(self, node)
  used(self, node)
  for _, argument in ipairs(node.arguments) do
    visit(self, argument)
  end
end

function expressions.call(self, node)
  visit(self, node.object)
  for _, argument in ipairs(node.arguments) do
    visit(self, argument)
  end
  if node.object.kind == "name" and node.object.value == "assert"
      and node.arguments[1] and self:proves(node.arguments[1], true) then
    self.known = true
  end
end

function expressions.binary(self, node)
  visit(self, node.left)
  if node.operator == "and" or node.operator == "or" then
    self:assuming(self:proves(node.left, node.operator == "and"), function()
      visit(self, node.right)
    end)
  else
    visit(self, node.right)
  end
end

function expressions.unary(self, node)
  visit(self, node.right)
end

function expressions.paren(self, node)
  visit(self, node.inner)
end

function expressions.table(self, node)
  for _, field in ipairs(node.fields) do
    visit(self, field.value)
  end
end

expressions["function"] = function(self, node)
  self:assuming(false, function()
    block(self, node.body)
  end)
end

function visit(self, node)
  if expressions[node.kind] then
    expressions[node.kind](self, node)
  end
end

local statements = {}

-- Each returns whether nothing goes on behind it.
statements["return"] = function(self, node)
  for _, value in ipairs(node.values) do
    visit(self, value)
  end
  return true
end

function statements.expression(self, node)
  visit(self, node.value)
  return ends(node.value)
end

statements["goto"] = function(_, node)
  return node.leaves
end

statements["local"] = function(self, node)
  for _, value in ipairs(node.values) do
    visit(self, value)
  end
  for i, name in ipairs(node.names) do
    local value = node.values[i]

    self.alias[name.value] = value ~= nil and self:is_it(value)
  end
end

statements["local function"] = function(self, node)
  visit(self, node.values[1])
end

function statements.assign(self, node)
  for _, value in ipairs(node.values) do
    visit(self, value)
  end
  for i, target in ipairs(node.targets) do
    if target.kind == "name" then
      self.alias[target.value] = node.values[i] ~= nil
        and self:is_it(node.values[i])
    else
      visit(self, target)
    end
  end
end

-- Behind an `if` is known what all ways that come through know.
statements["if"] = function(self, node)
  local before, after = self.known, true
  local through = false

  for i, inner in ipairs(node.blocks) do
    local condition = node.conditions[i]
    local known

    if condition then
      visit(self, condition)
      known = self.known
      self.known = known or self:proves(condition, true)
    else
      known = self.known
    end
    if not block(self, inner) then
      through, after = true, after and self.known
    end
    self.known = known or condition ~= nil and self:proves(condition, false)
  end
  if #node.blocks == #node.conditions then
    through, after = true, after and self.known
  end
  self.known = before or through and after
  return not through
end

statements["while"] = function(self, node)
  visit(self, node.condition)
  self:assuming(self:proves(node.condition, true), function()
    block(self, node.body)
  end)
end

statements["repeat"] = function(self, node)
  block(self, node.body)
  visit(self, node.condition)
end

statements["for"] = function(self, node)
  for _, value in ipairs(node.values) do
    visit(self, value)
  end
  self:assuming(false, function()
    block(self, node.body)
  end)
end

statements["do"] = function(self, node)
  return block(self, node.body)
end

-- Returns whether nothing goes on behind the list.
function block(self, list)
  local outer = self.alias
  local ended = false

  self.alias = setmetatable({}, { __index = outer })
  for _, node in ipairs(list) do
    ended = statements[node.kind](self, node) or ended
  end
  self.alias = outer
  return ended
end

-- Call `report(node)` for each use in the function `node`, whose parameter
-- `param` is the request, of a certificate that may not be there.
return function(node, param, report)
  block(setmetatable({
    param = param, alias = {}, known = false, report = report,
  }, nil_check), node.body)
end
