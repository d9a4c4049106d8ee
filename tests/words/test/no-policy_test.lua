policy "missing.lua"
test "a" { get "https://portal.example/", expect { status = 200 } }
