listen("*:443")
listen { "::1:443" }
listen "[::]"
listen ":443"
listen "localhost:443"
listen "::"
listen "fe80::1%eth0:443"
listen "[fe80::1%eth0]:443"
listen "127.0.0.1:https"
listen "127.0.0.1"
listen { "0.0.0.0:8443", "[::]:8443" }
listen { address = "0.0.0.0", port = 443 }
listen "unix:/run/yett.sock"
listen "https://0.0.0.0:443"
listen { "0.0.0.0", 443 }
listen { { "0.0.0.0:443" } }
