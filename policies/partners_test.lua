-- SPDX-License-Identifier: Apache-2.0
local acme = certificate {
  issuer = "partners", spiffe = "spiffe://acme.example/orders/eu",
}
local globex = certificate {
  issuer = "partners", spiffe = "spiffe://globex.example/a/b",
}
local orders = "https://acme.api.example/orders"

test "the handshake wants a partner" {
  hello "acme.api.example",
  expect { asked = "require", handshake = "refused", reason = "not_sent" },
}

test "a partner comes to its own name" {
  get(orders) { with = acme },
  expect { verdict = "allow", trust = "partners" },
  post(orders) { with = acme },
  expect { verdict = "allow" },
  get "https://globex.api.example/" { with = globex },
  expect { verdict = "allow" },
}

test "but not to another's" {
  get(orders) { with = globex },
  expect {
    status = 403, reason = "denied", why = "certificate of another partner",
  },
}

test "not every service of a partner is meant" {
  get(orders) {
    with = certificate {
      issuer = "partners", spiffe = "spiffe://acme.example/billing",
    },
  },
  expect { status = 403, reason = "denied" },
  get(orders) { with = certificate { issuer = "partners", cn = "acme" } },
  expect { status = 403, reason = "denied" },
}

test "some partners only read" {
  post "https://globex.api.example/orders" { with = globex },
  expect { status = 405, reason = "denied", why = "this partner only reads" },
}

test "names that are not in the file" {
  get "https://hooli.api.example/" { with = acme },
  expect { status = 404, reason = "denied", why = "no such partner" },
  hello "api.example",
  expect { handshake = "refused" },
  hello "a.acme.api.example",
  expect { handshake = "refused" },
}

test "a connection to one partner's name is not good for another's" {
  get(orders) { with = acme, on = connection { sni = "globex.api.example" } },
  expect { status = 421, reason = "misdirected" },
}

test "wrong certificates are refused in the handshake" {
  get(orders) { with = certificate { issuer = "unknown" } },
  expect { handshake = "refused", reason = "untrusted" },
  get(orders) { with = certificate { issuer = "partners", expired = true } },
  expect { handshake = "refused", reason = "expired" },
  get(orders) { with = certificate { issuer = "partners", revoked = true } },
  expect { handshake = "refused", reason = "revoked" },
}

test "a connection that is older than the policy" {
  get(orders) { on = connection { asked = false } },
  expect { status = 500, reason = "late", cause = "reloaded" },
}
