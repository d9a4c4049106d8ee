listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  certificate = "request",
  path "/a" { late = { redirect = "http://cert.example{path}" } },
  path "/b" { late = { redirect = "https://{path}" } },
  path "/c" { late = { redirect = "https://cert.example{query}{path}" } },
  path "/d" { late = { redirect = "https://cert.example/{path}" } },
  path "/e" { late = { redirect = "https://cert.example:99999/" } },
  path "/f" { late = { redirect = "https://cert.example/a b" } },
  path "/g" { late = { redirect = "https://cert.example/?a=b{query}" } },
  path "/h" { late = { redirect = "https://user@cert.example/" } },
  path "/i" { late = { redirect = "https://*.example/" } },
  path "/j" { late = { redirect = "/login" } },
  path "/k" { late = { redirect = "https://cert.example\r\nX: y" } },
}
