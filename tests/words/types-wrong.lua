listen(8443)
trust "staff" "ca.pem"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  tell = "yes",
  trust = 7,
  request = "allow",
  why = { "x" },
}
