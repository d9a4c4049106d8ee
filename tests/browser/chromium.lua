-- SPDX-License-Identifier: Apache-2.0
-- What a person sees: Chromium with a certificate of its own, at a path that
-- wants one, and at one whose need comes too late.
--
-- A person would pick the certificate; here a policy of Chromium's picks it,
-- for this gateway's port only. Chromium reads policies from one folder of the
-- system, so this needs root, and removes its file at the end.
rig.needs "chromium"
rig.needs "certutil"
rig.needs "pk12util"
local policies = "/etc/chromium/policies/managed"

local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/admin" { certificate = "require" },
    }
    site "late.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/admin" { certificate = "require" },
    }
    site "learn.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/admin" { certificate = "require", late = { learn = "1m" } },
    }
  ]],
}

local words = { folder = rig.folder, cert = ada.cert, key = ada.key,
  ca = rig.folder .. "/rig-server-ca.pem", policies = policies,
  policy = ("%s/yett-%d.json"):format(policies, gateway.port) }

rig.shell([[
  mkdir -p $folder/.pki/nssdb $policies &&
  certutil -N -d sql:$folder/.pki/nssdb --empty-password &&
  certutil -A -d sql:$folder/.pki/nssdb -t C,, -n ca -i $ca &&
  openssl pkcs12 -export -in $cert -inkey $key -passout pass:x \
    -out $folder/ada.p12 &&
  pk12util -d sql:$folder/.pki/nssdb -i $folder/ada.p12 -W x -K '']], words)

-- What the page shows, as HTML; Chromium's log goes nowhere.
local function visit(name, path)
  words.url = ("https://%s:%d%s"):format(name, gateway.port, path)
  return (rig.shell([[
    HOME=$folder timeout 60 chromium --headless --no-sandbox --disable-gpu \
      --disable-quic --no-first-run --disable-background-networking \
      --disable-component-update --disable-sync \
      --user-data-dir=$folder/chromium \
      --host-resolver-rules='MAP *.test 127.0.0.1' --dump-dom $url \
      2>/dev/null]], words))
end

-- A need that comes too late is a page that a person can read.
expect(visit("late.test", "/admin"))
  :matches "<h1>The request is not supported</h1>.*0x80070032"

rig.write(words.policy, ([[{"AutoSelectCertificateForUrls":[
  "{\"pattern\":\"https://shop.test:%d\",\"filter\":{}}",
  "{\"pattern\":\"https://learn.test:%d\",\"filter\":{}}"]}]])
  :format(gateway.port, gateway.port))
local pages = { pcall(function()
  return visit("shop.test", "/admin"), visit("learn.test", "/admin")
end) }
os.remove(words.policy)

-- Chromium opens a second connection ahead of need, and sends again over that
-- what the first one could not ask for.
expect(pages[1] and pages[2]):matches ">hello<"
expect(pages[1] and pages[3]):matches ">hello<"
for _, name in ipairs { "shop", "learn" } do
  local told -- Chromium also asks for an icon
  for number = 1, upstream.requests do
    local head = upstream:request(number).head
    told = told or head:find "^GET /admin " and
      head:find("\nHost: " .. name .. ".test") and head
  end
  expect(told):matches "\nClient%-Cert: :"
end
