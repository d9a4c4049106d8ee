-- SPDX-License-Identifier: Apache-2.0
local sensor = certificate {
  issuer = "devices", spiffe = "spiffe://plant.example/sensor/7",
}
local builder = certificate {
  issuer = "devices", spiffe = "spiffe://plant.example/builder/1",
}
local browser = connection { alpn = { "h2", "http/1.1" } }
local inside  = connection { from = "10.20.3.4" }
local ingest  = "https://telemetry.example/ingest/7"
local image   = "https://telemetry.example/firmware/7.bin"

test "machines are asked, browsers are not" {
  hello "telemetry.example",
  expect { asked = "request" },
  hello "telemetry.example" { on = browser },
  expect { asked = "none" },
}

test "the plant's network has machines only" {
  hello "telemetry.example" { on = inside },
  expect { asked = "require", handshake = "refused" },
  hello "telemetry.example" { on = connection { from = "fd00:20::7" } },
  expect { asked = "require", handshake = "refused" },
  get(ingest) { on = inside, with = sensor },
  expect { verdict = "allow", trust = "devices" },
  get(ingest) { on = inside, with = certificate { issuer = "unknown" } },
  expect { handshake = "refused", reason = "untrusted" },
}

test "people read without a certificate" {
  get "https://telemetry.example/status" { on = browser },
  expect { verdict = "allow", rule = 'path "/"' },
  get(image) { on = browser },
  expect { verdict = "allow", rule = 'path "/firmware"' },
}

test "devices send data from anywhere" {
  post(ingest) { with = sensor },
  expect { verdict = "allow", trust = "devices" },
  post(ingest),
  expect { status = 403, reason = "not_sent", rule = 'path "/ingest"' },
}

test "a browser is too late to send data" {
  post(ingest) { on = browser },
  expect {
    status = 403, reason = "late", cause = "function", hresult = 0,
    title = "Send the device certificate when you connect", close = true,
  },
}

test "wrong certificates" {
  post(ingest) { with = certificate { issuer = "unknown" } },
  expect { status = 403, reason = "untrusted" },
  post(ingest) {
    with = certificate {
      issuer = "devices", spiffe = "spiffe://other.example/sensor/7",
    },
  },
  expect { status = 403, reason = "untrusted" },
  post(ingest) { with = certificate { issuer = "devices", expired = true,
    spiffe = "spiffe://plant.example/sensor/7" } },
  expect { status = 403, reason = "expired" },
}

test "firmware is changed by builders" {
  request { method = "PUT", url = image, with = builder },
  expect { verdict = "allow", rule = 'path "/firmware"' },
  request { method = "PUT", url = image, with = sensor },
  expect {
    status = 403, reason = "denied", why = "only builders change firmware",
  },
  request { method = "PUT", url = image },
  expect { status = 403, reason = "not_sent", why = "changes need a device" },
}
