listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "a.example" { key = "a", upstream = "http://127.0.0.1:1", path "/a" {}, path "/a" { certificate = "non" } }
