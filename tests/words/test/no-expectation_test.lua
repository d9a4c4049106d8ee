policy "first.lua"
test "a" {
  expect { status = 200 },
  get "https://portal.example/",
}
test "b" {}
test "d" { get "https://portal.example/", expect { } }
