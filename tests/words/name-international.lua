listen "127.0.0.1:8443"
site "bücher.example" { key = "a", upstream = "http://127.0.0.1:1", wy = "ü" }
site "BÜCHER.example" { key = "a", upstream = "http://127.0.0.1:1" }
