policy "first.lua"
test "/admin is open, and late" {
  get "https://portal.example/admin",
  expect { status = 200, reason = "late",
    rule = 'path "/"' },
  expect { cause = "reloaded" },
}
