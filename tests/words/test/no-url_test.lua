policy "first.lua"
test "a" {
  get "http://portal.example/",
  expect { status = 200 },
}
test "b" { request { method = "PUT" }, expect { status = 200 } }
test "b" { post "/admin" { at = "2027-13-01" }, expect { status = 200 } }
