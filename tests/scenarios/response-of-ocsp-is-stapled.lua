-- SPDX-License-Identifier: Apache-2.0
-- An OCSP response goes with the certificate, in TLS 1.2 and 1.3, and a newer
-- file is taken up without a reload; what is not a good response for that
-- certificate by its issuer is told and never sent.
rig.needs "openssl"
local upstream = rig.upstream()
local function sh(line, names)
  names = names or {}
  local text, code = rig.shell("cd " .. rig.folder .. " && " .. line, names)
  if code ~= 0 then error(line .. ": " .. text) end
  return text
end

-- An authority that answers, one that must not, and what they issued.
local function authority(name)
  sh("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
    .. "-keyout $name.ca.key -out $name.ca.pem -days 30 -subj /CN=$name 2>&1",
    { name = name })
end
local function issue(ca, file, serial, feature)
  rig.write("extensions", "subjectAltName=DNS:*.test\n"
    .. (feature and "tlsfeature=status_request\n" or ""))
  sh("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
    .. "-keyout $file.key -out csr -subj /CN=$file 2>&1 && "
    .. "openssl x509 -req -in csr -CA $ca.ca.pem -CAkey $ca.ca.key "
    .. "-set_serial $serial -days 20 -extfile extensions -out leaf.pem 2>&1 && "
    .. "cat leaf.pem $ca.ca.pem >$file.pem",
    { ca = ca, file = file, serial = serial })
end
-- Writes OUT in one step: an answer about `serial` signed by `signer`.
local function respond(out, ca, file, status, signer, serial)
  rig.write("index", ("%s\t301231235959Z\t%s\t%02X\tunknown\t/CN=x\n"):format(
    status, status == "R" and "260101000000Z" or "", serial))
  sh("openssl ocsp -index index -rsigner $signer.ca.pem -rkey $signer.ca.key "
    .. "-CA $ca.ca.pem -issuer $ca.ca.pem -cert $file.pem -reqout req 2>&1 && "
    .. "openssl ocsp -index index -rsigner $signer.ca.pem "
    .. "-rkey $signer.ca.key -CA $ca.ca.pem -reqin req -respout new -ndays 7 "
    .. "2>&1 && mv new $out",
    { out = out, ca = ca, file = file, signer = signer })
  return rig.read(out)
end
authority "good"
authority "bad"
issue("good", "shop", 7)
issue("good", "must", 8, true)
local first = respond("shop.ocsp", "good", "shop", "V", "good", 7)

local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" {
      key = { cert = "shop.pem", key = "shop.key", ocsp = "shop.ocsp" },
      upstream = "$upstream",
    }
    site "must.test" { key = "must", upstream = "$upstream" }
    site "late.test" {
      key = { cert = "must.pem", key = "must.key", ocsp = "late.ocsp" },
      upstream = "$upstream",
    }
  ]],
}
expect(gateway:said()):contains(
  'the certificate of site "must.test": it must be stapled, but no ocsp file')
expect(gateway:said()):contains 'the certificate of site "late.test": cannot open'

local function stapled(name, version)
  local client = gateway:connect { sni = name, tls = version }
  expect(client.failure):is(nil)
  expect(client:get("/").status):is(200)
  return client.stapled
end
local function everybody_gets(wanted, about)
  for _, version in ipairs { "1.2", "1.3" } do
    expect(stapled("shop.test", version) == wanted, about):is(true)
  end
end
everybody_gets(first, "the first response")
expect(stapled("must.test", "1.3")):is(nil)
expect(stapled("late.test", "1.3")):is(nil)

-- Newer ones are taken up.
local second = respond("shop.ocsp", "good", "shop", "V", "good", 7)
expect(second == first):is(false)
respond("late.ocsp", "good", "must", "V", "good", 8)
gateway:await "ocsp-changed"
gateway:await "ocsp-changed"
everybody_gets(second, "the second response")
expect(stapled("late.test", "1.2")):is_not(nil)

-- What is no good answer is not; the old one stays in use.
for _, case in ipairs {
  { "revoked", function()
    respond("shop.ocsp", "good", "shop", "R", "good", 7)
  end },
  { "about another certificate", function()
    respond("shop.ocsp", "good", "must", "V", "good", 8)
  end },
  { "not signed by", function()
    respond("shop.ocsp", "good", "shop", "V", "bad", 7)
  end },
  { "no OCSP response", function()
    rig.write("shop.ocsp", "nonsense")
  end },
} do
  case[2]()
  local event = gateway:await("ocsp-failed", "ocsp-changed")
  expect(event.event):is "ocsp-failed"
  expect(event.line):contains(case[1])
  everybody_gets(second, case[1])
end

-- As OpenSSL sees it.
local said = rig.shell("openssl s_client -connect 127.0.0.1:$port -status "
  .. "-servername shop.test -CAfile $ca 2>&1", { port = gateway.port,
    ca = rig.folder .. "/good.ca.pem" })
expect(said):contains "OCSP Response Status: successful"
expect(said):contains "Cert Status: good"
