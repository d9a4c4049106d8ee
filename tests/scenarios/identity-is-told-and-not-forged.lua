-- SPDX-License-Identifier: Apache-2.0
-- Client-Cert and Client-Cert-Chain (RFC 9440) come from this handshake only;
-- what a client sends under these names never arrives.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:below("sub"):issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/told" {
        certificate = "request",
        forward = { client_cert = "rfc9440", chain = true },
      },
      path "/leaf" {
        certificate = "request", forward = { client_cert = "rfc9440" },
      },
      path "/untold" {
        certificate = "request", forward = { client_cert = "none" },
      },
    }
  ]],
}
local forged = {
  { "Client-Cert", ":AAAA:" },
  { "CLIENT-CERT-CHAIN", ":BBBB:" },
  { "client_cert", ":CCCC:" },
  { "Client_Cert-Chain", ":DDDD:" },
  { "Connection", "client-cert, client-cert-chain" },
}
local function with(fields)
  local all = { table.unpack(forged) }
  for _, field in ipairs(fields or {}) do all[#all + 1] = field end
  return all
end

-- The leaf of a PEM chain as RFC 9440 writes it.
local function item(pem, n)
  local i = 0
  for base64 in pem:gmatch "BEGIN CERTIFICATE%-%-%-%-%-(.-)%-%-%-%-%-END" do
    i = i + 1
    if i == n then return ":" .. base64:gsub("%s", "") .. ":" end
  end
end
local leaf, below = item(ada.pem, 1), item(ada.pem, 2)

local function none_of_it(header)
  expect(header["client-cert"]):is(nil)
  expect(header["client-cert-chain"]):is(nil)
  expect(header["client_cert"]):is(nil)
  expect(header["client_cert-chain"]):is(nil)
end

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(client:get("/told", with()).status):is(200)
  local header = upstream:last().header
  expect(header["client-cert"]):is(leaf)
  expect(header["client-cert-chain"]):is(below)
  expect(header["client_cert"]):is(nil)

  expect(client:get("/leaf", with()).status):is(200)
  header = upstream:last().header
  expect(header["client-cert"]):is(leaf)
  expect(header["client-cert-chain"]):is(nil)

  expect(client:get("/untold", with()).status):is(200)
  none_of_it(upstream:last().header)

  local nobody = gateway:connect { sni = "shop.test", tls = version }
  for _, path in ipairs { "/told", "/leaf", "/untold", "/" } do
    expect(nobody:get(path, with()).status):is(200)
    none_of_it(upstream:last().header)
  end

  -- Trailers are no way in either.
  nobody:send("POST /told HTTP/1.1\r\nHost: shop.test\r\n"
    .. "Transfer-Encoding: chunked\r\nTrailer: Client-Cert\r\n\r\n"
    .. "1\r\nx\r\n0\r\nClient-Cert: :AAAA:\r\n\r\n")
  expect(nobody:answer().status):is(200)
  expect(upstream:last().raw):lacks "AAAA"
end
