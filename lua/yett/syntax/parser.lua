-- SPDX-License-Identifier: Apache-2.0
-- Parses a policy into a tree, for two purposes: to say better than Lua what
-- is wrong with its syntax, and to let scope.lua look at every branch of its
-- functions. The grammar is that of Lua 5.4.
--
-- A node is its first token with another `kind` and with children; so each
-- node has a line, a column and a length.

local error_messages = require "yett.syntax.error_messages"
local lexer = require "yett.syntax.lexer"

local parser = {}
parser.__index = parser

-- Binary operators: left and right priority.
local priority = {
  ["or"] = { 1, 1 }, ["and"] = { 2, 2 },
  ["<"] = { 3, 3 }, [">"] = { 3, 3 }, ["<="] = { 3, 3 }, [">="] = { 3, 3 },
  ["~="] = { 3, 3 }, ["=="] = { 3, 3 },
  ["|"] = { 4, 4 }, ["~"] = { 5, 5 }, ["&"] = { 6, 6 },
  ["<<"] = { 7, 7 }, [">>"] = { 7, 7 }, [".."] = { 9, 8 },
  ["+"] = { 10, 10 }, ["-"] = { 10, 10 },
  ["*"] = { 11, 11 }, ["/"] = { 11, 11 }, ["//"] = { 11, 11 },
  ["%"] = { 11, 11 }, ["^"] = { 14, 13 },
}
local unary_priority = 12
local unary = { ["not"] = true, ["-"] = true, ["#"] = true, ["~"] = true }
local block_ends = {
  ["eof"] = true, ["end"] = true, ["else"] = true, ["elseif"] = true,
  ["until"] = true,
}

-- Deeper nesting than this no person writes; Lua's own limit is 200.
local most_depth = 180

