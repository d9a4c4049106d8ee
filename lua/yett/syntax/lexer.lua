-- SPDX-License-Identifier: Apache-2.0
-- The tokens of Lua 5.4, each with its place. Used only when a message needs a
-- column or a function is looked at; running a policy is Lua's own work.
--
-- A token is { kind, value, line, column, length, last_line, last_column }.
-- Its kind is "name", "number", "string", "eof", "bad", or the keyword or
-- symbol itself. Columns count bytes from 1; last_column is the last byte's.

local lexer = {}
lexer.__index = lexer

local keywords = {}

for word in ([[and break do else elseif end false for function goto if in
    local nil not or repeat return then true until while]]):gmatch("%a+") do
  keywords[word] = true
end
lexer.keywords = keywords

local symbols = {
  ["..."] = true, ["<<"] = true, [">>"] = true, ["//"] = true, ["=="] = true,
  ["~="] = true, ["<="] = true, [">="] = true, ["::"] = true, [".."] = true,
}

-- Operators of other languages, which no Lua has anywhere but in texts and
-- comments: as one token each, so that all of it is marked.
local foreign = {
  ["==="] = true, ["!=="] = true, ["..="] = true, ["!="] = true,
  ["&&"] = true, ["||"] = true, ["++"] = true, ["+="] = true, ["-="] = true,
  ["*="] = true, ["/="] = true, ["%="] = true, ["^="] = true, ["=>"] = true,
  ["/*"] = true, ["*/"] = true,
}

-- Read `text` from byte `start`, which begins line `line`.
function lexer.new(text, start, line)
  return setmetatable({
    text = text, at = start or 1, line = line or 1, line_start = start or 1,
  }, lexer)
end

-- Count the lines that end between here and byte `finish`, and go there.
function lexer:advance(finish)
  local at = self.text:find("\n", self.at, true)

  while at and at <= finish do
    self.line, self.line_start = self.line + 1, at + 1
    at = self.text:find("\n", at + 1, true)
  end
  self.at = finish + 1
end

-- The end of a long bracket that opens at byte `at`, or nil; and whether one
-- opens there at all.
local function long_end(text, at)
  local level = text:match("^%[(=*)%[", at)

  if not level then
    return nil, false
  end
  local _, finish = text:find("]" .. level .. "]", at + #level + 2, true)

  return finish, true
end

-- Skip blanks and comments; false and the comment's start when one is open.
local function skip(self)
  local text = self.text

  while true do
    local finish = text:find("[^ \t\r\n\v\f]", self.at) or #text + 1

    self:advance(finish - 1)
    if text:sub(finish, finish + 1) ~= "--" then
      if not (finish == 1 and text:byte(1) == 35) then
        return true
      end
    end
    local close, long = long_end(text, finish + 2)

    if long and not close then
      return false
    end
    self:advance(close or (text:find("\n", finish, true) or #text + 1) - 1)
  end
end

local escapes = {
  a = "\a", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", v = "\v",
}

local function unescape(body)
  if not body:find("\\", 1, true) then
    return body
  end
  body = body:gsub("\\z%s*", "")
  body = body:gsub("\\x(%x%x)", function(digits)
    return string.char(tonumber(digits, 16))
  end)
  return (body:gsub("\\(.)", function(letter)
    return escapes[letter] or letter
  end))
end

-- The byte that ends the quoted string which starts at `at`, or nil.
local function quote_end(text, at)
  local quote = text:sub(at, at)
  local here = at + 1

  while true do
    local found = text:find("[\\\n" .. quote .. "]", here)
    local byte = found and text:sub(found, found)

    if byte == quote then
      return found
    elseif byte ~= "\\" then
      return nil
    end
    here = found + 2
    if text:sub(found + 1, found + 1) == "z" then
      here = text:find("%S", here) or here
    end
  end
end

-- kind, value and last byte of the token at byte `at`.
local function classify(text, at)
  local word = text:match("^[%a_][%w_]*", at)

  if word then
    return keywords[word] and word or "name", word, at + #word - 1
  end
  local byte = text:sub(at, at)

  if byte == "" then
    return "eof", nil, at - 1
  elseif byte == '"' or byte == "'" then
    local finish = quote_end(text, at)

    if not finish then
      return "bad", "string", (text:find("\n", at, true) or #text + 1) - 1
    end
    return "string", unescape(text:sub(at + 1, finish - 1)), finish
  end
  local finish, long = long_end(text, at)

  if long then
    if not finish then
      return "bad", "long string", #text
    end
    return "string", (text:sub(at, finish):gsub("^%[=*%[\r?\n?", "")
      :gsub("%]=*%]$", "")), finish
  end
  local number = text:match("^0[xX][%x.]*[pP][+-]?%w*", at)
    or text:match("^%.?%d[%w.]*[eE][+-]%w*", at)
    or text:match("^%.?%d[%w.]*", at)

  if number then
    return tonumber(number) and "number" or "bad", number, at + #number - 1
  end
  for size = 3, 2, -1 do
    local symbol = text:sub(at, at + size - 1)

    if symbols[symbol] then
      return symbol, symbol, at + size - 1
    elseif foreign[symbol] then
      return "bad", symbol, at + size - 1
    end
  end
  if byte:find("[%+%-%*/%%%^#&~|<>=%(%){}%[%];:,.]") then
    return byte, byte, at
  end
  local character = text:match("^[%z\1-\127\194-\253][\128-\191]*", at)

  return "bad", character or byte, at + #(character or byte) - 1
end

-- The next token.
function lexer:next()
  local closed = skip(self)
  local token = {
    line = self.line, column = self.at - self.line_start + 1,
  }
  local finish

  if closed then
    token.kind, token.value, finish = classify(self.text, self.at)
  else
    token.kind, token.value, finish = "bad", "comment", #self.text
  end
  local newline = self.text:find("\n", self.at, true)

  token.length = math.min(finish, (newline or #self.text + 1) - 1)
    - self.at + 1
  self:advance(finish)
  token.last_line = self.line
  token.last_column = finish - self.line_start + 1
  return token
end

return lexer
