policy "first.lua"
test "/admin is open" {
  get "https://portal.example/admin",
  expect { status = 200 },
}
test "/admin is late" {
  get "https://portal.example/admin" { on = connection { asked = false } },
  expect { hresult = 0, reason = "late" },
}
test "nobody is served" {
  get "https://nobody.example/",
  expect { status = 200 },
}
test "the wrong Ada" {
  get "https://portal.example/admin" { with = certificate { issuer = "unknown" } },
  expect { reason = "expired" },
}
