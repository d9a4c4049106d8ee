policy "first.lua"
test "a" {
  get "https://portal.example/", wiht = certificate { issuer = "staff" },
  expect { status = 200, reasn = "late" },
}
