policy "first.lua"
test "a" {
  get "https://portal.example/" { on = connection { tls = "1.4" } },
  expect { status = 99, reason = "latte" },
}
