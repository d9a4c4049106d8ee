listen { fd = "web" }
use "policies/kong.lua"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  trust = "staff",
  preflight = "allow",
  path "/a" {
    certificate = "require", shadow = before "2027-03-01",
    share = percent(10, "client_ip"),
    late = { learn = "2m" },
  },
}
