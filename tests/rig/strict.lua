-- SPDX-License-Identifier: Apache-2.0
-- What the gateway sent to an origin, read byte by byte: nothing is taken but
-- what it may write, in the one form in which it writes it. All else is dirt.
local strict = {}

local once = { host = 1, via = 1, forwarded = 1, ["x-forwarded-for"] = 1,
  ["x-forwarded-proto"] = 1, ["x-forwarded-host"] = 1 }
local hops = { TE = true, Upgrade = true, ["TE, Upgrade"] = true }
local field_line = "^([%w!#$%%&'*+.^_`|~-]+): ([^%c\x7f]*)\r\n()"

--- The case that a target belongs to; each says its own.
function strict.id_of(target)
  return target:match "c%d%d%d%d%-%d%d" or "nobody"
end

--- What `list` holds, in one order, as a text.
function strict.sorted(list)
  table.sort(list or {})
  return table.concat(list or {}, "\n")
end

--- Adds "METHOD target <offer> body" to the list of the case's requests.
function strict.collect(into, method, target, body, offer)
  local id = strict.id_of(target)
  local text = method .. " " .. target
  if offer then text = text .. " <" .. offer .. ">" end
  into[id] = into[id] or {}
  table.insert(into[id], body ~= "" and text .. " " .. body or text)
end

-- The lines of a head: a map of the last values, and how often each name came.
local function parse_fields(fields)
  local header, count = {}, {}
  for line in fields:gmatch "([^\n]*\n)" do
    local name, value = line:match(field_line)
    if not name then return nil, "field line " .. line end
    name = name:lower():gsub("_", "-")
    if value:find("FORGED", 1, true) and name ~= "host-" then
      return nil, "forged " .. line
    end
    count[name] = (count[name] or 0) + 1
    header[name] = value
  end
  return header, count
end

-- What is wrong with the fields of this hop and with the framing, if anything.
local function fault_of(header, count)
  for name, times in pairs(once) do
    if count[name] ~= times then return "no or two " .. name end
  end
  local hop = header.connection
  if hop and (count.connection > 1 or not hops[hop]) then return "hop" end
  if (count.upgrade or 0) > 1 or (header.upgrade ~= nil)
    ~= (hop ~= nil and hop:find "Upgrade" ~= nil) then
    return "switch"
  end
  local length, coding = header["content-length"], header["transfer-encoding"]
  if (length and (coding or count["content-length"] > 1
      or not length:find "^%d+$"))
    or (coding and (coding ~= "chunked" or count["transfer-encoding"] > 1))
    or (header.upgrade and (length or coding)) then
    return "framing"
  end
end

-- `told` is what Client-Cert must say at a host, nil for nothing.
local function parse_head(head, told)
  local method, target, fields =
    head:match "^([%w!#$%%&'*+.^_`|~-]+) (%S+) HTTP/1%.1\r\n(.*)\r\n$"
  if not method or target:find "[^!-~]" then return nil, "request line" end
  local header, count = parse_fields(fields)
  if not header then return nil, count end
  local fault = fault_of(header, count)
  if fault then return nil, fault end
  if header["client-cert"] ~= told[header.host]
    or (count["client-cert"] or 0) > 1 then
    return nil, "identity"
  end
  return { method = method, target = target, offer = header.upgrade,
    length = tonumber(header["content-length"]),
    chunked = header["transfer-encoding"] ~= nil }
end

-- Where the trailers at `at` end; nil when they are cut short, false: dirt.
local function skip_trailers(bytes, at)
  while not bytes:find("^\r\n", at) do
    local name, value, after = bytes:match(field_line, at)
    if not name then return bytes:find("\n", at) and false end
    if value:find("FORGED", 1, true) or name ~= "X-Sum" then return false end
    at = after
  end
  return at + 2
end

-- The body at `at`: text and where it ends; nil when it is cut short; false
-- when it is dirt.
local function parse_body(bytes, at, head)
  if not head.chunked then
    local stop = at + (head.length or 0)
    if stop > #bytes + 1 then return nil end
    return bytes:sub(at, stop - 1), stop
  end
  local text = {}
  while true do
    local size, data = bytes:match("^(%x+)\r\n()", at)
    if not size then return bytes:find("^%x*\r?$", at) and nil end
    local len = tonumber(size, 16)
    if len == 0 then
      local stop = skip_trailers(bytes, data)
      return stop and table.concat(text), stop
    end
    if data + len + 2 > #bytes + 1 then return nil end
    text[#text + 1] = bytes:sub(data, data + len - 1)
    if not bytes:find("^\r\n", data + len) then return false end
    at = data + len + 2
  end
end

-- One connection, into `found`. Behind a request that `switched` knows all
-- bytes are a tunnel's.
local function read_connection(bytes, found, told, switched)
  local at = 1
  while at <= #bytes do
    local stop = select(2, bytes:find("\r\n\r\n", at, true))
    local head, why = parse_head(bytes:sub(at, stop or #bytes), told)
    if not head then
      table.insert(found.dirt, why .. ": " .. bytes:sub(at, at + 200))
      return
    end
    local id = strict.id_of(head.target)
    local body, rest = parse_body(bytes, stop + 1, head)
    if not body then -- then nothing may follow, ever
      found.begun[id] = head.method .. " " .. head.target
      if body == false then
        table.insert(found.dirt, "body: " .. bytes:sub(at))
      end
      return
    end
    strict.collect(found.seen, head.method, head.target, body, head.offer)
    if switched(head) then
      found.tunnels[id] = bytes:sub(rest)
      return
    end
    at = rest
  end
end

--- Reads the bytes of many connections: `dirt`, a list; and by case `seen`, the
--- whole requests as collect() puts them; `begun`, one that was cut; `tunnels`,
--- the bytes behind a request for which switched(head) is true.
function strict.read(connections, told, switched)
  local found = { dirt = {}, seen = {}, begun = {}, tunnels = {} }
  for _, bytes in ipairs(connections) do
    read_connection(bytes, found, told, switched)
  end
  return found
end

return strict
