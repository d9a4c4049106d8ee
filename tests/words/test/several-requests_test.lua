policy "first.lua"
test "a" {
  get "https://portal.example/",
  expect { status = 200 },
  get "https://portal.example/admin",
  expect { status = 200 },
  with = certificate { issuer = "staff" },
}
