policy "first.lua"
test "a" {
  get "https://portal.example/" { with = "staff" },
  expect { status = "200" },
  200,
}
test "b" { get(1), expect "200" }
