policy "first.lua"
test "a" {
  get "https://portal.example/" { with = certificate { issuer = "staf" } },
  expect { status = 200 },
}
