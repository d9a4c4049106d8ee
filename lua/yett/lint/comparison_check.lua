-- SPDX-License-Identifier: Apache-2.0
-- W214, comparisons that are never true, at their place in the text:
-- impossible_comparison.lua knows the forms of facts. `self` is the scope of
-- scope.lua, which calls these functions and keeps the doubts.

local impossible_comparison = require "yett.lint.impossible_comparison"

-- An expression as it stands in the text, as far as it is a fact.
local function written(node)
  if node.kind == "name" then
    return node.value
  elseif node.kind == "paren" then
    return written(node.inner)
  elseif node.kind == "index" and node.key then
    return written(node.object) .. "[" .. written(node.key) .. "]"
  elseif node.kind == "index" or node.kind == "method" then
    return written(node.object) .. (node.kind == "index" and "." or ":")
      .. node.name.value .. (node.kind == "method" and "(...)" or "")
  elseif node.kind == "string" then
    return string.format('"%s"', node.value)
  end
  return tostring(node.value or node.kind)
end

local function never(node, text, reason)
  return string.format("%s is %s: %s", text, node.operator == "~="
    and "always true" or "never true", reason)
end

-- Whether a server name is one of those that a site has.
local function is_of_site(site, name)
  if site.name == "*" or name == "" then
    return site.name == "*"
  elseif site.name:sub(1, 2) == "*." then
    return name:match("^[^.]+%.(.*)$") == site.name:sub(3)
  end
  return name == site.name
end

-- W214 when it depends on the site whether a text can be equal to a fact.
local function doubt_by_site(self, node, fact, literal, text)
  if fact.form == "path" and literal.value:find "%u" then
    self:doubt("W214", literal, never(node, text,
      'with case = "insensitive" a function sees paths in lower case'),
      string.format('write "%s"', literal.value:lower()), {
        all = function(site) return site.ignore_case end,
      })
  elseif fact.form == "name" then
    self:doubt("W214", literal, never(node, text,
      "the site has no such name"), "leave it out, or put it into that site", {
        all = function(site) return not is_of_site(site, literal.value) end,
      })
  end
end

-- W214: `left` is compared with `right`, and can never be equal to it.
local function check_comparison(self, node, left, right)
  local fact, name = self:fact(left)
  local text, reason, help

  if not fact then
    return
  end
  text = string.format("%s %s %s", written(left), node.operator,
    written(right))
  if right.kind == "string" and type(fact) == "table" and fact.form
      and fact.form ~= "certificate" then
    reason, help = impossible_comparison.text(fact.form, right.value, self.host)
  elseif type(fact) ~= "table" or fact.form then
    reason, help = impossible_comparison.type(fact, right, name)
  end
  if reason then
    self:doubt("W214", right, never(node, text, reason), help)
  elseif right.kind == "string" and type(fact) == "table" then
    doubt_by_site(self, node, fact, right, text)
  end
end

local orders = {
  ["<"] = function(a, b) return a < b end,
  ["<="] = function(a, b) return a <= b end,
  [">"] = function(a, b) return a > b end,
  [">="] = function(a, b) return a >= b end,
}

-- W214: the order of a version and a text, when both versions have it or none.
local function check_ordered(self, node)
  local holds, left, right = orders[node.operator], node.left, node.right
  local version = holds and (self:facts(left) or self:facts(right))
  local literal = left.kind == "string" and left or right

  if not version or version.form ~= "version" or literal.kind ~= "string" then
    return
  end
  local function decided(text)
    return holds(literal == left and left.value or text,
      literal == right and right.value or text)
  end

  if decided("1.2") == decided("1.3") then
    self:doubt("W214", literal, string.format(
      '%s %s %s is %s true: there are the versions "1.2" and "1.3"',
      written(left), node.operator, written(right),
      decided("1.2") and "always" or "never"), 'compare with "1.2" or "1.3"')
  end
end

-- W214: `not` of a fact that is always there.
local function check_negated(self, node)
  local fact = self:fact(node.right)

  if type(fact) == "table" and fact.form and not fact.optional then
    self:doubt("W214", node.right, string.format(
      "not %s is never true: it is always there", written(node.right)),
      fact.form == "name" and 'without a name it is ""'
        or "'not' binds first: to compare write a ~= b, or not (a == b)")
  end
end

-- W214: a method that compares is given a text that never fits.
local function check_argument(self, node, facts)
  local name, given = node.name.value, node.arguments[1]
  local form = name == "offers_alpn" and "alpn"
    or (impossible_comparison.arguments[facts.form] or {})[name]
  local reason, help

  if form and given and given.kind == "string" then
    reason, help = impossible_comparison.text(form, given.value, self.host)
    if reason then
      self:doubt("W214", given, string.format('%s:%s "%s" is never true: %s',
        written(node.object), name, given.value, reason), help)
    end
  end
end

-- W214: a set holds texts that the fact which is looked up never is.
local function check_set(self, node, facts)
  local set = facts.made_of
  local fact = node.arguments[1] and self:facts(node.arguments[1])

  if not set or set.kind ~= "table" or not fact or not fact.form
      or fact.form == "certificate" or facts.noun ~= "a set" then
    return
  end
  for _, field in ipairs(set.fields) do
    local reason, help

    if field.value.kind == "string" then
      reason, help = impossible_comparison.text(fact.form, field.value.value,
        self.host)
    end
    if reason then
      self:doubt("W214", field.value, string.format(
        '%s is never "%s": %s', written(node.arguments[1]), field.value.value,
        reason), help)
    end
  end
end

-- W214: who is in a network is an address.
local function check_address(self, node, facts)
  local fact = node.arguments[1] and self:facts(node.arguments[1])

  if facts.noun == "a cidr" and fact and fact.form ~= "address" then
    self:doubt("W214", node.arguments[1], string.format(
      "%s is in no network: it is %s", written(node.arguments[1]), fact.noun),
      "write client_ip")
  end
end

-- W214: `find` looks for the text itself.
local function check_pattern(self, node, facts)
  local given = node.arguments[1]

  if facts.form and node.name.value == "find" and given
      and given.kind == "string" and (given.value:find "^%^"
        or given.value:find "%$$" or given.value:find "%%%a"
        or given.value:find "%.[*+]") then
    self:doubt("W214", given, string.format(
      '%s:find "%s" is never true: it looks for the text itself',
      written(node.object), given.value),
      "there are no patterns: write starts_with, ends_with, under or a glob")
  end
end

-- A method of something whose facts are known.
local function check_asked(self, node, facts)
  check_argument(self, node, facts)
  check_set(self, node, facts)
  check_address(self, node, facts)
  check_pattern(self, node, facts)
end

-- W214: a matcher has no elements.
local function check_indexed(self, node, facts)
  self:doubt("W214", node.object, string.format(
    "%s[...] is always nil: %s is asked by a method", written(node.object),
    facts.noun), string.format("write %s:%s(...)", written(node.object),
      next(facts.methods)))
end

-- W214: `a == "x" or "y"` is true whatever a is.
local function check_condition(self, node)
  if node.kind == "paren" then
    return check_condition(self, node.inner)
  elseif node.operator == "or" and node.left then
    check_condition(self, node.left)
    if node.right.kind == "string" or node.right.kind == "number" then
      self:doubt("W214", node.right, string.format(
        "the condition is always true: %s alone is no comparison",
        written(node.right)), 'write a == "x" or a == "y", or '
          .. 'set { "x", "y" } and :contains(a)')
    end
  end
end

return {
  compared = check_comparison, ordered = check_ordered,
  negated = check_negated, asked = check_asked,
  indexed = check_indexed, condition = check_condition,
}