-- Parsing ends here; error_messages.lua chooses the words.
function parser:fail(problem)
  problem.line = problem.line or self.token.line
  problem.column = problem.column or self.token.column
  problem.length = problem.length or math.max(self.token.length, 1)
  self.problems[#self.problems + 1] = problem
  error(self.problems, 0)
end

-- Go to the next token; returns the one before.
function parser:advance()
  self.previous = self.token
  self.token = self.after or self.lexer:next()
  self.after = nil
  if self.token.kind == "bad" then
    self:fail(error_messages.bad_token(self.token, self.previous))
  end
  return self.previous
end

-- The kind of the token behind the current one.
function parser:peek()
  self.after = self.after or self.lexer:next()
  return self.after.kind
end

-- Go on if the token is of this kind: it, or nil.
function parser:accept(kind)
  if self.token.kind == kind then
    return self:advance()
  end
end

-- Go on, or fail when the token is not of this kind.
function parser:expect(kind, where)
  if self.token.kind ~= kind then
    self:fail(error_messages.expected(kind, where, self.token, self.previous))
  end
  return self:advance()
end

-- `open` is not closed by `kind`: it is to blame, or an `else if` behind it
-- that needs an 'end' of its own.
function parser:unclosed(kind, open)
  local inner = kind == "end" and self.else_if

  if inner and (inner.line > open.line or inner.line == open.line
      and inner.column > open.column) then
    self:fail(error_messages.else_if(inner))
  end
  self:fail(error_messages.unclosed(kind, open, self.token))
end

-- What closes `open`.
function parser:close(kind, open)
  if self.token.kind ~= kind then
    self:unclosed(kind, open)
  end
  return self:advance()
end

function parser:deeper()
  self.depth = self.depth + 1
  if self.depth > most_depth then
    self:fail { code = "E002", message = "nested too deeply" }
  end
end

local expression, block

local function name_list(self)
  local list = { self:expect("name", "here") }

  while self:accept(",") do
    list[#list + 1] = self:expect("name", "here")
  end
  return list
end

local function expression_list(self)
  local list = { expression(self) }

  while self:accept(",") do
    list[#list + 1] = expression(self)
  end
  return list
end

-- The parameters and the body; `open` is the word `function`.
local function function_body(self, open)
  local node = { kind = "function", params = {} }

  self:expect("(", "before the parameters")
  while self.token.kind == "name" or self.token.kind == "..." do
    node.params[#node.params + 1] = self:advance()
    if not self:accept(",") then
      break
    end
  end
  self:expect(")", "after the parameters")
  node.body = block(self, open)
  self:close("end", open)
  node.line, node.column, node.length = open.line, open.column, open.length
  return node
end

-- One field of a table constructor.
local function field(self)
  local kind = self.token.kind

  if kind == "name" and self:peek() == "=" then
    local key = self:advance()

    self:advance()
    return { key = key, named = key.value, value = expression(self) }
  elseif (kind == "name" or kind == "string") and self:peek() == ":" then
    local after = self.after

    if kind == "string" or self.lexer.text:find("^%s*[%d\"'{]",
        self.lexer.at) then
      self:fail(error_messages.colon(self.token, after))
    end
  elseif kind == "[" then
    local key

    self:advance()
    key = expression(self)
    self:expect("]", "after the key")
    self:expect("=", "before the value")
    return { key = key, named = key.kind == "string" and key.value or nil,
      value = expression(self) }
  end
  return { value = expression(self) }
end

-- Lua lets the last of two fields of one name win without a word; remember
-- them, so that somebody says it.
local function note_repeated(self, one, seen)
  local first = one.named and seen[one.named]

  if first then
    local list = self.tree.repeated

    list[#list + 1] = { name = one.named, key = one.key, first = first }
  elseif one.named then
    seen[one.named] = one.key
  end
end

-- After a field: true if another may follow. A missing comma is reported and
-- taken as read, so that the next mistake is found too.
local function separator(self, open, node)
  if self:accept(",") or self:accept(";") then
    return true
  elseif self.token.kind == "}" then
    return false
  end
  local missing = error_messages.missing_comma(self.token, self.previous)

  if not missing then
    self:fail(error_messages.after_field(open, self.token, node))
  end
  self.problems[#self.problems + 1] = missing
  return true
end

local function table_constructor(self)
  local open = self:expect("{", "before the fields")
  local node = {
    kind = "table", fields = {}, line = open.line, column = open.column,
    length = open.length,
  }
  local seen = {}

  self:deeper()
  while self.token.kind ~= "}" do
    if self.token.kind == "eof" then
      self:fail(error_messages.unclosed("}", open, self.token))
    end
    local one = field(self)

    node.fields[#node.fields + 1] = one
    note_repeated(self, one, seen)
    if one.named and one.value.kind == "name" then
      self.tree.fields[one.value.value] = one.named
    end
    if not separator(self, open, one) then
      break
    end
  end
  self:close("}", open)
  self.depth = self.depth - 1
  return node
end

local function arguments(self)
  if self.token.kind == "string" then
    return { self:advance() }
  elseif self.token.kind == "{" then
    return { table_constructor(self) }
  end
  local open = self:expect("(", "before the arguments")
  local list = self.token.kind == ")" and {} or expression_list(self)

  self:close(")", open)
  return list
end

local function primary(self)
  if self.token.kind == "name" then
    return self:advance()
  elseif self.token.kind == "(" then
    local open = self:advance()
    local inner = expression(self)

    self:close(")", open)
    return { kind = "paren", inner = inner, line = open.line,
      column = open.column, length = open.length }
  end
  self:fail(error_messages.no_value(self.token, self.previous))
end

local function suffixed(self)
  local node = primary(self)
  local depth = self.depth

  while true do
    local kind = self.token.kind
    local base = { line = node.line, column = node.column,
      length = node.length, object = node }

    if kind == "." then
      self:advance()
      base.kind, base.name = "index", self:expect("name", "after the dot")
    elseif kind == "[" then
      self:advance()
      base.kind, base.key = "index", expression(self)
      self:expect("]", "after the index")
    elseif kind == ":" then
      self:advance()
      base.kind, base.name = "method", self:expect("name", "after the colon")
      base.arguments = arguments(self)
    elseif kind == "(" or kind == "{" or kind == "string" then
      base.kind, base.arguments = "call", arguments(self)
    else
      if node.kind == "name" then
        self.tree.filled[node.value] = true
      end
      self.depth = depth
      return node
    end
    self:deeper()
    node = base
  end
end

local literals = {
  number = true, string = true, ["nil"] = true, ["true"] = true,
  ["false"] = true, ["..."] = true,
}

local function simple(self)
  if literals[self.token.kind] then
    return self:advance()
  elseif self.token.kind == "{" then
    return table_constructor(self)
  elseif self.token.kind == "function" then
    return function_body(self, self:advance())
  end
  return suffixed(self)
end

function expression(self, limit)
  local left

  self:deeper()
  if unary[self.token.kind] then
    local operator = self:advance()

    left = {
      kind = "unary", operator = operator.kind, line = operator.line,
      column = operator.column, length = operator.length,
      right = expression(self, unary_priority),
    }
  else
    left = simple(self)
  end
  while priority[self.token.kind] and priority[self.token.kind][1]
      > (limit or 0) do
    local operator = self:advance()

    left = {
      kind = "binary", operator = operator.kind, sign = operator, left = left,
      line = left.line, column = left.column, length = left.length,
      right = expression(self, priority[operator.kind][2]),
    }
  end
  self.depth = self.depth - 1
  return left
end

local function if_statement(self, open)
  local node = { kind = "if", conditions = {}, blocks = {} }

  repeat
    node.conditions[#node.conditions + 1] = expression(self)
    self:expect("then", "after the condition")
    node.blocks[#node.blocks + 1] = block(self, open)
  until not self:accept("elseif")
  if self:accept("else") then
    if self.token.kind == "if" and self.token.line == self.previous.line then
      self.else_if = self.previous
    end
    node.blocks[#node.blocks + 1] = block(self, open)
  end
  self:close("end", open)
  return node
end

local function for_statement(self, open)
  local node = { kind = "for", names = name_list(self) }

  if #node.names == 1 and self.token.kind == "=" then
    self:advance()
  else
    self:expect("in", "after the names")
    node.generic = true
  end
  node.values = expression_list(self)
  self:expect("do", "after the values")
  node.body = block(self, open)
  self:close("end", open)
  return node
end

local function local_statement(self)
  local node = { kind = "local", names = {}, values = {} }

  if self:accept("function") then
    node.names[1] = self:expect("name", "as the name of the function")
    node.kind = "local function"
    node.values[1] = function_body(self, self.previous)
    return node
  end
  repeat
    node.names[#node.names + 1] = self:expect("name", "here")
    if self:accept("<") then
      self:expect("name", "as attribute")
      self:expect(">", "after the attribute")
    end
  until not self:accept(",")
  if self:accept("=") then
    node.values = expression_list(self)
  end
  return node
end

local function function_statement(self, open)
  local target = self:expect("name", "as the name of the function")
  local node = { kind = "assign", targets = { target }, global = true }
  local name = target
  local method = false

  while self.token.kind == "." or self.token.kind == ":" do
    method = self:advance().kind == ":"
    target = { kind = "index", object = target, line = name.line,
      column = name.column, length = name.length,
      name = self:expect("name", "as the name of the function") }
    node.targets[1] = target
    self.tree.filled[name.value] = true
  end
  node.values = { function_body(self, open) }
  if method then
    table.insert(node.values[1].params, 1, { kind = "name", value = "self",
      line = open.line, column = open.column, length = open.length })
  end
  return node
end

-- Remember the name whose field `target` is: its table gets fields later.
local function note_filled(self, target)
  local root = target

  while root.kind == "index" do
    root = root.object
  end
  if root ~= target and root.kind == "name" then
    self.tree.filled[root.value] = true
  end
end

-- A call or an assignment.
local function expression_statement(self)
  local first = suffixed(self)

  if self.token.kind == "=" or self.token.kind == "," then
    local node = { kind = "assign", targets = { first } }

    while self:accept(",") do
      node.targets[#node.targets + 1] = suffixed(self)
    end
    self:expect("=", "before the value")
    node.values = expression_list(self)
    for _, target in ipairs(node.targets) do
      if target.kind ~= "name" and target.kind ~= "index" then
        self:fail(error_messages.no_target(target))
      end
      note_filled(self, target)
      if target.kind == "name" then
        self.tree.assigned[target.value] = true
      end
    end
    return node
  elseif first.kind ~= "call" and first.kind ~= "method" then
    self:fail(error_messages.no_statement(first, self.token))
  end
  return { kind = "expression", value = first }
end

local statements = {
  ["if"] = if_statement,
  ["for"] = for_statement,
  ["local"] = local_statement,
  ["function"] = function_statement,
  ["while"] = function(self, open)
    local condition = expression(self)

    self:expect("do", "after the condition")
    local node = { kind = "while", condition = condition,
      body = block(self, open) }

    self:close("end", open)
    return node
  end,
  ["do"] = function(self, open)
    local node = { kind = "do", body = block(self, open) }

    self:close("end", open)
    return node
  end,
  ["repeat"] = function(self, open)
    local node = { kind = "repeat", body = block(self, open) }

    self:close("until", open)
    node.condition = expression(self)
    return node
  end,
  ["goto"] = function(self)
    self:expect("name", "as label")
    return { kind = "goto", leaves = true }
  end,
  ["break"] = function()
    return { kind = "goto", leaves = true }
  end,
  ["::"] = function(self)
    self:expect("name", "as label")
    self:expect("::", "after the label")
    return { kind = "goto" }
  end,
  [";"] = function()
    return { kind = "goto" }
  end,
}

local function return_statement(self)
  local node = { kind = "return", values = {} }

  if not block_ends[self.token.kind] and self.token.kind ~= ";" then
    node.values = expression_list(self)
  end
  self:accept(";")
  return node
end

-- What no statement begins with: something before it is not closed.
local strays = { [","] = true, ["}"] = true, [")"] = true, ["]"] = true }

-- The statements up to the word that ends them; `open` is the word that began
-- them, nil for a file.
function block(self, open)
  local list = {}

  self:deeper()
  while not block_ends[self.token.kind] do
    local begin = statements[self.token.kind]

    if strays[self.token.kind] then
      if open then
        self:unclosed("end", open)
      end
      self:fail(error_messages.closes_nothing(self.token))
    elseif self:accept("return") then
      list[#list + 1] = return_statement(self)
      break
    elseif begin then
      list[#list + 1] = begin(self, self:advance())
    else
      list[#list + 1] = expression_statement(self)
    end
  end
  self.depth = self.depth - 1
  return list
end

-- The tree of `text`, or nil; and a list of what is wrong with its syntax.
-- tree.assigned has the names that are assigned anywhere, tree.filled those
-- whose fields are, or that stand anywhere without a field, so that something
-- else may fill them; tree.fields maps a
-- name to the table field that it is the value of; tree.repeated lists fields
-- that stand twice in one table.
return function(text)
  local self = setmetatable({
    lexer = lexer.new(text), problems = {}, depth = 0,
    tree = { assigned = {}, filled = {}, fields = {}, repeated = {} },
  }, parser)
  local fine, failure = pcall(function()
    self:advance()
    self.tree.body = block(self)
    if self.token.kind ~= "eof" then
      self:fail(error_messages.closes_nothing(self.token))
    end
  end)

  if not fine and failure ~= self.problems then
    error(failure, 0)
  end
  return fine and self.tree or nil, self.problems
end
