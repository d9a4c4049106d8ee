-- SPDX-License-Identifier: Apache-2.0
-- Finds the column of a diagnostic by reading the text from the line of the
-- declaration on. A declaration made by a loop or by a function has no text of
-- its own: then it finds the nearest declaration that has.

local lexer = require "yett.syntax.lexer"

local locator = {}
locator.__index = locator

-- `files`: { { name =, text = } }.
function locator.new(files)
  local texts = {}

  for _, file in ipairs(files) do
    texts[file.name] = { text = file.text, line = 1, start = 1 }
  end
  return setmetatable({ texts = texts }, locator)
end

-- The byte that begins a line; remembered, for lines come in order.
local function line_start(known, line)
  if line < known.line then
    known.line, known.start = 1, 1
  end
  while known.line < line do
    local newline = known.text:find("\n", known.start, true)

    if not newline then
      return nil
    end
    known.line, known.start = known.line + 1, newline + 1
  end
  return known.start
end

-- The text of a line without its end; nil when there is none.
function locator:line(file, line)
  local known = self.texts[file]
  local start = known and line > 0 and line_start(known, line)

  return start and known.text:match("[^\r\n]*", start)
end

local opens = {
  ["{"] = true, ["("] = true, ["["] = true, ["function"] = true,
  ["if"] = true, ["do"] = true, ["repeat"] = true,
}
local closes = {
  ["}"] = true, [")"] = true, ["]"] = true, ["end"] = true,
  ["until"] = true,
}

-- Read an expression up to the ',' ';' or '}' that ends it: its first token
-- with the length of all of it on that line; and the token that ends it.
local function skip_value(reader)
  local first = reader:next()
  local token, depth, last = first, 0, nil

  while token.kind ~= "eof" and token.kind ~= "bad" do
    if depth == 0 and (token.kind == "," or token.kind == ";"
        or token.kind == "}" or token.kind == ")") then
      break
    end
    depth = depth + (opens[token.kind] and 1 or closes[token.kind] and -1 or 0)
    last = token
    token = reader:next()
  end
  local whole = {
    kind = first.kind, value = first.value, line = first.line,
    column = first.column, length = first.length,
  }

  if last and last.last_line == first.line and first.kind ~= "{"
      and first.kind ~= "function" then
    whole.length = last.last_column - first.column + 1
  end
  return whole, token
end

-- A reader that continues where another stands.
local function fork(reader)
  return setmetatable({
    text = reader.text, at = reader.at, line = reader.line,
    line_start = reader.line_start,
  }, lexer)
end

-- The key of the field that starts here, and a reader behind the '='; or nil
-- for a positional value.
local function key_of(reader)
  local ahead = fork(reader)
  local key = ahead:next()

  if key.kind == "[" then
    key = ahead:next()
    if ahead:next().kind ~= "]" then
      return nil
    end
  elseif key.kind ~= "name" then
    return nil
  end
  if ahead:next().kind == "=" then
    return key, ahead
  end
end

-- Inside a table: the key token, the value token and a reader at the value of
-- the field `wanted`, a name or a position; nil when it does not stand there.
local function find_field(reader, wanted)
  local position = 0

  while true do
    local key, behind = key_of(reader)
    local start

    reader = behind or reader
    start = fork(reader)
    local value, stop = skip_value(reader)

    if value.kind == "}" or value.kind == "eof" or value.kind == "bad" then
      return nil
    end
    if not key then
      position = position + 1
    end
    if key and (key.value == wanted or key.kind == "number"
        and tonumber(key.value) == wanted)
        or not key and position == wanted then
      return key or value, value, start
    end
    if stop.kind ~= "," and stop.kind ~= ";" then
      return nil
    end
  end
end

-- Into the table that starts at the reader; false if it is something else.
local function enter_table(reader)
  local token = reader:next()

  if token.kind == "(" then
    token = reader:next()
  end
  return token.kind == "{"
end

-- What a call's word is followed by: the name, when it is a literal, and a
-- reader behind the name.
local function name_of_call(reader)
  local behind = fork(reader)
  local token = behind:next()
  local first = token

  if token.kind == "(" then
    first = behind:next()
    if first.kind ~= "{" then
      local depth = 1

      token = first
      while depth > 0 and token.kind ~= "eof" and token.kind ~= "bad" do
        depth = depth + (token.kind == "(" and 1
          or token.kind == ")" and -1 or 0)
        token = depth > 0 and behind:next() or token
      end
    end
  end
  if first.kind == "{" then
    return nil, fork(reader)
  end
  return first.kind == "string" and first or nil, behind
end

-- All calls of `word` in the line the reader stands at, each as the token to
-- show for its name, the name itself and a reader behind it.
local function calls_in_line(reader, word)
  local list = {}
  local line = reader.line
  local token = reader:next()

  while token.line == line and token.kind ~= "eof" and token.kind ~= "bad" do
    if token.kind == "name" and token.value == word then
      local name, behind = name_of_call(reader)

      list[#list + 1] = {
        name = name or token, literal = name and name.value, reader = behind,
      }
    end
    token = reader:next()
  end
  return list
end

-- The call that the anchor means: with its literal name, else any.
local function find_call(self, anchor)
  local known = self.texts[anchor.file]
  local start = known and line_start(known, anchor.line)
  local call = anchor.call
  local seen, found = 0, nil

  if not start or anchor.line < 1 then
    return nil
  end
  local list = calls_in_line(lexer.new(known.text, start, anchor.line),
    call.word)

  for _, candidate in ipairs(list) do
    if candidate.literal == call.name then
      seen = seen + 1
      found = seen <= (call.ordinal or 1) and candidate or found
    end
  end
  return found or list[1]
end

-- The value at the path of the anchor: the key token, the value token and a
-- reader; as far as it stands there. What may be a list may be its element.
local function follow(call, anchor)
  local reader = call.reader
  local key, value = call.name, call.name
  local path = anchor.path and table.move(anchor.path, 1, #anchor.path, 1, {})
    or {}

  if anchor.element ~= nil then
    path[#path + 1] = anchor.element
  end
  for _, step in ipairs(path) do
    local inside = fork(reader)
    local next_key, next_value, start

    if enter_table(inside) then
      next_key, next_value, start = find_field(fork(inside), step)
      -- The list of an upstream may have a name: { targets = { ... } }.
      if not next_key and math.type(step) == "integer" then
        local _, _, list = find_field(inside, "targets")

        if list and enter_table(list) then
          next_key, next_value, start = find_field(list, step)
        end
      end
    end
    if next_key then
      key, value, reader = next_key, next_value, start
    elseif math.type(step) ~= "integer" then
      break
    end
  end
  return key, value
end

-- line, column and length of the text in a line; nothing when there is none.
local function whole_line(self, anchor)
  local text = self:line(anchor.file, anchor.line)
  local column = text and text:find("%S")

  if column then
    return anchor.line, column, #text:match("^(.-)%s*$") - column + 1
  end
end

-- line, column and length of an anchor; nothing when it is not in the text.
function locator:locate(anchor)
  local call = anchor.call and find_call(self, anchor)

  if not call then
    return whole_line(self, anchor)
  end
  local token = call.name

  if anchor.part ~= "name" then
    local key, value = follow(call, anchor)

    token = anchor.part == "key" and key or value
  end
  return token.line, token.column, token.length
end

return locator
