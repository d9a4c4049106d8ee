-- SPDX-License-Identifier: Apache-2.0
local ada = certificate { issuer = "smartcard", cn = "Ada" }

test "the handshake never asks" {
  hello "intranet.example",
  expect { asked = "none", handshake = "complete" },
}

test "pages without sslFlags are open" {
  get "https://intranet.example/",
  expect { verdict = "allow" },
}

test "a certificate that is only welcome is done without" {
  get "https://intranet.example/profile",
  expect { verdict = "allow", rule = 'path "/profile"' },
}

test "a certificate that is required can no longer be asked for" {
  get "https://intranet.example/pksecure/report",
  expect {
    status = 500, reason = "late", cause = "policy", hresult = 0x80070032,
    rule = 'path "/pksecure"',
  },
}

test "not even for those who have one" {
  get "https://intranet.example/pksecure", with = ada,
  expect { status = 500, reason = "late" },
}

test "the case of a path makes no difference" {
  get "https://intranet.example/PkSecure",
  expect { status = 500, reason = "late" },
}

test "a connection that was asked under another policy is let in" {
  get "https://intranet.example/pksecure" {
    with = ada, on = connection { asked = "smartcard" },
  },
  expect { verdict = "allow", trust = "smartcard" },
}
