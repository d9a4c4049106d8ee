policy "first.lua"
error "no tests today"
