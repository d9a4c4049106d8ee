policy "first.lua"
test "a" {
  get "https://portal.example/" { with = certificate { cn = "Ada" } },
  expect { status = 200 },
}
