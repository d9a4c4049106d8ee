-- SPDX-License-Identifier: Apache-2.0
local ada = certificate { issuer = "staff", cn = "Ada" }
local stranger = certificate { issuer = "unknown" }
local pilot = connection { from = "10.1.2.3" }
local tenth = connection { from = "192.0.2.8" }
local other = connection { from = "192.0.2.1" }

test "the handshake asks from the first step on" {
  hello "hr.example",
  expect { asked = "request", handshake = "complete" },
}

test "step 1 refuses nobody, and tells whom it would" {
  get "https://hr.example/calendar" { on = pilot, at = "2027-02-28" },
  expect { verdict = "allow", rule = 'path "/calendar"', shadow = "not_sent" },
  get "https://hr.example/calendar" {
    on = tenth, with = stranger, at = "2027-02-28",
  },
  expect { verdict = "allow", shadow = "untrusted" },
  get "https://hr.example/calendar" {
    with = certificate { issuer = "staff", expired = true }, at = "2027-02-28",
  },
  expect { verdict = "allow", shadow = "expired" },
  get "https://hr.example/calendar" {
    on = connection { asked = false }, at = "2027-02-28",
  },
  expect { verdict = "allow", shadow = "late" },
}

test "until its date" {
  get "https://hr.example/calendar" { on = other, at = "2027-03-01" },
  expect { status = 403, reason = "not_sent", why = "staff only" },
  get "https://hr.example/calendar" { with = stranger, at = "2027-03-01" },
  expect { status = 403, reason = "untrusted" },
  get "https://hr.example/calendar" {
    with = certificate { issuer = "staff", expired = true }, at = "2027-03-01",
  },
  expect { status = 403, reason = "expired" },
  get "https://hr.example/calendar" {
    on = connection { asked = false }, at = "2027-03-01",
  },
  expect { status = 500, reason = "late" },
  get "https://hr.example/calendar" { with = ada, at = "2027-03-01" },
  expect { verdict = "allow", trust = "staff" },
}

test "step 2 refuses the pilots" {
  get "https://hr.example/reports/q1" { on = pilot },
  expect { status = 403, reason = "not_sent", why = "pilot network" },
  get "https://hr.example/reports" { on = connection { from = "fd00:1::1" } },
  expect { status = 403, reason = "not_sent", why = "pilot network" },
  get "https://hr.example/reports" { on = pilot, with = stranger },
  expect { status = 403, reason = "untrusted" },
}

test "and one client in ten" {
  get "https://hr.example/reports" { on = tenth },
  expect { status = 403, reason = "not_sent", why = "one client in ten" },
  get "https://hr.example/reports" {
    on = tenth, with = certificate { issuer = "staff", expired = true },
  },
  expect { status = 403, reason = "expired" },
  get "https://hr.example/reports" { on = other },
  expect { verdict = "allow", rule = 'path "/reports"' },
}

test "but nobody who has a certificate" {
  get "https://hr.example/reports" { on = pilot, with = ada },
  expect { verdict = "allow" },
  get "https://hr.example/reports" { on = tenth, with = ada },
  expect { verdict = "allow" },
}

test "a pilot whose connection is older than the policy" {
  get "https://hr.example/reports" {
    on = connection { from = "10.1.2.3", asked = false },
  },
  expect { status = 500, reason = "late", hresult = 0x80070032 },
}

test "step 3 is for everybody" {
  get "https://hr.example/salaries" { with = ada, on = other },
  expect { verdict = "allow", trust = "staff" },
  get "https://hr.example/salaries" { on = other },
  expect { status = 403, reason = "not_sent", why = "staff only" },
  get "https://hr.example/salaries" { on = other, with = stranger },
  expect { status = 403, reason = "untrusted" },
  get "https://hr.example/salaries" {
    with = certificate { issuer = "staff", expired = true },
  },
  expect { status = 403, reason = "expired" },
  get "https://hr.example/salaries" { on = connection { asked = false } },
  expect { status = 500, reason = "late", cause = "reloaded" },
}

test "the rest of the site is open" {
  get "https://hr.example/",
  expect { verdict = "allow" },
}
