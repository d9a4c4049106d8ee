policy "first.lua"
test "a" { put "https://portal.example/", expect { status = 403 } }
