-- SPDX-License-Identifier: Apache-2.0
-- An origin that dies, stalls, lies about lengths or talks nonsense, at every
-- stage of an answer: the client gets a whole answer (502, 504) or sees that it
-- was cut; the next request is served; no descriptor and no memory is
-- left behind.
local ok = "HTTP/1.1 200 OK\r\n"
local length = ok .. "Content-Length: 5\r\n"
local chunked = ok .. "Transfer-Encoding: chunked\r\n\r\n"
local closes, resets = { "close" }, { "reset" }
local gateways, cuts, wholes = {}, {}, {}
local paths = {}
local function play(where, name, ...)
  paths["/" .. name] = { ... }
  where[#where + 1] = name
end

-- Before a whole head: an answer of our own.
for name, ending in pairs { closes = closes, resets = resets } do
  play(gateways, name .. "-at-once", ending)
  play(gateways, name .. "-in-the-status", "HTTP/1.1 2", ending)
  play(gateways, name .. "-in-a-field", length .. "A: b", ending)
  play(gateways, name .. "-before-the-empty-line", length, ending)
  play(gateways, name .. "-in-the-empty-line", length .. "\r", ending)
  play(gateways, name .. "-after-an-interim",
    "HTTP/1.1 103 Early Hints\r\n\r\n", ending)
  play(cuts, name .. "-after-the-head", length .. "\r\n", ending)
  play(cuts, name .. "-in-the-body", length .. "\r\nhel", ending)
  play(cuts, name .. "-before-a-chunk", chunked, ending)
  play(cuts, name .. "-in-a-size", chunked .. "5", ending)
  play(cuts, name .. "-in-a-chunk", chunked .. "5\r\nhel", ending)
  play(cuts, name .. "-behind-a-chunk", chunked .. "5\r\nhello", ending)
  play(cuts, name .. "-before-the-last", chunked .. "5\r\nhello\r\n", ending)
  play(cuts, name .. "-in-the-last", chunked .. "5\r\nhello\r\n0\r\n", ending)
  play(cuts, name .. "-in-a-trailer", chunked .. "5\r\nhello\r\n0\r\nA: b",
    ending)
  play(wholes, name .. "-after-the-body", length .. "\r\nhello", closes)
end
play(cuts, "resets-a-body-without-length", ok .. "\r\nhello", resets)
play(wholes, "ends-a-body-without-length", ok .. "\r\nhello", closes)
play(wholes, "ends-an-old-body", "HTTP/1.0 200 OK\r\n\r\nhello", closes)

-- It lies about lengths.
play(wholes, "says-more", length .. "\r\nhelloSMUGGLED")
play(wholes, "says-an-answer-more", length .. "\r\nhello"
  .. length .. "\r\nWRONG")
play(wholes, "says-more-behind-the-last-chunk", chunked
  .. "5\r\nhello\r\n0\r\n\r\n" .. length .. "\r\nWRONG")
play(cuts, "says-less", ok .. "Content-Length: 50\r\n\r\nhello", closes)
play(cuts, "chunk-too-long", chunked .. "6\r\nhello\r\n0\r\n\r\n", closes)
play(cuts, "chunk-too-short", chunked .. "4\r\nhello\r\n0\r\n\r\n", closes)
play(cuts, "chunk-of-lf", chunked .. "5\nhello\n0\n\n", closes)
play(cuts, "chunk-of-0x5", chunked .. "0x5\r\nhello\r\n0\r\n\r\n", closes)
play(cuts, "chunk-that-overflows", chunked
  .. "10000000000000005\r\nhello\r\n0\r\n\r\n", closes)

-- It talks nonsense.
local function nonsense(name, text) play(gateways, name, text, closes) end
nonsense("binary", "\x16\x03\x01\0\5hello\r\n\r\n")
nonsense("http2", "PRI * HTTP/2.0\r\n\r\n")
nonsense("a-request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
nonsense("http09", "hello\n")
nonsense("lf", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello")
nonsense("status-99", "HTTP/1.1 99 No\r\n\r\n")
nonsense("status-600", "HTTP/1.1 600 No\r\n\r\n")
nonsense("status-20", "HTTP/1.1 20 No\r\n\r\n")
nonsense("status-2000", "HTTP/1.1 2000 No\r\n\r\n")
nonsense("status-abc", "HTTP/1.1 abc No\r\n\r\n")
nonsense("version-2", "HTTP/2.0 200 OK\r\n\r\n")
nonsense("nul", ok .. "A: b\0\r\n\r\n")
nonsense("bare-cr", ok .. "A: b\rC: d\r\n\r\n")
nonsense("folded", ok .. "A: b\r\n c\r\n\r\n")
nonsense("no-colon", ok .. "Abc\r\n\r\n")
nonsense("space-in-a-name", ok .. "Content Length: 5\r\n\r\nhello")
nonsense("two-lengths", length .. "Content-Length: 6\r\n\r\nhello")
nonsense("list-of-lengths", ok .. "Content-Length: 5, 6\r\n\r\nhello")
nonsense("negative-length", ok .. "Content-Length: -5\r\n\r\nhello")
nonsense("huge-length", ok .. "Content-Length: 99999999999999999999\r\n\r\n")
nonsense("both-framings", length .. "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
nonsense("gzip-coding", ok .. "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")
nonsense("chunked-twice", ok .. "Transfer-Encoding: chunked\r\n"
  .. "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
nonsense("chunked-old", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
  .. "0\r\n\r\n")
nonsense("204-with-a-body", "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nhello")
nonsense("100-with-a-body", "HTTP/1.1 100 Go\r\nContent-Length: 5\r\n\r\nhello")
nonsense("switches", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n"
  .. "Connection: Upgrade\r\n\r\n")
nonsense("many-interims", ("HTTP/1.1 102 Wait\r\n\r\n"):rep(100) .. length
  .. "\r\nhello")
nonsense("long-head", ok .. "A: " .. ("b"):rep(70000) .. "\r\n\r\n")
nonsense("many-fields", ok .. ("A: b\r\n"):rep(2000) .. "\r\n")
nonsense("endless-line", ("x"):rep(70000))

-- It stalls: 504 before the head, a cut behind it.
local stalls = {}
play(stalls, "stalls-at-once", { "hold" })
play(stalls, "stalls-in-the-status", "HTTP/1.1 2", { "hold" })
play(stalls, "stalls-in-the-head", length, { "hold" })
play(cuts, "stalls-after-the-head", length .. "\r\n", { "hold" })
play(cuts, "stalls-in-the-body", length .. "\r\nhel", { "hold" })
play(cuts, "stalls-in-a-chunk", chunked .. "5\r\nhel", { "hold" })
play(cuts, "stalls-before-the-last", chunked .. "5\r\nhello\r\n", { "hold" })

local upstream = rig.upstream { paths = paths }
local gateway = rig.gateway {
  upstream = upstream, settings = 'timeouts = { answer = "400ms", stall = "400ms" }',
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      path "/metrics" { upstream = "app:metrics" },
    }
  ]],
}

-- Each with a request of its own on a connection of its own; then one that
-- lives must still get what it asks for.
expect(gateway:connections()):is(1) -- and there is a link to the counters
local files = gateway.process:files()
local witness = gateway:connect { sni = "shop.test" }
local function ask(name, version, method)
  local client = gateway:connect { sni = "shop.test", tls = version }
  local answer = client:request { method = method, path = "/" .. name,
    body = method == "POST" and "abc" or nil }
  expect(witness:get("/fine").body, name):is "hello"
  return answer, client
end

local function round(version, method)
  for _, name in ipairs(gateways) do
    local answer, client = ask(name, version, method)
    expect(answer.status, name):is(502)
    expect(answer.problem, name):is_not(nil)
    expect(client:get("/fine").body, name):is "hello"
    client:close()
  end
  for _, name in ipairs(wholes) do
    local answer, client = ask(name, version, method)
    expect(answer.status, name):is(200)
    expect(answer.body, name):is "hello"
    expect(client:get("/fine").body, name):is "hello"
    client:close()
  end
end

-- Those that wait for a deadline all wait at once.
local function round_of_cuts(version)
  local clients = {}
  for _, list in ipairs { cuts, stalls } do
    for _, name in ipairs(list) do
      local client = gateway:connect { sni = "shop.test", tls = version }
      client:send(client:format { path = "/" .. name })
      clients[#clients + 1] = { client, name, list == stalls and 504 or 200 }
      end
  end
  for _, one in ipairs(clients) do
    local client, name, status = one[1], one[2], one[3]
    local answer = client:answer()
    -- A reset may overtake the head that went before it.
    expect(answer.status, name):is_one_of { status, 502 }
    if answer.status == 200 then
      expect(answer.body, name):is(nil)
      expect(client:ending(), name):is_one_of { "cut", "closed", "reset" }
    end
    client:close()
  end
end

expect(witness:get("/fine").body):is "hello"
round("1.3", "GET")
round_of_cuts "1.3"
round("1.2", "POST")
round_of_cuts "1.2"
local memory = gateway.process:memory()
for _ = 1, 3 do
  round("1.3", "GET")
  round("1.2", "POST")
  round_of_cuts "1.3"
end
if not rig.sanitized then
  expect(gateway.process:memory() - memory, "memory"):at_most(1 << 20)
end
upstream:release()
witness:close()
expect(gateway:connections(), "connections"):is(1)
upstream:stop()
-- And another link to the counters, whose two ends are here.
expect(gateway:files(files + 2), "descriptors"):at_most(files + 2)
