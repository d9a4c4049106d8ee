-- SPDX-License-Identifier: Apache-2.0
local ada = certificate { issuer = "staff", cn = "Ada" }

test "the public name never asks" {
  hello "portal.example",
  expect { asked = "none" },
  get "https://portal.example/news",
  expect { verdict = "allow" },
}

test "old links lead to the new name" {
  get "https://portal.example/admin/users",
  expect {
    verdict = "redirect", status = 308,
    location = "https://admin.portal.example/",
  },
  get "https://portal.example/administration",
  expect { verdict = "allow" },
}

test "the admin name wants the staff in the handshake" {
  hello "admin.portal.example",
  expect { asked = "require", handshake = "refused" },
  get "https://admin.portal.example/users" { with = ada },
  expect { verdict = "allow", trust = "staff" },
}

test "the admin name refuses wrong certificates in the handshake" {
  get "https://admin.portal.example/" {
    with = certificate { issuer = "unknown" },
  },
  expect { handshake = "refused", reason = "untrusted" },
  get "https://admin.portal.example/" {
    with = certificate { issuer = "staff", expired = true },
  },
  expect { handshake = "refused", reason = "expired" },
}

test "a connection to the public name is no way in" {
  get "https://admin.portal.example/users" {
    on = connection { sni = "portal.example" },
  },
  expect { status = 421, reason = "misdirected" },
}

test "a connection that is older than the policy" {
  get "https://admin.portal.example/users" {
    on = connection { asked = false },
  },
  expect { status = 500, reason = "late", cause = "reloaded" },
}
