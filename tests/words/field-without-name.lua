listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
trust "partners" { "partners.pem" }
site "a.example" { key = "a", upstream = "http://127.0.0.1:1", trust = { "staff", "partners" }, "text" }
