site "a.example" { key = "a", upstream = "http://127.0.0.1:1" }
