-- SPDX-License-Identifier: Apache-2.0
-- Machines and people on one name.
--
-- For whom: devices that send data with a certificate, and people who look at
-- it with a browser, both at telemetry.example.
-- What it does: from the plant's network a certificate is required in the
-- handshake. From elsewhere a client that offers HTTP/2 counts as a browser
-- and is not asked; all others are asked and may do without. /ingest is for
-- devices only, new firmware is put there by devices of the line "builder".
-- What it costs: no picker for people. A device that offers "h2" is taken for
-- a browser: let it offer "http/1.1" only, or put its network into `plant`.
-- What to change: the networks, the names, the SPIFFE IDs.
listen "0.0.0.0:8443"

trust "devices" {
  ca     = "pki/devices.pem",
  spiffe = "plant.example",              -- the trust domain of all devices
}

local plant   = cidr { "10.20.0.0/16", "fd00:20::/32" }
local reading = set { "GET", "HEAD" }

site "telemetry.example" {
  key      = "pki/telemetry",
  upstream = "http://127.0.0.1:9100",
  trust    = "devices",
  forward  = { client_cert = "rfc9440" },

  late = {                               -- for devices that offered "h2"
    status = 403, hresult = 0, close = true,
    title  = "Send the device certificate when you connect",
  },

  client_hello = function(hello)
    if plant:contains(hello.client_ip) then
      return ask.require { why = "plant network" }
    end
    if hello:offers_alpn "h2" then
      return ask.none { why = "looks like a browser" }
    end
  end,

  request = function(req)
    if req.path:under "/firmware" and not reading:contains(req.method) then
      if not req.certificate then
        return need_certificate { why = "changes need a device" }
      end
      if not req.certificate:spiffe_matches "spiffe://plant.example/builder/*" then
        return deny { status = 403, why = "only builders change firmware" }
      end
    end
  end,

  path "/ingest"   { certificate = "require" },
  path "/firmware" { certificate = "request" },
  path "/"         { certificate = "none" },
}
