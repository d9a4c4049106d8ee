listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem" }
site "portal.example" {
  ssl_certificate = "portal.pem",
  ssl_certificate_key = "portal.key",
  ssl_client_certificate = "staff-ca.pem",
  ssl_verify_client = "on",
  proxy_pass = "http://127.0.0.1:8080",
  ssl_protocols = "TLSv1.2 TLSv1.3",
  client_max_body_size = "10m",
  body = "10m",
  root = "/var/www",
  add_header = { ["X-A"] = "1" },
}
