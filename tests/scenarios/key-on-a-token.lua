-- SPDX-License-Identifier: Apache-2.0
-- Keys on a PKCS #11 token serve in TLS 1.2 and 1.3 and through a reload; what
-- is missing is told at load; a token that goes away fails handshakes, tells
-- so, and takes nothing else down.
rig.needs("softhsm2-util", "p11tool")
local upstream = rig.upstream()
local sites = rig.authority "sites"
local tokens = rig.folder .. "/tokens"
local config = rig.write("softhsm2.conf", ("directories.tokendir = %s\n"
  .. "objectstore.backend = file\nlog.level = ERROR\n"):format(tokens))
rig.write("pin", "4711\n")

local function sh(line, names)
  names = names or {}
  names.config, names.tokens, names.folder = config, tokens, rig.folder
  local text, code = rig.shell("export SOFTHSM2_CONF=$config; " .. line, names)
  if code ~= 0 then error(line .. ": " .. text) end
end
sh("mkdir $tokens && softhsm2-util --init-token --free --label rig "
  .. "--pin 4711 --so-pin 4711")
local id = 0
for _, kind in ipairs { "ecdsa", "rsa" } do
  local made = sites:issue { cn = kind, dns = "key.test", purpose = "server",
    key = kind, file = kind }
  id = id + 1
  sh("softhsm2-util --import $key --token rig --label $label --id 0$id "
    .. "--pin 4711 && p11tool --login --set-pin 4711 --write "
    .. "--load-certificate $cert --label $label --id 0$id "
    .. "'pkcs11:token=rig'", { key = made.key, cert = made.cert, label = kind,
      id = id })
end
sites:issue { cn = "file", dns = "file.test", purpose = "server",
  file = "plain" }

local pin = "?pin-source=file:" .. rig.folder .. "/pin"
local function url(object, kind, query)
  return "pkcs11:token=rig;object=" .. object .. ";type=" .. kind
    .. (query or "")
end
local function policy(key)
  return ([[
    site "key.test" {
      key = {
        { cert = "%s", key = "%s" },
        { cert = "rsa.pem", key = "%s" },
      },
      upstream = "$upstream",
    }
    site "file.test" { key = "plain", upstream = "$upstream" }
  ]]):format(url("ecdsa", "cert"), key or url("ecdsa", "private", pin),
    url("rsa", "private", pin))
end
local gateway = rig.gateway {
  upstream = upstream, policy = policy(),
  environment = { "SOFTHSM2_CONF=" .. config },
}

local function visit(name, version, signatures)
  local client = gateway:connect { sni = name,
    priority = ("NORMAL:-VERS-ALL:+VERS-TLS%s%s"):format(version,
      signatures or "") }
  if not client.failure then expect(client:get("/").status):is(200) end
  return client.failure or client.server_key
end
local function all_work()
  for _, version in ipairs { "1.2", "1.3" } do
    expect(visit("key.test", version)):is "ec/ecdsa"
    expect(visit("key.test", version, ":-SIGN-ALL:+SIGN-RSA-SHA256"
      .. ":+SIGN-RSA-PSS-RSAE-SHA256")):is "rsa"
  end
end
all_work()
expect(gateway:reload()):is(true)
all_work()

-- What is wrong is told, without the PIN, and the old policy stays.
for _, case in ipairs {
  { url("ecdsa", "private", "?pin-source=file:/nonexistent"),
    "cannot open /nonexistent" },
  { url("ecdsa", "private", "?pin-source=|/bin/cat"), "the pin-source of" },
  { url("ecdsa", "private", "?module-path=/x.so&pin-value=4711"),
    "register it with p11-kit" },
  { url("nobody", "private", pin), "the token has no private key" },
  { "pkcs11:token=nobody;object=x;type=private?pin-value=4711",
    "there is no token for" },
  { url("rsa", "private", pin), "does not belong to the certificate" },
} do
  local fine, event = gateway:reload(policy(case[1]))
  expect(fine, case[1]):is(false)
  expect(event.line, case[1]):contains(case[2])
  expect(event.line):lacks "4711"
end
all_work()
-- Who is logged in is not asked for a PIN, but the next start is.
gateway:write((policy():gsub("%?pin%-source=[^\"]*", "")))
local said, code = rig.shell("SOFTHSM2_CONF=$config $yett check $policy 2>&1",
  { config = config, yett = rig.build .. "/yett", policy = gateway.path })
expect(code):is(1)
expect(said):contains "wants a PIN"

sh "mv $tokens $tokens-gone"
for _, version in ipairs { "1.2", "1.3" } do
  expect(visit("key.test", version)):is "internal_error"
  local event = gateway:await "handshake-failed"
  expect(event.level):is "warn"
  expect(event.line):contains "PKCS #11"
  expect(visit("file.test", version)):is "ec/ecdsa"
end
