-- SPDX-License-Identifier: Apache-2.0
-- Of several keys of a site each client gets one whose signature it can check,
-- in TLS 1.2 and 1.3, and one with a chain it can check if there is one.
local upstream = rig.upstream()
local sites = rig.authority "sites"
for _, kind in ipairs { "ecdsa", "rsa", "ed25519" } do
  sites:issue { cn = kind, dns = "shop.test", purpose = "server", key = kind,
    file = kind }
end
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" {
      key = { "rsa", "ed25519", "ecdsa" }, upstream = "$upstream",
    }
    site "modern.test" {
      key = { "ed25519", "ecdsa" }, upstream = "$upstream",
    }
    site "rsa.test" { key = "rsa", upstream = "$upstream" }
  ]],
}

-- What the client can check; the algorithm of the certificate it gets, for
-- nothing an alert.
local cases = {
  { "1.3", "+SIGN-ALL", "eddsa (ed25519)" },
  { "1.2", "+SIGN-ALL", "eddsa (ed25519)" },
  { "1.3", "+SIGN-ECDSA-SECP256R1-SHA256", "ec/ecdsa" },
  { "1.3", "+SIGN-RSA-PSS-RSAE-SHA256", "rsa" },
  { "1.3", "+SIGN-EDDSA-ED25519", "eddsa (ed25519)" },
  { "1.3", "+SIGN-EDDSA-ED25519:+SIGN-RSA-PSS-RSAE-SHA384",
    "eddsa (ed25519)" },
  { "1.3", "+SIGN-RSA-SHA256:+SIGN-RSA-PSS-RSAE-SHA256", "rsa" },
  { "1.2", "+SIGN-RSA-SHA256", "rsa" },
  { "1.2", "+SIGN-RSA-PSS-RSAE-SHA256", "rsa" },
  { "1.2", "+SIGN-ECDSA-SHA256", "ec/ecdsa" },
  { "1.2", "+SIGN-EDDSA-ED25519", "eddsa (ed25519)" },
  { "1.2", "+SIGN-ALL:-KX-ALL:+ECDHE-RSA", "rsa" },
  { "1.2", "+SIGN-ALL:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP384R1:"
    .. "-SIGN-EDDSA-ED25519", "rsa" },
  { "1.3", "+SIGN-RSA-SHA256", false, "modern.test" },
  { "1.3", "+SIGN-EDDSA-ED25519", false, "rsa.test" },
  { "1.2", "+SIGN-ECDSA-SHA256", false, "rsa.test" },
}
for _, case in ipairs(cases) do
  local version, signatures, wanted, name = table.unpack(case)
  local client = gateway:connect {
    sni = name or "shop.test",
    priority = ("NORMAL:-VERS-ALL:+VERS-TLS%s:-SIGN-ALL:%s"):format(version,
      signatures),
  }
  local about = version .. " " .. signatures
  if wanted then
    expect(client.failure, about):is(nil)
    expect(client.server_key, about):is(wanted)
    expect(client:get("/").status, about):is(200)
  else
    expect(client.failure, about):is "handshake_failure"
  end
end
