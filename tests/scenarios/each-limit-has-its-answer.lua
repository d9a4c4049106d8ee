-- SPDX-License-Identifier: Apache-2.0
-- Whatever goes beyond a limit or a time gets the status that is meant for it,
-- and the access log says what it was.
rig.needs "prlimit"
local upstream = rig.upstream { paths = {
  ["/silent"] = { { "hold" } },
  ["/slow"] = { { "hold" } },
  ["/nonsense"] = { "SSH-2.0-OpenSSH\r\n\r\n" },
} }
local spare = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream, spare = spare,
  settings = ("log = { access = %q }, "):format(rig.folder .. "/log")
    .. 'limits = { head = "2KiB", fields = 10, uri = "256B", body = "1KiB" }, '
    .. 'timeouts = { head = "500ms", body = "500ms", answer = "1m" }',
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      path "/silent" { timeouts = { answer = "300ms" } },
      path "/upload" { limits = { body = "4KiB" } },
      path "/upload/small" { limits = { body = "10B" } },
      path "/upload/any" { limits = { body = 0 } },
      path "/spare"  { upstream = "$spare" },
    }
  ]],
}
local host = "Host: shop.test\r\n"
local function post(path, len)
  return ("POST %s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s")
    :format(path, host, len, ("b"):rep(len))
end
local function chunked(path, len)
  return ("POST %s HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\n")
    :format(path, host) .. ("%x\r\n%s\r\n0\r\n\r\n"):format(len, ("b"):rep(len))
end
local function get(path, more)
  return ("GET %s HTTP/1.1\r\n%s%s\r\n"):format(path, host, more or "")
end
local cases = {
  { 400, "GET / HTTP/1.1\r\n\r\n", "Host" },
  { 408, "GET / HTT" },
  { 408, "POST / HTTP/1.1\r\n" .. host .. "Content-Length: 9\r\n\r\nabc" },
  { 413, post("/", 1025), "longer" },
  { 413, chunked("/", 1025), "longer" },
  { 413, post("/upload", 4097), "longer" },
  { 413, post("/upload/small", 11), "longer" },
  { 200, post("/upload", 4096) },
  { 200, chunked("/upload", 4096) },
  { 200, post("/upload/any", 9000) },
  { 200, post("/", 1024) },
  { 414, get("/" .. ("u"):rep(300)), "target" },
  { 417, get("/", "Expect: more\r\n"), "Expect" },
  { 431, get("/", "A: " .. ("h"):rep(3000) .. "\r\n"), "too long" },
  { 431, get("/", ("A: b\r\n"):rep(10)), "too many" },
  { 501, "POST / HTTP/1.1\r\n" .. host .. "Transfer-Encoding: gzip\r\n\r\n",
    "coding" },
  { 505, "GET / HTTP/3.0\r\n" .. host .. "\r\n", "version" },
  { 502, get "/nonsense", "bad_response" },
  { 504, get "/silent", "answer_timeout" },
}
local wanted = {}

for _, version in ipairs { "1.2", "1.3" } do
  for i, case in ipairs(cases) do
    local client = gateway:connect { sni = "shop.test", tls = version }
    client:send(case[2])
    expect(client:answer().status, "case " .. i):is(case[1])
    client:close()
    wanted[#wanted + 1] = case
  end
end

-- Out of descriptors, only for the upstream: 503, and well again afterwards.
local client = gateway:connect { sni = "shop.test" }
expect(client:get("/").status):is(200)
local function allow(most)
  local _, code = rig.shell("prlimit --pid $pid --nofile=" .. most .. ":",
    { pid = gateway.process:pid() })
  expect(code):is(0)
end
allow(3)
expect(client:get("/spare").status):is(503)
allow(1024)
expect(client:get("/spare").status):is(200)
wanted[#wanted + 1] = { 200 }
wanted[#wanted + 1] = { 503, nil, "exhausted" }
wanted[#wanted + 1] = { 200 }

local http = dofile(rig.source .. "/tests/rig/http.lua")
local lines = gateway:access("log", #wanted)
expect(#lines):is(#wanted)
for i, case in ipairs(wanted) do
  local entry = http.decode_json(lines[i] or "") or {}
  expect(entry.status, "line " .. i):is(case[1])
  if case[3] then
    expect(entry.error, "line " .. i):contains(case[3])
  end
end
upstream:release()
