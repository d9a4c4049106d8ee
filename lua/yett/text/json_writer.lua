-- SPDX-License-Identifier: Apache-2.0
-- Writes JSON. encode(value): a table with a first element, or one that
-- list() made, is an array, any other an object with its keys in order.

local json = {}

local list_mark = {}

-- Mark a table as an array, also when it is empty.
function json.list(values)
  return setmetatable(values, list_mark)
end

local short = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r",
  ["\t"] = "\\t",
}

local function text(value)
  return '"' .. value:gsub('[%c"\\]', function(char)
    return short[char] or string.format("\\u%04x", char:byte())
  end) .. '"'
end

local encode

local function array(value, indent)
  local out = {}

  for i, one in ipairs(value) do
    out[i] = indent .. "  " .. encode(one, indent .. "  ")
  end
  return #out == 0 and "[]"
    or "[\n" .. table.concat(out, ",\n") .. "\n" .. indent .. "]"
end

local function object(value, indent)
  local keys, out = {}, {}

  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  for i, key in ipairs(keys) do
    out[i] = indent .. "  " .. text(key) .. ": "
      .. encode(value[key], indent .. "  ")
  end
  return #out == 0 and "{}"
    or "{\n" .. table.concat(out, ",\n") .. "\n" .. indent .. "}"
end

function encode(value, indent)
  if type(value) == "string" then
    return text(value)
  elseif type(value) ~= "table" then
    return tostring(value)
  elseif getmetatable(value) == list_mark or value[1] ~= nil then
    return array(value, indent)
  end
  return object(value, indent)
end

-- The text of a value, with a line for each member of a table.
function json.encode(value)
  return encode(value, "") .. "\n"
end

return json
