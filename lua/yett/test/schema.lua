-- SPDX-License-Identifier: Apache-2.0
-- The vocabulary of tests as data, in the form of schema.lua: each word with
-- its fields. What a request is, what a client shows and what is expected.

local schema = {}

local text = { kind = "string" }
local list = { kind = "names" }
local yes = { kind = "boolean" }
local date = { kind = "date", example = 'at = "2027-03-01"' }

-- The fields of a request, which may also stand beside it in a test with one
-- request only.
schema.step = {
  with = { kind = "made", word = "certificate",
    example = 'with = certificate { issuer = "staff", cn = "Ada" }' },
  on = { kind = "made", word = "connection",
    example = "on = connection { asked = false }" },
  headers = { kind = "headers", example = 'headers = { Accept = "text/html" }' },
  at = date,
}

schema.words = {
  test = { example = 'test "name" { get "https://portal.example/", '
    .. "expect { status = 200 } }" },
  policy = { example = 'policy "first.lua"' },
  get = { fields = schema.step, example = 'get "https://portal.example/"' },
  post = { fields = schema.step, example = 'post "https://portal.example/"' },
  hello = { fields = schema.step, example = 'hello "portal.example"' },
  request = {
    example = 'request { method = "PUT", url = "https://portal.example/" }',
    fields = {
      method = { kind = "line", example = 'method = "PUT"' },
      url = { kind = "string", example = 'url = "https://portal.example/"' },
      with = schema.step.with, on = schema.step.on,
      headers = schema.step.headers, at = date,
    },
  },
  certificate = {
    example = 'certificate { issuer = "staff", cn = "Ada" }',
    fields = {
      issuer = { kind = "string", example = 'issuer = "staff"' },
      cn = text, subject = text, issued_by = text, serial = text,
      fingerprint = text, spiffe = text,
      dns = list, email = list, uri = list,
      expired = yes, revoked = yes, crl_unavailable = yes,
      wrong_purpose = yes,
      not_before = date, not_after = date,
    },
  },
  connection = {
    example = "connection { asked = false }",
    fields = {
      asked = { kind = "asked", example = 'asked = false, or asked = "staff"' },
      tls = { kind = "enum", values = { "1.2", "1.3" }, noun = "version" },
      alpn = list,
      from = { kind = "string", example = 'from = "203.0.113.9"' },
      sni = { kind = "string", example = 'sni = "portal.example"' },
      learned = yes,
    },
  },
  expect = {
    example = "expect { status = 200 }",
    fields = {
      status = { kind = "integer", min = 200, max = 599 },
      reason = { kind = "enum", noun = "reason", values = {
        "late", "not_sent", "untrusted", "expired", "revoked", "identity",
        "misdirected", "policy_error", "denied", "wrong_purpose",
      } },
      cause = { kind = "enum", noun = "cause", values = {
        "policy", "function", "reloaded", "other_trust", "crl_unavailable",
        "name_constraints", "too_large",
        "weak_algorithm", "path_length", "too_deep", "spiffe_domain",
      } },
      shadow = { kind = "enum", noun = "reason", values = {
        "late", "not_sent", "untrusted", "expired", "revoked", "identity",
        "wrong_purpose",
      } },
      verdict = { kind = "enum", noun = "verdict",
        values = { "allow", "refuse", "redirect" } },
      asked = { kind = "enum", noun = "mode",
        values = { "none", "request", "require", "refused" } },
      handshake = { kind = "enum", noun = "end of a handshake",
        values = { "complete", "refused" } },
      hresult = { kind = "integer", min = 0, max = 0xffffffff,
        format = "0x%08X" },
      rule = text, site = text, why = text, title = text, trust = text,
      location = text, because = text, close = yes,
    },
  },
}

-- In the order in which what was not met is told.
schema.expected = {
  "handshake", "asked", "status", "verdict", "reason", "cause", "shadow", "hresult",
  "rule", "site", "trust", "why", "title", "location", "because", "close",
}

return schema
