-- SPDX-License-Identifier: Apache-2.0
-- Writes a test from a recorded decision. A comment names what the record
-- lacks, above all the names of a certificate.

local read_json = require "yett.text.json_reader"

local function quoted(text)
  return (string.format("%q", text):gsub("\\\n", "\\n"):gsub("[\128-\255]",
    function(byte)
      return string.format("\\x%02x", byte:byte())
    end))
end

local function quoted_list(list)
  local out = {}

  for i, text in ipairs(list) do
    out[i] = quoted(text)
  end
  return "{ " .. table.concat(out, ", ") .. " }"
end

local function url_of(record)
  local path = record.path:gsub("[^%w/._~!$&'()*+,;=:@-]", function(byte)
    return string.format("%%%02X", byte:byte())
  end)

  return string.format("https://%s%s%s", record.host, path,
    record.query and "?" or "")
end

-- What the handshake asked, if these rules would not ask the same.
local function asked_of(record)
  if record.asked_generation == record.generation then
    return nil
  elseif record.asked == "none" then
    return "asked = false"
  end
  return "asked = " .. quoted_list(record.trusts)
end

local function connection_of(record)
  local out = { asked_of(record) }

  out[#out + 1] = record.version and "tls = " .. quoted(record.version)
  out[#out + 1] = record.alpn and #record.alpn > 0
    and "alpn = " .. quoted_list(record.alpn) or nil
  out[#out + 1] = record.client_ip and "from = " .. quoted(record.client_ip)
  out[#out + 1] = record.sni ~= record.host and "sni = " .. quoted(record.sni)
    or nil
  return "on = connection { " .. table.concat(out, ", ") .. " }"
end

-- The trust that tells how the certificate fared: the best of them.
local function fared(record)
  for _, word in ipairs { "verified", "revoked", "crl_unavailable",
      "expired", "wrong_purpose" } do
    local found

    for name, verification in pairs(record.verified or {}) do
      if verification == word and (not found or name < found) then
        found = name
      end
    end
    if found then
      return found, word
    end
  end
  return "unknown", "untrusted"
end

local function certificate_of(record)
  local issuer, word = fared(record)
  local out = { "issuer = " .. quoted(issuer) }

  if word ~= "verified" and word ~= "untrusted" then
    out[2] = word .. " = true"
  end
  if record.spiffe then
    out[#out + 1] = "spiffe = " .. quoted("spiffe://" .. record.spiffe .. "/")
  end
  return "with = certificate { " .. table.concat(out, ", ") .. " }"
end

local function headers_of(record)
  local names, out = {}, {}

  for name in pairs(record.headers or {}) do
    names[#names + 1] = name
  end
  table.sort(names)
  for i, name in ipairs(names) do
    out[i] = string.format("[%s] = %s", quoted(name),
      quoted(record.headers[name]))
  end
  return #out > 0 and "headers = { " .. table.concat(out, ", ") .. " }" or nil
end

local function expected(record)
  local out = { string.format("status = %d", record.outcome == "allowed"
    and 200 or record.status) }

  for _, field in ipairs { "reason", "cause", "rule" } do
    out[#out + 1] = record[field] and field .. " = " .. quoted(record[field])
  end
  return "expect { " .. table.concat(out, ", ") .. " }"
end

-- What the reader has to add.
local function remarks(record)
  local out = {}

  if record.sent and #(record.san or {}) > 0 then
    out[#out + 1] = "-- The certificate had names that are not recorded: "
      .. table.concat(record.san, ", ") .. "."
  end
  if record.query then
    out[#out + 1] = "-- The query is not recorded."
  end
  if record.masked then
    out[#out + 1] = "-- The policy masks " .. table.concat(record.masked, ", ")
      .. "."
  end
  for i, line in ipairs(out) do
    out[i] = line:gsub("%c", "?") -- a comment ends with its line
  end
  return out
end

local function write(record, policy)
  local out = remarks(record)

  if policy then
    table.insert(out, 1, "policy " .. quoted(policy) .. "\n")
  end
  out[#out + 1] = string.format("test %s {", quoted(string.format(
    "decision %s: %s %s is %s", record.id, record.method, record.path,
    record.reason or record.outcome):gsub("%c", "?")))
  out[#out + 1] = "  request {"
  out[#out + 1] = string.format("    method = %s, url = %s,",
    quoted(record.method), quoted(url_of(record)))
  out[#out + 1] = "    at = " .. quoted(record.time:gsub("%.%d+Z$", "Z")) .. ","
  out[#out + 1] = "    " .. connection_of(record) .. ","
  if record.sent then
    out[#out + 1] = "    " .. certificate_of(record) .. ","
  end
  if headers_of(record) then
    out[#out + 1] = "    " .. headers_of(record) .. ","
  end
  out[#out + 1] = "  },"
  out[#out + 1] = "  " .. expected(record) .. ","
  out[#out + 1] = "}\n"
  return table.concat(out, "\n")
end

-- What a test cannot do without, and of which type it is.
local needed = {
  { "id", "string" }, { "time", "string" }, { "sni", "string" },
  { "host", "string" }, { "method", "string" }, { "path", "string" },
  { "asked", "string" }, { "trusts", "table" }, { "sent", "boolean" },
  { "outcome", "string" },
}

-- Whether the policy in force kept the fact from the record.
local function is_masked(record, fact)
  for _, name in ipairs(type(record.masked) == "table" and record.masked
      or {}) do
    if name == fact then
      return true
    end
  end
  return false
end

-- Why there can be no test of this line; nil: there can.
local function trouble(fine, record, format)
  local absent = {}

  if not fine or type(record) ~= "table" or record.kind ~= "request" then
    return "its line is torn, or none of a request"
  elseif (math.tointeger(record.format) or 1) > tonumber(format) then
    return "a later version wrote it"
  end
  for _, member in ipairs(needed) do
    if type(record[member[1]]) ~= member[2] and not (member[1] == "sent"
        and is_masked(record, "certificate")) then
      absent[#absent + 1] = member[1]
    end
  end
  if record.outcome ~= "allowed" and not math.tointeger(record.status) then
    absent[#absent + 1] = "status"
  end
  if #absent == 0 then
    return nil
  end
  return string.format("its line has no %s%s", table.concat(absent, ", "),
    is_masked(record, absent[1]) and ", which the policy masked" or "")
end

-- Write the test, or why there can be none; returns 1 if there is one.
return function(host, options)
  local fine, record = pcall(read_json, options.line)
  local why, text = trouble(fine, record, options.format), nil

  if not why then
    fine, text = pcall(write, record, options.policy)
    why = not fine and "members of its line are of another type" or nil
  end
  if why then
    host.lacks { text = why }
    return 0
  end
  host.write { text = text }
  return 1
end
