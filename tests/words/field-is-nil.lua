listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
local modes = { admin = "require" }
local late
local function decide()
  return
end
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  certificate = nil,
  request = decide(),
  path "/admin" { certificate = modes.amdin },
  path "/late" { certificate = "require", late = { status = late } },
}
