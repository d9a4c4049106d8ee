-- SPDX-License-Identifier: Apache-2.0
-- Lists the verdicts a function may return, from the tree of its file: its own,
-- and those of all functions and values that it names. It may list too many and
-- never too few: the messages say "may".

local verdict_paths = {}
verdict_paths.__index = verdict_paths

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

-- Stands for the site's own trusts in a list of trusts; no trust is named so.
local site_trusts = "\0"

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
  elseif trusts and verdict == "ask.require" then
    piece.asks[#piece.asks + 1] = { site_trusts }
  end
end

local walk

-- The names on the left stand for all that is on the right.
function verdict_paths:define(targets, values)
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

-- Add to `out` what `from` may say.
local function add(out, from)
  out.may_need = out.may_need or from.may_need or false
  table.move(from.asks, 1, #from.asks, #out.asks + 1, out.asks)
  table.move(from.needs, 1, #from.needs, #out.needs + 1, out.needs)
end

-- Add what `piece` and the pieces in it have to `out`; `follow(name)` is called
-- for the names that they use.
local function gather(piece, out, seen, follow)
  if seen[piece] then
    return
  end
  seen[piece] = true
  add(out, piece)
  for _, inner in ipairs(piece.inner) do
    gather(inner, out, seen, follow)
  end
  for name in pairs(piece.names) do
    follow(name)
  end
end

-- The same lists of trusts once each.
local function distinct(lists)
  local out, seen = {}, {}

  for _, list in ipairs(lists) do
    local key = table.concat(list, "\n")

    if not seen[key] then
      seen[key], out[#out + 1] = true, list
    end
  end
  return out
end

-- All that a name leads to. Remembered: each of 100,000 functions may have a
-- local of that name.
function verdict_paths:of_name(name)
  local known = self.known[name]

  if known then
    return known
  end
  local all, seen = { asks = {}, needs = {} }, {}
  local function follow(other)
    if self.by_name[other] then
      gather(self.by_name[other], all, seen, follow)
    end
  end

  follow(name)
  known = {
    asks = distinct(all.asks), needs = distinct(all.needs),
    may_need = all.may_need,
  }
  self.known[name] = known
  return known
end

-- What the functions that begin in `line` may return: `asks`, a list of lists
-- of trusts, an empty one for ask.none, { "\0" } for the site's own; `needs`,
-- the same of need_certificate, an empty one for those of the rule; `may_need`,
-- whether there is one at all.
function verdict_paths:of_function(line)
  local out = { asks = {}, needs = {}, may_need = false }

  if self.by_line[line] then
    gather(self.by_line[line], out, {}, function(name)
      add(out, self:of_name(name))
    end)
  end
  out.asks, out.needs = distinct(out.asks), distinct(out.needs)
  return out
end

-- All of a tree as parser.lua makes it.
return function(tree)
  local self = setmetatable({
    by_name = {}, by_line = {}, known = {},
  }, verdict_paths)

  walk(self, tree.body, new_piece())
  return self
end
