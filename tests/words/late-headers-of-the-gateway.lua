listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  late = {
    headers = {
      ["Content-Length"] = "500",
      ["Transfer_Encoding"] = "chunked",
      Connection = "x",
      ["Content-Type"] = "text/html",
      Date = "today",
      Host = "portal.example",
      ["Yett-Error"] = "none",
      ["Retry After"] = "5",
      ["Retry-After"] = "5\r\nX: y",
      ["Cache-Control"] = "private",
    },
  },
  path "/admin" { certificate = "require" },
}
site "second.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  late = { headers = { "Retry-After: 5" } },
}
