listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
for _, name in ipairs { "a.example", "b.example" } do
  site(name) {
    key = "k", upstream = "http://127.0.0.1:1", trust = "staff", certificate = "allways",
  }
end
