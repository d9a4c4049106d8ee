-- SPDX-License-Identifier: Apache-2.0
-- Which verdicts a function may return, read from the tree of its file: its
-- own, and those of all functions and values that it names. So it may tell too
-- much and never too little: what is said of it is "may".

local sayings = {}
sayings.__index = sayings

-- What a piece of text has: verdicts, names that it uses, pieces in it.
local function new_piece()
  return { asks = {}, needs = {}, names = {}, inner = {} }
end

-- The trusts that a verdict names in its text: a list; {} when it names none;
-- nil when that is computed.
local function trusts_of(arguments)
  local given = arguments[1]
  local list = {}

  if not given then
    return list
  elseif given.kind ~= "table" then
    return nil
  end
  for _, field in ipairs(given.fields) do
    if field.named == "trust" then
      local values = field.value.kind == "table" and field.value.fields
        or { { value = field.value } }

      for _, one in ipairs(values) do
        if one.value.kind ~= "string" then
          return nil
        end
        list[#list + 1] = one.value.value
      end
    end
  end
  return list
end

-- "ask.none" and the like, or "need_certificate"; nil for all else.
local function verdict_named(node)
  if node.kind == "index" and node.name and node.object.kind == "name"
      and node.object.value == "ask" then
    return "ask." .. node.name.value
  elseif node.kind == "name" and node.value == "need_certificate" then
    return node.value
  end
end

-- A verdict that is made, or only mentioned; `trusts` is nil when they are not
-- known, and then those of the rule are as good a guess as any.
local function add_verdict(piece, verdict, trusts)
  if verdict == "need_certificate" then
    piece.may_need = true
    piece.needs[#piece.needs + 1] = trusts or {}
  elseif verdict == "ask.none" then
    piece.asks[#piece.asks + 1] = {}
  elseif trusts and #trusts > 0 then
    piece.asks[#piece.asks + 1] = trusts
  end
end

local walk

-- The names on the left stand for all that is on the right.
function sayings:define(targets, values)
  local piece = new_piece()

  for _, target in ipairs(targets) do
    if target.kind == "name" then
      local known = self.by_name[target.value]

      if known then
        known.inner[#known.inner + 1] = piece
      else
        self.by_name[target.value] = piece
      end
    end
  end
  for _, value in ipairs(values) do
    walk(self, value, piece)
  end
end

-- Read `node` into `piece`.
function walk(self, node, piece)
  local verdict = node.kind and verdict_named(node)

  if verdict then
    add_verdict(piece, verdict, nil)
  elseif node.kind == "name" then
    piece.names[node.value] = true
  elseif node.kind == "call" and verdict_named(node.object) then
    add_verdict(piece, verdict_named(node.object), trusts_of(node.arguments))
    walk(self, node.arguments, piece)
  elseif node.kind == "local" or node.kind == "local function" then
    self:define(node.names, node.values)
  elseif node.kind == "assign" then
    self:define(node.targets, node.values)
  elseif node.kind == "function" then
    local own = new_piece()
    local here = self.by_line[node.line] or new_piece()

    self.by_line[node.line] = here
    here.inner[#here.inner + 1] = own
    piece.inner[#piece.inner + 1] = own
    walk(self, node.body, own)
  else
    for _, child in pairs(node) do
      if type(child) == "table" then
        walk(self, child, piece)
      end
    end
  end
end

-- Add what `piece` and all that it leads to has to `out`.
local function gather(self, piece, out, seen)
  if seen[piece] then
    return
  end
  seen[piece] = true
  out.may_need = out.may_need or piece.may_need or false
  table.move(piece.asks, 1, #piece.asks, #out.asks + 1, out.asks)
  table.move(piece.needs, 1, #piece.needs, #out.needs + 1, out.needs)
  for _, inner in ipairs(piece.inner) do
    gather(self, inner, out, seen)
  end
  for name in pairs(piece.names) do
    if self.by_name[name] then
      gather(self, self.by_name[name], out, seen)
    end
  end
end

-- What the functions that begin in `line` may return: `asks`, a list of lists
-- of trusts, an empty one for ask.none; `needs`, the same of need_certificate,
-- an empty one for those of the rule; `may_need`, whether there is one at all.
function sayings:of(line)
  local out = { asks = {}, needs = {}, may_need = false }

  if self.by_line[line] then
    gather(self, self.by_line[line], out, {})
  end
  return out
end

-- All of a tree as syntax.lua makes it.
return function(tree)
  local self = setmetatable({ by_name = {}, by_line = {} }, sayings)

  walk(self, tree.body, new_piece())
  return self
end
