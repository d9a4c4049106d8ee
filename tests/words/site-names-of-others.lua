listen "127.0.0.1:8443"
local shop = { key = "shop", upstream = "http://127.0.0.1:8080" }
site "~^www\\d+$" (shop)
site ".example" (shop)
site "_" (shop)
site "" (shop)
site "a.example www.a.example" (shop)
site "[::1]" (shop)
site "2001:db8::1" (shop)
site "portal.example:443" (shop)
