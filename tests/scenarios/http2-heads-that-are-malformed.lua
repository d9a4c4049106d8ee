-- SPDX-License-Identifier: Apache-2.0
-- What RFC 9113, section 8, does not let a request be is a stream error, what it
-- lets and we do not serve has an answer; neither reaches the upstream, and the
-- connection lives on.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
    site "other.test" { key = "server", upstream = "$upstream" }
  ]],
}

-- A list in which `changes` replace (or, with false, remove) fields.
local function list(changes, more)
  local fields = {}
  for _, field in ipairs { { ":method", "GET" }, { ":scheme", "https" },
    { ":path", "/" }, { ":authority", "shop.test" } } do
    local value = changes[field[1]]
    if value == nil then value = field[2] end
    if value then fields[#fields + 1] = { field[1], value } end
  end
  for _, field in ipairs(more or {}) do fields[#fields + 1] = field end
  return fields
end

local long = ("a"):rep(9000)
local cases = {
  -- name, list, what comes: a status, or the error of the stream
  { "no :path", list { [":path"] = false }, "PROTOCOL_ERROR" },
  { "empty :path", list { [":path"] = "" }, "PROTOCOL_ERROR" },
  { "no :method", list { [":method"] = false }, "PROTOCOL_ERROR" },
  { "no :scheme", list { [":scheme"] = false }, "PROTOCOL_ERROR" },
  { "two :path", list({}, { { ":path", "/b" } }), "PROTOCOL_ERROR" },
  { "a pseudo-header field behind others", { { ":method", "GET" },
    { "x", "y" }, { ":scheme", "https" }, { ":path", "/" },
    { ":authority", "shop.test" } }, "PROTOCOL_ERROR" },
  { "an unknown one", list({ }, { { ":x", "y" } }), "PROTOCOL_ERROR" },
  { "one of responses", list({}, { { ":status", "200" } }), "PROTOCOL_ERROR" },
  { "capital letters", list({}, { { "X-Y", "z" } }), "PROTOCOL_ERROR" },
  { "Connection", list({}, { { "connection", "close" } }), "PROTOCOL_ERROR" },
  { "Transfer-Encoding", list({}, { { "transfer-encoding", "chunked" } }),
    "PROTOCOL_ERROR" },
  { "Upgrade", list({}, { { "upgrade", "websocket" } }), "PROTOCOL_ERROR" },
  { "Keep-Alive", list({}, { { "keep-alive", "5" } }), "PROTOCOL_ERROR" },
  { "te: gzip", list({}, { { "te", "gzip" } }), "PROTOCOL_ERROR" },
  { "LF in a value", list({}, { { "x", "a\nb: c" } }), "PROTOCOL_ERROR" },
  { "CR in a value", list({}, { { "x", "a\rb" } }), "PROTOCOL_ERROR" },
  { "NUL in a value", list({}, { { "x", "a\0b" } }), "PROTOCOL_ERROR" },
  { "a colon in a name", list({}, { { "x:y", "z" } }), "PROTOCOL_ERROR" },
  { "a space in a name", list({}, { { "x y", "z" } }), "PROTOCOL_ERROR" },
  { "LF in a name", list({}, { { "x\ny", "z" } }), "PROTOCOL_ERROR" },
  { "an empty name", list({}, { { "", "z" } }), "PROTOCOL_ERROR" },
  { "space around a value", list({}, { { "x", " y " } }), "PROTOCOL_ERROR" },
  { "LF in :path", list { [":path"] = "/a\nb" }, "PROTOCOL_ERROR" },
  { "CR LF in :method", list { [":method"] = "GET\r\nX: y" },
    "PROTOCOL_ERROR" },
  { "a space in :method", list { [":method"] = "GET /" }, "PROTOCOL_ERROR" },
  { "two lengths", list({ [":method"] = "POST" }, { { "content-length", "1" },
    { "content-length", "2" } }), "PROTOCOL_ERROR" },
  { "a length that is none", list({}, { { "content-length", "x" } }),
    "PROTOCOL_ERROR" },
  { "a length without a body", list({}, { { "content-length", "5" } }),
    "PROTOCOL_ERROR" },
  { "an absolute :path", list { [":path"] = "https://other.test/" },
    "PROTOCOL_ERROR" },
  { "a space in :path", list { [":path"] = "/a b" }, "PROTOCOL_ERROR" },
  { "a fragment in :path", list { [":path"] = "/a#b" }, 400 },
  { "an encoded slash", list { [":path"] = "/a%2fb" }, 400 },
  { "another scheme", list { [":scheme"] = "http" }, 400 },
  { "no authority", list { [":authority"] = false }, "PROTOCOL_ERROR" },
  { "Host alone", list({ [":authority"] = false },
    { { "host", "shop.test" } }), 200 },
  { "Host that agrees", list({}, { { "host", "SHOP.test" } }), 200 },
  { "Host that does not", list({}, { { "host", "other.test" } }), 400 },
  { "two Hosts", list({}, { { "host", "shop.test" },
    { "host", "shop.test" } }), "PROTOCOL_ERROR" },
  { "another site", list { [":authority"] = "other.test" }, 421 },
  -- Newer libraries know this as malformed.
  { "user information", list { [":authority"] = "u@shop.test" },
    { 400, "PROTOCOL_ERROR" } },
  { "an underscore in a framing field", list({},
    { { "content_length", "5" } }), 400 },
  { "TRACE", list { [":method"] = "TRACE" }, 405 },
  { "CONNECT", { { ":method", "CONNECT" }, { ":authority", "shop.test:443" } },
    405 },
  { "a method in small letters", list { [":method"] = "get" }, 501 },
  { "a long target", list { [":path"] = "/" .. long }, 414 },
  { "a long head", list({}, { { "a", long }, { "b", long }, { "c", long },
    { "d", long } }), 431 },
  { "te: trailers", list({}, { { "te", "trailers" } }), 200 },
}

local forwarded = 0
for _, case in ipairs(cases) do
  local name, fields, wanted = table.unpack(case)
  local client = gateway:connect_h2 { sni = "shop.test" }
  local got = client:request { fields = fields }
  expect(got.reset or got.status, name)
    :is_one_of(type(wanted) == "table" and wanted or { wanted })
  expect(client:get("/after").status, name .. ", then"):is(200)
  forwarded = forwarded + 1 + (wanted == 200 and 1 or 0)
  client:close()
end
expect(upstream.requests):is(forwarded)

-- Bodies and trailers.
local function body(length, bytes, trailers)
  local client = gateway:connect_h2 { sni = "shop.test" }
  local id = client:start { method = "POST", path = "/", open = true,
    headers = length and { { "content-length", length } } }
  client:data(id, bytes, not trailers)
  if trailers then
    client:frame("HEADERS", 5, id, rig.http2.pack(trailers))
  end
  local got = client:answer(id)
  expect(client:get("/after").status):is(200)
  return got.reset or got.status
end
expect(body("3", "abc")):is(200)
expect(body("3", "ab")):is "PROTOCOL_ERROR"
expect(body("3", "abcd")):is "PROTOCOL_ERROR"
expect(body(nil, "abc", { { "x", "y" } })):is(200)
expect(body(nil, "abc", { { ":path", "/b" } })):is "PROTOCOL_ERROR"
expect(body(nil, "abc", { { "X", "y" } })):is "PROTOCOL_ERROR"
expect(body(nil, "abc", { { "x", "y\r\nz: 1" } })):is "PROTOCOL_ERROR"

-- Trailers that are too many end the stream, and are not passed on in part.
local many = {}
for i = 1, 1000 do many[i] = { "x" .. i, "y" } end
expect(body(nil, "abc", many)):is "ENHANCE_YOUR_CALM"

-- A malformed list has come to its end: there is no rest of it to wait for.
gateway = rig.gateway {
  upstream = rig.upstream { paths = { ["/slow"] = { { "hold" } } } },
  settings = 'timeouts = { head = "1s" }',
  policy = [[ site "shop.test" { key = "server", upstream = "$upstream" } ]],
}
local client = gateway:connect_h2 { sni = "shop.test" }
client:start { path = "/slow" }
expect(client:answer(client:start { path = "/a b" }).reset):is "PROTOCOL_ERROR"
client:until_(function(self) return #self.goaways > 0 end, 2)
expect(#client.goaways):is(0)
expect(client.ended):is "timeout"
client:close()

-- What the library finds wrong with a connection ends it, in the log, too.
client = gateway:connect_h2 { sni = "shop.test" }
client:frame("DATA", 0, 0, "x")
expect(client:goaway().error):is "PROTOCOL_ERROR"
expect(client:ending(5)):is "closed"
local event = gateway:await "http2-failed"
expect(event and event.error):is "protocol_error"
