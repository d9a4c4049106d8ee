listen "127.0.0.1:8443"
sit "a.example" { key = "a" }
site "b.example" { key = "b", upstream = "http://127.0.0.1:1", certificate = "non" }
