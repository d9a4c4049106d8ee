-- SPDX-License-Identifier: Apache-2.0
local ada = certificate { issuer = "smartcard", cn = "Ada" }
local page = "https://intranet.example/pksecure/report"

test "the handshake asks, because of its paths" {
  hello "intranet.example",
  expect { asked = "request", because = 'path "/profile"' },
}

test "pages without sslFlags are open" {
  get "https://intranet.example/",
  expect { verdict = "allow" },
}

test "a certificate that is only welcome is done without" {
  get "https://intranet.example/profile",
  expect { verdict = "allow", rule = 'path "/profile"' },
}

test "and seen" {
  get "https://intranet.example/profile", with = ada,
  expect { verdict = "allow" },
}

test "whoever has a certificate gets in" {
  get(page), with = ada,
  expect { verdict = "allow", trust = "smartcard" },
}

test "the case of a path opens nothing" {
  get "https://intranet.example/PKSECURE/report",
  expect { status = 403, reason = "not_sent" },
}

test "whoever has none is told why" {
  get(page),
  expect {
    status = 403, reason = "not_sent", rule = 'path "/pksecure"',
    why = "this page needs the certificate of your card",
  },
}

test "wrong certificates" {
  get(page) { with = certificate { issuer = "unknown" } },
  expect { status = 403, reason = "untrusted" },
  get(page) { with = certificate { issuer = "smartcard", expired = true } },
  expect { status = 403, reason = "expired" },
  get(page) { with = certificate { issuer = "smartcard", revoked = true } },
  expect { status = 403, reason = "revoked" },
}

test "a connection that is older than the policy" {
  get(page), on = connection { asked = false },
  expect {
    status = 403, reason = "late", cause = "reloaded", hresult = 0,
    title = "Open this page in a new window to use your certificate",
    close = true,
  },
}
