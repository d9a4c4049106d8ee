-- SPDX-License-Identifier: Apache-2.0
local service = certificate {
  issuer = "clients", spiffe = "spiffe://plant.example/service/billing",
}
local partner = certificate {
  issuer = "clients", spiffe = "spiffe://partner.example/service/billing",
}
local browser = connection { alpn = { "h2", "http/1.1" } }
local question = {
  Origin = "https://app.example", ["Access-Control-Request-Method"] = "PUT",
}

test "machines are asked, browsers are not" {
  hello "api.example",
  expect { asked = "request" },
  hello "api.example" { on = browser },
  expect { asked = "none" },
}

test "everybody may read" {
  get "https://api.example/orders",
  expect { verdict = "allow" },
  get "https://api.example/orders" { on = browser },
  expect { verdict = "allow" },
  request { method = "HEAD", url = "https://api.example/orders" },
  expect { verdict = "allow" },
}

test "changes need a certificate" {
  post "https://api.example/orders" { with = partner },
  expect { verdict = "allow", trust = "clients" },
  post "https://api.example/orders",
  expect { status = 403, reason = "not_sent",
    why = "changes need a certificate" },
  post "https://api.example/orders" {
    with = certificate { issuer = "unknown" },
  },
  expect { status = 403, reason = "untrusted" },
}

test "a browser is told what to do, and let go" {
  post "https://api.example/orders" { on = browser },
  expect { status = 403, reason = "late", close = true,
    title = "Send the client certificate when you connect" },
}

test "preflights pass, also where a certificate is required" {
  request {
    method = "OPTIONS", url = "https://api.example/internal/x",
    headers = question, on = browser,
  },
  expect { verdict = "allow" },
  request { method = "OPTIONS", url = "https://api.example/internal/x" },
  expect { status = 403, reason = "not_sent" },
}

test "/internal is for the plant's services" {
  get "https://api.example/internal" { with = service },
  expect { verdict = "allow", rule = 'path "/internal"' },
  get "https://api.example/internal" { with = partner },
  expect { status = 403, reason = "identity" },
  get "https://api.example/internal",
  expect { status = 403, reason = "not_sent" },
  get "https://api.example/internal" {
    with = certificate { issuer = "unknown" },
  },
  expect { status = 403, reason = "untrusted" },
  get "https://api.example/internal" {
    with = certificate { issuer = "clients", expired = true },
  },
  expect { status = 403, reason = "expired" },
  get "https://api.example/internal" {
    with = certificate { issuer = "clients", revoked = true },
  },
  expect { status = 403, reason = "revoked" },
  get "https://api.example/internal" { on = browser },
  expect { status = 403, reason = "late", cause = "function" },
}
