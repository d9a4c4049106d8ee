policy "first.lua"
ada = certificate { issuer = "staff" }
