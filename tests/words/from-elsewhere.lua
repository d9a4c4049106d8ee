listen { "127.0.0.1:8443", "127.0.0.1:8444" }
trust "staff" { ca = "ca.pem" }
site "portal.example" {
  cert = "portal.pem", name = "portal",
  upstream = { "unix:run/app.sock" },
  paths = { "/admin" },
  handshake = off,
  path "/a" { certificate = "mandatory", trust = staff },
  path "/b" { certificate = true, identity = { cn = "Ada" } },
  path "/c" { certificate = "require", identity = { } },
  path "/d" { certificate = require, handshake = "never" },
  path "^/e$" { certificate = "optional" },
  path "/f/*" { },
}
site("b.example", { key = "portal" })
path = set { PUT = true }
