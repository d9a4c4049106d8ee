-- SPDX-License-Identifier: Apache-2.0
local ada = certificate {
  issuer = "staff", cn = "Ada", email = { "ada@leads.portal.example" },
}
local bob = certificate {
  issuer = "staff", cn = "Bob", email = { "bob@portal.example" },
}

-- Whatever is wrong with a certificate is wrong on every closed path.
local function refuses_wrong_ones(url)
  return {
    get(url) { with = certificate { issuer = "unknown" } },
    expect { status = 403, reason = "untrusted" },
    get(url) { with = certificate { issuer = "staff", expired = true } },
    expect { status = 403, reason = "expired" },
    get(url) { on = connection { asked = false } },
    expect {
      status = 500, reason = "late", cause = "reloaded", hresult = 0x80070032,
    },
  }
end

test "the handshake asks, because of the closed paths" {
  hello "portal.example",
  expect { asked = "request", handshake = "complete" },
}

test "everyone may read" {
  get "https://portal.example/news",
  expect { verdict = "allow", rule = 'path "/"' },
  get "https://portal.example/teams/red",
  expect { verdict = "allow", rule = 'path "/"' },
}

test "the front page knows the staff, and does without" {
  get "https://portal.example/",
  expect { verdict = "allow", rule = 'exact "/"' },
  get "https://portal.example/" { with = ada },
  expect { verdict = "allow", rule = 'exact "/"' },
}

test "/admin is for the staff" {
  get "https://portal.example/admin/users" { with = bob },
  expect { verdict = "allow", trust = "staff" },
  get "https://portal.example/admin/users",
  expect { status = 403, reason = "not_sent", why = "staff only" },
}

test "no spelling of /admin is open" {
  get "https://portal.example//admin/./users",
  expect { reason = "not_sent", rule = 'path "/admin"' },
  get "https://portal.example/%61dmin",
  expect { reason = "not_sent", rule = 'path "/admin"' },
  get "https://portal.example/public/../admin",
  expect { reason = "not_sent", rule = 'path "/admin"' },
}

test "/admin refuses wrong certificates" (
  refuses_wrong_ones "https://portal.example/admin")

test "settings are for team leaders" {
  get "https://portal.example/teams/red/settings" { with = ada },
  expect { verdict = "allow", trust = "staff" },
  get "https://portal.example/teams/red/settings" { with = bob },
  expect { status = 403, reason = "identity", why = "team leaders only" },
  get "https://portal.example/teams/blue/settings/mail",
  expect { status = 403, reason = "not_sent" },
}

test "settings refuse wrong certificates" (
  refuses_wrong_ones "https://portal.example/teams/red/settings")
