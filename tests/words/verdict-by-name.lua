listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
local function decide(req)
  return req.method == "GET" and allow {} or "no"
end
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = decide,
}
