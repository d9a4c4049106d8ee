-- SPDX-License-Identifier: Apache-2.0
local operator = certificate { issuer = "operators", cn = "Ada" }
local maker    = certificate { issuer = "maker", cn = "Service" }

-- A request to the device from its own network, by any name.
local function from_near(url, with)
  return get(url) { with = with, on = connection { from = "192.168.1.20" } }
end

-- The same on a connection that was not asked.
local function late(url)
  return get(url) {
    on = connection { from = "192.168.1.20", asked = false },
  }
end

test "only the local networks connect" {
  hello "device.local" { on = connection { from = "192.168.1.20" } },
  expect { asked = "request", handshake = "complete" },
  hello "device.local" { on = connection { from = "fe80::1" } },
  expect { handshake = "complete" },
  hello "device.local" { on = connection { from = "203.0.113.9" } },
  expect { asked = "refused", handshake = "refused" },
}

test "everyone there sees the state" {
  from_near "https://device.local/",
  expect { verdict = "allow", rule = 'path "/"', site = 'site "*"' },
  from_near "https://192.168.1.1/",
  expect { verdict = "allow" },
}

test "operators change settings" {
  from_near("https://192.168.1.1/settings/net", operator),
  expect { verdict = "allow", trust = "operators" },
  from_near "https://192.168.1.1/settings/net",
  expect { status = 403, reason = "not_sent", why = "operators only" },
  from_near("https://192.168.1.1/settings", maker),
  expect { status = 403, reason = "untrusted" },
  from_near("https://192.168.1.1/settings", certificate {
    issuer = "operators", expired = true,
  }),
  expect { status = 403, reason = "expired" },
  late "https://192.168.1.1/settings",
  expect { status = 500, reason = "late", cause = "reloaded" },
}

test "updates come from the maker" {
  from_near("https://192.168.1.1/update", maker),
  expect { verdict = "allow", trust = "maker" },
  from_near "https://192.168.1.1/update",
  expect { status = 403, reason = "not_sent" },
  from_near("https://192.168.1.1/update", operator),
  expect {
    status = 403, reason = "untrusted", why = "updates come from the maker",
  },
  from_near("https://192.168.1.1/update", certificate {
    issuer = "maker", expired = true,
  }),
  expect { status = 403, reason = "expired" },
  late "https://192.168.1.1/update",
  expect { status = 500, reason = "late", cause = "reloaded" },
}
