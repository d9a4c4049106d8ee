gateway {
  workers = "auto", limits = { head = 32, connections = "1k", body = 10 },
  timeouts = { handshake = "5 seconds", idle = 60 }, tickets = false,
}
listen "127.0.0.1:8443"
local common = require "common"
site "portal.example" { key = "portal", upstream = "http://127.0.0.1:8080" }
