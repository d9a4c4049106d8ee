-- SPDX-License-Identifier: Apache-2.0
local scraper = certificate { issuer = "monitoring", cn = "prometheus" }

test "the handshake wants a certificate of the monitoring" {
  hello "metrics.example",
  expect { asked = "require", handshake = "refused" },
  get "https://metrics.example/metrics",
  expect { handshake = "refused", reason = "not_sent" },
}

test "the scraper gets the page" {
  get "https://metrics.example/metrics" { with = scraper },
  expect { verdict = "allow", trust = "monitoring" },
}

test "there is nothing else" {
  get "https://metrics.example/" { with = scraper },
  expect { status = 404, reason = "denied" },
}

test "wrong certificates are refused in the handshake" {
  get "https://metrics.example/metrics" {
    with = certificate { issuer = "unknown" },
  },
  expect { handshake = "refused", reason = "untrusted" },
  get "https://metrics.example/metrics" {
    with = certificate { issuer = "monitoring", expired = true },
  },
  expect { handshake = "refused", reason = "expired" },
}

test "a connection that is older than the rule is too late" {
  get "https://metrics.example/metrics" { on = connection { asked = false } },
  expect { status = 500, reason = "late", cause = "reloaded" },
}
