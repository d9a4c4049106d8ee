-- SPDX-License-Identifier: Apache-2.0
-- Parses one line of JSON of the record of decisions: \u escapes stand for
-- bytes, null for nothing.

local read

local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

-- The text of a string that starts behind its quote, and where it ends.
local function read_string(line, at)
  local out = {}

  while true do
    local start = at
    local stop = line:find('["\\]', at)

    if not stop then
      error("a string has no end", 0)
    end
    out[#out + 1] = line:sub(start, stop - 1)
    if line:sub(stop, stop) == '"' then
      return table.concat(out), stop + 1
    end
    local code = line:match("^u(%x%x%x%x)", stop + 1)
    local char = line:sub(stop + 1, stop + 1)

    if code then
      local number = tonumber(code, 16)

      out[#out + 1] = number < 256 and string.char(number)
        or utf8.char(number)
      at = stop + 6
    else
      out[#out + 1] = escapes[char] or char
      at = stop + 2
    end
  end
end

-- Members up to the closing `stop`; `one(at)` reads one and returns its end.
local function read_members(line, at, stop, one)
  at = line:match("^%s*()", at)
  if line:sub(at, at) == stop then
    return at + 1
  end
  while true do
    at = line:match("^%s*()", one(at))
    local char = line:sub(at, at)

    if char == stop then
      return at + 1
    elseif char ~= "," then
      error("',' or '" .. stop .. "' is missing", 0)
    end
    at = at + 1
  end
end

local function read_object(line, at)
  local object = {}

  return object, read_members(line, at, "}", function(here)
    local start = line:match('^%s*"()', here) or error("no name", 0)
    local name, behind = read_string(line, start)
    local value_at = line:match("^%s*:()", behind) or error("no ':'", 0)

    object[name], value_at = read(line, value_at)
    return value_at
  end)
end

local function read_array(line, at)
  local array = {}

  return array, read_members(line, at, "]", function(here)
    array[#array + 1], here = read(line, here)
    return here
  end)
end

local constants = { ["true"] = true, ["false"] = false }

function read(line, at)
  at = line:match("^%s*()", at)
  local char = line:sub(at, at)
  local word, behind = line:match("^(%a+)()", at)
  local number, after = line:match("^(-?%d[%d.eE+-]*)()", at)

  if char == '"' then
    return read_string(line, at + 1)
  elseif char == "{" then
    return read_object(line, at + 1)
  elseif char == "[" then
    return read_array(line, at + 1)
  elseif number then
    return tonumber(number), after
  elseif word == "null" or constants[word] ~= nil then
    return constants[word], behind
  end
  error("no value", 0)
end

-- The value of a line; raises what is wrong with it.
return function(line)
  return (read(line, 1))
end
