listen "0.0.0.0:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  upgrade = "websockets",
  path "/a" { limits = { head = "1KiB" } },
  path "/b" { limits = { body = 7 } },
  path "/c" { timeouts = { answer = "1ms" } },
}
