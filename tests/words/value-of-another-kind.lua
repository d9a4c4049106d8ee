listen "127.0.0.1:8443"
gateway { workers = "4", limits = { body = -1 }, timeouts = { answer = -2 } }
local function check() return allow { } end
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  ["/admin"] = { why = "closed" },
  request = check(),
}
