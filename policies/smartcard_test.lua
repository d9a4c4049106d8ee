-- SPDX-License-Identifier: Apache-2.0
local ada = certificate {
  issuer = "cards", cn = "Ada", email = { "ada@registry.office.example" },
}
local bob = certificate {
  issuer = "cards", cn = "Bob", email = { "bob@sales.office.example" },
}

-- What is wrong with a card is wrong everywhere.
local function refuses_wrong_ones(url)
  return {
    get(url),
    expect { status = 403, reason = "not_sent" },
    get(url) { with = certificate { issuer = "unknown" } },
    expect { status = 403, reason = "untrusted" },
    get(url) { with = certificate { issuer = "cards", expired = true } },
    expect { status = 403, reason = "expired" },
    get(url) { with = certificate { issuer = "cards", revoked = true } },
    expect { status = 403, reason = "revoked" },
    get(url) { with = certificate { issuer = "cards", crl_unavailable = true } },
    expect { status = 403, reason = "revoked", cause = "crl_unavailable" },
    get(url) { on = connection { asked = false } },
    expect {
      status = 403, reason = "late", cause = "reloaded", hresult = 0,
      title = "Close the browser, insert your card and try again", close = true,
    },
  }
end

test "the handshake asks for a card and goes on without" {
  hello "office.example",
  expect { asked = "request", handshake = "complete" },
}

test "a card opens the office" {
  get "https://office.example/mail" { with = bob },
  expect { verdict = "allow", trust = "cards", rule = 'path "/"' },
}

test "the help page needs none" {
  get "https://office.example/help/card",
  expect { verdict = "allow", rule = 'path "/help"' },
  get "https://office.example/help/../mail",
  expect { status = 403, reason = "not_sent" },
}

test "whoever has no card is told what to do" {
  get "https://office.example/mail",
  expect { why = "insert your card and reload; see /help" },
}

test "the archive is for the registry" {
  get "https://office.example/archive/1999" { with = ada },
  expect { verdict = "allow", rule = 'path "/archive"' },
  get "https://office.example/archive/1999" { with = bob },
  expect { status = 403, reason = "identity", why = "the registry only" },
}

test "the last day of a card" {
  get "https://office.example/" {
    with = certificate { issuer = "cards", not_after = "2027-03-01" },
    at = "2027-02-28T23:59:59Z",
  },
  expect { verdict = "allow" },
  get "https://office.example/" {
    with = certificate { issuer = "cards", not_after = "2027-03-01" },
    at = "2027-03-01T00:00:01Z",
  },
  expect { reason = "expired" },
}

test "the office refuses wrong cards" (
  refuses_wrong_ones "https://office.example/mail")

test "the archive refuses wrong cards" (
  refuses_wrong_ones "https://office.example/archive")
