port = 8443
function decide(req) return allow {} end
listen("127.0.0.1:" .. port)
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = decide,
}
