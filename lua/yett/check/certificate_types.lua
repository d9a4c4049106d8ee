-- SPDX-License-Identifier: Apache-2.0
-- The types of fields that name certificates and their keys, for
-- value_types.lua.

local did_you_mean = require "yett.diagnosis.did_you_mean"
local names = require "yett.language.names"
local sorted_keys = require "yett.text.sorted_keys"

local certificate_types = {}

-- `element` is its number in a list.
local function key_pair(value, cursor, fields, element)
  local message, help

  if type(value) == "string" and value ~= "" then
    message, help = names.text_fault("key", value)
    if message then
      return cursor:wrong("E108", message, help, element)
    end
    local name = value:match("^(.+)%.pem$") or value:match("^(.+)%.key$")
      or value:match("^(.+)%.crt$") or value:match("^(.+)%.cer$")
    local exists = cursor.host.exists

    if name and exists and not exists(value .. ".pem") then
      return cursor:wrong("E108", string.format(
        'key = "%s" stands for %s.pem and %s.key', value, value, value),
        string.format('write key = "%s", or key = { cert = "%s", key = '
          .. '"%s.key" }', name, value:find("%.key$") and name .. ".pem"
          or value, name), element)
    end
    return { cert = value .. ".pem", key = value .. ".key" }
  end
  for field, text in pairs(type(value) == "table" and value or {}) do
    if not fields[field] then
      local meant = did_you_mean(field, fields)

      return cursor:unknown_key("E101", string.format(
        "unknown field %s in key", type(field) == "string"
          and "'" .. field .. "'" or tostring(field)),
        meant and string.format("did you mean '%s'?", meant)
          or "its fields are " .. table.concat(sorted_keys(fields), ", "),
        field)
    elseif type(text) ~= "string" or text == "" then
      return cursor:wrong("E107", string.format(
        "%s of a key must be a file name", field), nil, field)
    end
    message, help = names.text_fault(field .. " of a key", text)
    if message then
      return cursor:wrong("E108", message, help, field)
    end
  end
  if type(value) ~= "table" or not value.cert or not value.key then
    return cursor:wrong("E107", "key must be a name, or a table with cert "
      .. "and key", 'write key = "demo/portal", or key = { cert = "a.pem", '
      .. 'key = "a.key" }')
  end
  return { cert = value.cert, key = value.key, ocsp = value.ocsp }
end

-- "demo/portal" or { cert =, key = }.
function certificate_types.key(_, value, cursor)
  return key_pair(value, cursor, { cert = true, key = true })
end

-- One of those, with { ocsp = } besides, or a list of them.
local site_key = { cert = true, key = true, ocsp = true }

function certificate_types.keys(_, value, cursor)
  local list = {}

  if type(value) ~= "table" or #value == 0 then
    local pair = key_pair(value, cursor, site_key)

    return pair and { pair }
  end
  for i, one in ipairs(value) do
    list[i] = key_pair(one, cursor, site_key, i)
    if not list[i] then
      return nil
    end
  end
  return list
end

return certificate_types
