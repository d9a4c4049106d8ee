-- SPDX-License-Identifier: Apache-2.0
-- HTTP/2 as a client of plays speaks it: frames exactly as it is told, also
-- wrong ones. What comes is sorted by stream.
local http2 = {}

http2.types = { DATA = 0, HEADERS = 1, PRIORITY = 2, RST_STREAM = 3,
  SETTINGS = 4, PUSH_PROMISE = 5, PING = 6, GOAWAY = 7, WINDOW_UPDATE = 8,
  CONTINUATION = 9, ORIGIN = 12, PRIORITY_UPDATE = 16 }
local names = {}
for name, number in pairs(http2.types) do names[number] = name end

http2.errors = { [0] = "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
  "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR",
  "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED" }

http2.END_STREAM, http2.END_HEADERS, http2.ACK = 1, 4, 1
http2.preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

--- The bytes of a frame.
function http2.frame(kind, flags, stream, payload)
  payload = payload or ""
  return string.pack(">I3BBI4", #payload, http2.types[kind] or kind, flags,
    stream) .. payload
end

-- An integer with a prefix of `bits` (RFC 7541, section 5.1).
local function integer(value, bits, first)
  local most = (1 << bits) - 1
  if value < most then return string.char(first | value) end
  local bytes = { string.char(first | most) }
  value = value - most
  while value >= 128 do
    bytes[#bytes + 1] = string.char(value % 128 + 128)
    value = value // 128
  end
  bytes[#bytes + 1] = string.char(value)
  return table.concat(bytes)
end

--- A field list of { name, value }, none of them indexed or squeezed.
function http2.pack(fields)
  local bytes = {}
  for _, field in ipairs(fields) do
    bytes[#bytes + 1] = "\0" .. integer(#field[1], 7, 0) .. field[1]
      .. integer(#field[2], 7, 0) .. field[2]
  end
  return table.concat(bytes)
end

local Connection = {}
Connection.__index = Connection

--- Speaks over `client`, of gateway:connect { alpn = { "h2" } }. `settings` is
--- a list of { number, value }; `silent`: nothing is sent yet.
function http2.connection(client, options)
  options = options or {}
  local self = setmetatable({ client = client, held = "", streams = {},
    next = 1, inflater = rig.inflater(), settings = {}, goaways = {},
    host = client.host }, Connection)
  if options.silent then return self end
  local settings = {}
  for _, setting in ipairs(options.settings or {}) do
    settings[#settings + 1] = string.pack(">I2I4", setting[1], setting[2])
  end
  self:send(http2.preface
    .. http2.frame("SETTINGS", 0, 0, table.concat(settings)))
  return self
end

function Connection:send(bytes) return self.client:send(bytes) end
function Connection:frame(...) return self:send(http2.frame(...)) end

--- The list of a request with the pseudo-header fields that it leaves out.
function Connection:list(request)
  local list = { { ":method", request.method or "GET" },
    { ":scheme", "https" }, { ":path", request.path or "/" },
    { ":authority", request.host or self.host } }
  for _, field in ipairs(request.headers or {}) do list[#list + 1] = field end
  return list
end

--- Sends a request and returns its stream; `fields` is its whole list,
--- `open` keeps the client's half open.
function Connection:start(request)
  local id = self.next
  self.next = id + 2
  local fields = request.fields or self:list(request)
  local is_end = not request.open and not request.body
  local block, kind = http2.pack(fields), "HEADERS"
  local flags = is_end and http2.END_STREAM or 0
  while #block > 16384 do
    self:frame(kind, flags, id, block:sub(1, 16384))
    block, kind, flags = block:sub(16385), "CONTINUATION", 0
  end
  self:frame(kind, flags | http2.END_HEADERS, id, block)
  if request.body then self:data(id, request.body, not request.open) end
  return id
end

function Connection:data(id, bytes, is_end)
  self:frame("DATA", is_end and http2.END_STREAM or 0, id, bytes)
end

local function stream_of(self, id)
  self.streams[id] = self.streams[id] or { id = id, body = "", heads = {} }
  return self.streams[id]
end

local function take_fields(self, stream, block, flags)
  local fields = assert(self.inflater:inflate(block), "a list is broken")
  local head = { fields = fields, header = {} }
  for _, field in ipairs(fields) do
    local before = head.header[field[1]]
    head.header[field[1]] = before and before .. ", " .. field[2] or field[2]
  end
  head.status = tonumber(head.header[":status"])
  stream.heads[#stream.heads + 1] = head
  if head.status and head.status >= 200 then
    stream.status, stream.header = head.status, head.header
  elseif not head.status then
    stream.trailer = head.header
  end
  if flags & http2.END_STREAM ~= 0 then stream.ended = "end" end
end

-- What a frame means to this client.
local on = {}
function on.DATA(self, frame)
  local stream = stream_of(self, frame.stream)
  stream.body = stream.body .. frame.payload
  stream.frames = (stream.frames or 0) + 1
  if frame.flags & http2.END_STREAM ~= 0 then stream.ended = "end" end
  if #frame.payload > 0 and not self.mean then
    local more = string.pack(">I4", #frame.payload)
    self:send(http2.frame("WINDOW_UPDATE", 0, 0, more)
      .. (stream.ended and "" or http2.frame("WINDOW_UPDATE", 0, frame.stream,
        more)))
  end
end
function on.HEADERS(self, frame)
  take_fields(self, stream_of(self, frame.stream), frame.payload, frame.flags)
end
function on.RST_STREAM(self, frame)
  local stream = stream_of(self, frame.stream)
  local code = string.unpack(">I4", frame.payload)
  stream.reset = http2.errors[code] or code
  stream.ended = stream.ended or stream.reset
end
function on.SETTINGS(self, frame)
  if frame.flags & http2.ACK ~= 0 then
    self.acknowledged = true
    return
  end
  for at = 1, #frame.payload, 6 do
    local number, value = string.unpack(">I2I4", frame.payload, at)
    self.settings[number] = value
  end
  if not self.mean then self:frame("SETTINGS", http2.ACK, 0) end
end
function on.PING(self, frame)
  if frame.flags & http2.ACK ~= 0 then
    self.pongs = (self.pongs or 0) + 1
  elseif not self.mean then
    self:frame("PING", http2.ACK, 0, frame.payload)
  end
end
function on.GOAWAY(self, frame)
  local last, code = string.unpack(">I4I4", frame.payload)
  self.goaways[#self.goaways + 1] = { last = last & 0x7fffffff,
    error = http2.errors[code] or code }
end
function on.ORIGIN(self, frame)
  self.origins = self.origins or {}
  local at = 1
  while at <= #frame.payload do
    local origin
    origin, at = string.unpack(">s2", frame.payload, at)
    self.origins[#self.origins + 1] = origin
  end
end

--- Reads one frame; nil and how the connection ended, or "timeout".
function Connection:read(seconds)
  while #self.held < 9
    or #self.held < 9 + string.unpack(">I3", self.held) do
    local bytes, why = self.client.core:receive(seconds)
    if not bytes then
      self.ended = why
      return nil, why
    end
    self.held = self.held .. bytes
  end
  local len, kind, flags, stream = string.unpack(">I3BBI4", self.held)
  local frame = { kind = names[kind] or kind, flags = flags,
    stream = stream & 0x7fffffff, payload = self.held:sub(10, 9 + len) }
  self.held = self.held:sub(10 + len)
  if on[frame.kind] then on[frame.kind](self, frame) end
  return frame
end

--- Reads until `done(self)`; whether that came about.
function Connection:until_(done, seconds)
  local deadline = rig.now() + (seconds or 20)
  while not done(self) do
    if not self:read(deadline - rig.now()) then return done(self) end
  end
  return true
end

--- The stream once it has ended: status, header, body, trailer, and `ended`,
--- "end" or the error it was reset with.
function Connection:answer(id, seconds)
  self:until_(function() return stream_of(self, id).ended end, seconds)
  local stream = stream_of(self, id)
  stream.status = stream.status or 0
  stream.header = stream.header or {}
  if (stream.header["content-type"] or ""):find("problem+json", 1, true) then
    stream.problem = http2.decode_json(stream.body)
  end
  return stream
end

function Connection:request(request) return self:answer(self:start(request)) end
function Connection:get(path, headers)
  return self:request { path = path, headers = headers }
end

--- Waits for GOAWAY; the newest.
function Connection:goaway(seconds)
  self:until_(function() return #self.goaways > 0 end, seconds)
  return self.goaways[#self.goaways] or { error = self.ended }
end

--- How the connection ends: as http.lua's.
function Connection:ending(seconds)
  local deadline = rig.now() + (seconds or 20)
  while self:read(deadline - rig.now()) do end
  return self.ended
end

function Connection:close() self.client:close() end

return http2
