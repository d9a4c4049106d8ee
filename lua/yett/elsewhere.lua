-- SPDX-License-Identifier: Apache-2.0
-- Words that authors bring along from other servers and languages, and what is
-- written for them here. Only for help lines: none of them is accepted.

local elsewhere = {}

-- Values, by the field they are given to.
elsewhere.values = {
  certificate = {
    mandatory = "require", required = "require", yes = "require",
    on = "require", must = "require", always = "require", demand = "require",
    optional = "request", want = "request", accept = "request",
    ask = "request", optional_no_ca = "request", off = "none", no = "none",
    never = "none", ignore = "none",
  },
  handshake = {
    on = "always", require = "always", request = "always", yes = "always",
    off = "never", none = "never", no = "never", default = "auto",
  },
}

-- Fields of declarations: the line to write.
local path = 'write path "/admin" { ... } in the table of the site'
elsewhere.fields = {
  path = path, paths = path, location = path, locations = path,
  routes = path,
  cert = 'write key = { cert = "portal.pem", key = "portal.key" }',
  certificate_key = 'write key = { cert = "portal.pem", key = "portal.key" }',
  ssl_certificate = 'write key = { cert = "portal.pem", key = "portal.key" }',
  name = 'the name stands before the table: site "portal.example" { ... }',
  server_name = 'the name stands before the table: '
    .. 'site "portal.example" { ... }',
  host = 'the name stands before the table: site "portal.example" { ... }',
  backend = 'write upstream = "http://127.0.0.1:8080"',
  proxy_pass = 'write upstream = "http://127.0.0.1:8080"',
  cn = 'write subject = "CN=Ada,*", or dns, email, spiffe',
  common_name = 'write subject = "CN=Ada,*", or dns, email, spiffe',
  san = "write dns, email, uri or spiffe, whichever it is",
}

-- Facts of a hello, a request or a certificate.
elsewhere.facts = {
  ip = "write client_ip", address = "write client_ip",
  remote_addr = "write client_ip", remote_ip = "write client_ip",
  client_address = "write client_ip", port = "write client_port",
  server_name = "write sni", name = "write sni", protocol = "write version",
  tls = "write version", url = "write path, and query", uri = "write path, "
    .. "and query", request_uri = "write path, and query",
  args = "write query", cookies = 'write headers["cookie"]',
  cookie = 'write headers["cookie"]',
  user_agent = 'write headers["user-agent"], in a request function',
  body = "a decision is made before the body is read",
  cert = "write certificate", client_cert = "write certificate",
  client_certificate = "write certificate", verb = "write method",
  cn = "write subject, or :subject_matches(...)",
  common_name = "write subject, or :subject_matches(...)",
  san = "write dns, email or uri", sans = "write dns, email or uri",
  sha256 = "write fingerprint",
}

return elsewhere
