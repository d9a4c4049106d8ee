policy "first.lua"
test "a" { gett "https://portal.example/", expect { status = 200 } }
