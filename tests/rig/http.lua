-- SPDX-License-Identifier: Apache-2.0
-- HTTP/1.1 as a client of plays speaks it: exactly what it is told.
local http = {}

local Connection = {}
Connection.__index = Connection

--- Speaks over `core`, anything with send, receive and close.
function http.connection(core, host)
  return setmetatable({ core = core, host = host, held = "" }, Connection)
end

-- "A: b\r\n..." as a list of { name, value } and a map by lower-case name, in
-- which a name that came twice has its values joined.
local function parse_fields(text)
  local fields, header = {}, {}
  for name, value in text:gmatch "([^\r\n:]+):[ \t]*([^\r\n]*)\r\n" do
    fields[#fields + 1] = { name, value }
    local key = name:lower()
    header[key] = header[key] and header[key] .. ", " .. value or value
  end
  return fields, header
end

function http.parse_request(kept)
  local line, rest = kept.head:match "^([^\r\n]*)\r\n(.*)$"
  kept.method, kept.target, kept.version = line:match "^(%S+) (%S+) (%S+)$"
  kept.fields, kept.header = parse_fields(rest)
end

--- sending -------------------------------------------------------------------

function Connection:send(bytes) return self.core:send(bytes) end
--- In one record, or in many small ones; until one cannot be sent.
function Connection:send_pieces(bytes, len)
  for at = 1, #bytes, len do
    if not self:send(bytes:sub(at, at + len - 1)) then return end
  end
end
function Connection:push(bytes, seconds) return self.core:push(bytes, seconds) end

-- Headers are a map, or a list of { name, value } where order or doubles count.
local function add_headers(lines, headers)
  for key, value in pairs(headers or {}) do
    if type(key) == "number" then key, value = value[1], value[2] end
    lines[#lines + 1] = key .. ": " .. value
  end
end

--- The bytes of a request: method, path, headers, body, chunks (a list), host
--- (false: none), version ("1.1").
function Connection:format(request)
  local lines = { ("%s %s HTTP/%s"):format(request.method or "GET",
    request.path, request.version or "1.1") }
  if request.host ~= false then
    lines[#lines + 1] = "Host: " .. (request.host or self.host or "none.test")
  end
  add_headers(lines, request.headers)
  local body = request.body or ""
  if request.chunks then
    local parts = {}
    for i, chunk in ipairs(request.chunks) do
      parts[i] = ("%x\r\n%s\r\n"):format(#chunk, chunk)
    end
    body = table.concat(parts) .. "0\r\n\r\n"
    lines[#lines + 1] = "Transfer-Encoding: chunked"
  elseif request.body then
    lines[#lines + 1] = "Content-Length: " .. #body
  end
  return table.concat(lines, "\r\n") .. "\r\n\r\n" .. body
end

--- receiving -----------------------------------------------------------------

-- More bytes; false: no more will come, and self.ended says why.
function Connection:fill(seconds)
  local bytes, why = self.core:receive(seconds)
  if not bytes then
    self.ended = why
    return false
  end
  self.held = self.held .. bytes
  return true
end

-- Everything up to and with `mark`, or nil.
local function take_until(self, mark)
  local from = 1
  while true do
    local _, last = self.held:find(mark, from, true)
    if last then
      local bytes = self.held:sub(1, last)
      self.held = self.held:sub(last + 1)
      return bytes
    end
    from = math.max(1, #self.held - #mark)
    if not self:fill() then return nil end
  end
end

-- `len` bytes in pieces, so that long bodies are not copied over and over.
local function take(self, len)
  local parts = {}
  while len > 0 do
    if self.held == "" and not self:fill() then return nil end
    local part = self.held:sub(1, len)
    self.held = self.held:sub(#part + 1)
    parts[#parts + 1] = part
    len = len - #part
  end
  return table.concat(parts)
end

local function take_chunked(self, answer)
  local parts = {}
  while true do
    local line = take_until(self, "\r\n")
    local len = line and tonumber(line:match "^%x+", 16)
    if not len then return nil end
    if len == 0 then break end
    parts[#parts + 1] = take(self, len)
    if take_until(self, "\r\n") ~= "\r\n" then return nil end
  end
  local trailers = ""
  repeat
    local line = take_until(self, "\r\n")
    trailers = trailers .. (line or "")
  until not line or line == "\r\n"
  local _
  _, answer.trailer = parse_fields(trailers)
  return table.concat(parts)
end

local function take_to_end(self)
  while self:fill() do end
  local body = self.held
  self.held = ""
  return (self.ended == "closed" or self.ended == "cut") and body or nil
end

local function take_body(self, answer, method)
  local status = answer.status
  if method == "HEAD" or status == 101 or status == 204 or status == 304 then
    return ""
  end
  if answer.header["transfer-encoding"] then
    return take_chunked(self, answer)
  end
  local len = tonumber(answer.header["content-length"])
  if len then return take(self, len) end
  return take_to_end(self)
end

local function take_head(self)
  local head = take_until(self, "\r\n\r\n")
  if not head then return nil end
  local line, rest = head:match "^([^\r\n]*)\r\n(.*)$"
  local status, phrase = line:match "^HTTP/1%.1 (%d%d%d) ?(.*)$"
  if not status then return nil end
  local answer = { head = head, line = line, status = tonumber(status),
    phrase = phrase }
  answer.fields, answer.header = parse_fields(rest)
  return answer
end

--- The next answer: status, header, fields, body (nil when it was cut short),
--- interim (the 1xx before it), problem (of a problem document). When none
--- comes: status 0 and `ended`.
function Connection:answer(method)
  local interim = {}
  local answer
  repeat
    answer = take_head(self)
    if not answer then
      return { status = 0, header = {}, fields = {}, ended = self.ended,
        interim = interim }
    end
    local passing = answer.status < 200 and answer.status ~= 101
    if passing then interim[#interim + 1] = answer end
  until not passing
  answer.interim = interim
  answer.body = take_body(self, answer, method)
  if (answer.header["content-type"] or ""):find("problem+json", 1, true) then
    answer.problem = answer.body and http.decode_json(answer.body)
  end
  return answer
end

--- whole exchanges -----------------------------------------------------------

function Connection:request(request)
  self:send(self:format(request))
  return self:answer(request.method)
end

function Connection:get(path, headers)
  return self:request { path = path, headers = headers }
end

--- How the connection ends: "closed", "cut", "reset" or the name of an alert;
--- "timeout" when it is still open after `seconds`; "bytes" when some came.
function Connection:ending(seconds)
  if self.held ~= "" then return "bytes" end
  if self.failure then return self.failure end
  if self.ended and self.ended ~= "timeout" then return self.ended end
  return self:fill(seconds) and "bytes" or self.ended
end

--- Says that no more comes (close_notify, FIN); answers can still be read.
function Connection:finish() self.core:finish() end
--- Sends no more without saying so, as if its process had ended.
function Connection:drop() self.core:drop() end
--- The next `len` bytes, whatever they are; nil when fewer come.
function Connection:take(len) return take(self, len) end
function Connection:close() self.core:close() end
function Connection:reset() self.core:reset() end

--- A ticket of this connection; nil if none came. TLS 1.3 sends it with the
--- first bytes after the handshake, so ask after an answer.
function Connection:ticket() return self.core:ticket() end
function Connection:asked_late() return self.core:fact "asked_late" end
function Connection:renegotiate() return self.core:renegotiate() end

--- JSON ------------------------------------------------------------------------

local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }
local words = { ["true"] = true, ["false"] = false }
local value

local function text(json, at)
  local parts = {}
  while true do
    local plain, stop, next_at = json:match('^([^"\\]*)(["\\])()', at)
    assert(plain, "a string without an end")
    parts[#parts + 1] = plain
    if stop == '"' then return table.concat(parts), next_at end
    local hex = json:match("^u(%x%x%x%x)", next_at)
    if hex then
      parts[#parts + 1] = utf8.char(tonumber(hex, 16))
      at = next_at + 5
    else
      local letter = json:sub(next_at, next_at)
      parts[#parts + 1] = escapes[letter] or letter
      at = next_at + 1
    end
  end
end

-- The members between `at` and the closing bracket, each read by `member`.
local function members(json, at, close, member)
  local result = {}
  at = json:match("^%s*()", at)
  if json:sub(at, at) == close then return result, at + 1 end
  while true do
    at = member(result, at)
    local comma
    comma, at = json:match("^%s*([,%]}])%s*()", at)
    assert(comma, "neither a comma nor an end")
    if comma == close then return result, at end
  end
end

function value(json, at)
  at = json:match("^%s*()", at)
  local first = json:sub(at, at)
  if first == '"' then return text(json, at + 1) end
  if first == "{" then
    return members(json, at + 1, "}", function(result, from)
      local name, after = text(json, json:match('^%s*"()', from))
      result[name], after = value(json, json:match("^%s*:()", after))
      return after
    end)
  end
  if first == "[" then
    return members(json, at + 1, "]", function(result, from)
      local item, after = value(json, from)
      result[#result + 1] = item
      return after
    end)
  end
  local number, after = json:match("^(-?%d[%d.eE+-]*)()", at)
  if number then return tonumber(number), after end
  local word, rest = json:match("^(%l+)()", at)
  assert(word, "no JSON value")
  return words[word], rest
end

--- A JSON text as Lua values; nil when it is none.
function http.decode_json(json)
  local fine, result, rest = pcall(value, json, 1)
  if fine and not json:find("%S", rest) then return result end
  return nil
end

return http
