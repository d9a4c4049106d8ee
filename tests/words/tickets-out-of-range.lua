gateway { tickets = { rotate = "30d", key = "tickets.keys" } }
listen "127.0.0.1:8443"
site "one.example" { key = "one", upstream = "http://127.0.0.1:1" }
