gateway {
  workers = -1,
  limits = { head = "2B", fields = 1.5, uri = "8 parsecs" },
  timeouts = { handshake = 5, idle = "75", head = "3d" },
}
listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  late = { status = 200, hresult = 0x1FFFFFFFF },
}
