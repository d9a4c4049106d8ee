-- SPDX-License-Identifier: Apache-2.0
-- Each form of a target is decided as what it means and forwarded in one form:
-- `*` as "/" (the server as a whole), an absolute one as its path; no
-- tunnel by CONNECT, no echo by TRACE.
local upstream = rig.upstream()
rig.authority "staff"
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/admin" { certificate = "require" },
    }
    site "closed.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      exact "/" { certificate = "require" },
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  for _, case in ipairs {
    { "OPTIONS", "*", "*" },
    { "OPTIONS", "https://shop.test", "*" },
    { "OPTIONS", "https://shop.test/", "/" },
    { "OPTIONS", "https://shop.test?q", "/?q" },
    { "GET", "https://shop.test", "/" },
    { "GET", "https://shop.test/a/../b?q=1", "/b?q=1" },
    { "GET", "HTTP://SHOP.test./x", "/x" },
    { "GET", "http://shop.test?q", "/?q" },
  } do
    local answer = client:request { method = case[1], path = case[2] }
    expect(answer.status, case[2]):is(200)
    expect(upstream:last().target, case[2]):is(case[3])
    expect(upstream:last().header.host, case[2]):is "shop.test"
  end
  -- OPTIONS counts its hops (RFC 9110, section 7.6.2), other methods do not.
  client:request { method = "OPTIONS", path = "*",
    headers = { ["Max-Forwards"] = "10" } }
  expect(upstream:last().header["max-forwards"]):is "9"
  client:get("/", { ["Max-Forwards"] = "0" })
  expect(upstream:last().header["max-forwards"]):is "0"
  local before = upstream.requests
  local answer = client:request { method = "OPTIONS", path = "/admin/..",
    headers = { ["Max-Forwards"] = "0" } }
  expect(answer.status):is(200)
  expect(answer.header.allow):contains "GET, HEAD"
  expect(answer.body):is ""
  expect(client:request({ method = "OPTIONS", path = "/admin",
    headers = { ["Max-Forwards"] = "0" } }).status):is(500)
  for _, target in ipairs { "https://shop.test/admin", "http://SHOP.TEST//admin",
    "https://shop.test/%61dmin?x" } do
    expect(client:get(target).status, target):is(500)
  end
  for target, status in pairs { ["https://closed.test/"] = 421,
    ["https://me@shop.test/"] = 400, ["ftp://shop.test/"] = 400,
    ["https:///x"] = 400, ["*"] = 400, ["shop.test:443"] = 400 } do
    local other = gateway:connect { sni = "shop.test", tls = version }
    expect(other:get(target).status, target):is(status)
  end
  local closed = gateway:connect { sni = "closed.test", tls = version }
  expect(closed:request({ method = "OPTIONS", path = "*" }).status):is(500)
  expect(closed:request({ method = "OPTIONS", path = "https://closed.test" })
    .status):is(500)

  for method, target in pairs { TRACE = "/", CONNECT = "shop.test:443" } do
    local other = gateway:connect { sni = "shop.test", tls = version }
    local answer = other:request { method = method, path = target }
    expect(answer.status, method):is(405)
    expect(answer.header.allow, method):contains "GET, HEAD"
    expect(answer.header.allow, method):lacks(method)
    expect(answer.body, method):lacks "Host"
    expect(other:ending(), method):is "closed"
  end
  expect(upstream.requests):is(before)
end
