-- SPDX-License-Identifier: Apache-2.0
-- Words of other servers and languages, and what to write for them here. Only
-- for help lines: none of them is accepted.

local foreign_words = {}

-- Values, by the field they are given to.
foreign_words.values = {
  certificate = {
    mandatory = "require", required = "require", yes = "require",
    on = "require", must = "require", always = "require", demand = "require",
    optional = "request", want = "request", accept = "request",
    ask = "request", optional_no_ca = "request", off = "none", no = "none",
    never = "none", ignore = "none", require_and_verify = "require",
    verify = "require", verify_if_given = "request",
  },
  handshake = {
    on = "always", require = "always", request = "always", yes = "always",
    off = "never", none = "never", no = "never", default = "auto",
  },
}

-- Fields of declarations: the line to write.
local key = 'write key = { cert = "portal.pem", key = "portal.key" }'
local trust = 'write trust "staff" { ca = "ca.pem" } beside the site, and '
  .. 'trust = "staff" in it'
local certificate = 'write certificate = "require", or "request", on the site '
  .. "or on paths"
local priority = 'write tls_priority = "NORMAL:-VERS-TLS1.2", a priority '
  .. "string of GnuTLS"
local listen = 'it stands beside the site: listen "0.0.0.0:443"'
local port = 'address and port are one text: listen "0.0.0.0:443"'
local upstream = 'write upstream = "http://127.0.0.1:8080"'
local files = "there are no files here: an upstream serves them"
local headers = "headers of requests and answers go on as they are"
local path = 'write path "/admin" { ... } in the table of the site'
foreign_words.fields = {
  path = path, paths = path, location = path, locations = path,
  routes = path,
  cert = key, certificate_key = key, ssl_certificate = key,
  ssl_certificate_key = key, tls = key, crt = key, key_file = key,
  cert_file = key, private_key = key,
  ssl_client_certificate = trust, ssl_trusted_certificate = trust,
  ca_file = trust, client_ca = trust, trusted_ca_cert_file = trust,
  cacert = trust,
  ssl_verify_client = certificate, verify = certificate,
  verify_client = certificate, client_auth = certificate, mtls = certificate,
  ssl_verify_depth = 'write depth = 1 in trust "staff" { ... }',
  ssl_crl = 'write crl = "staff.crl" in trust "staff" { ... }',
  ssl_stapling_file = 'write key = { cert = "portal.pem", key = "portal.key", '
    .. 'ocsp = "portal.ocsp" }',
  ssl_protocols = priority, ssl_ciphers = priority, protocols = priority,
  ciphers = priority, tls_versions = priority,
  ssl_session_tickets = "write gateway { tickets = ... } beside the site",
  ssl_session_timeout = "write gateway { tickets = ... } beside the site",
  body = 'write limits = { body = "10MiB" }',
  client_max_body_size = 'write limits = { body = "10MiB" }',
  proxy_read_timeout = 'write timeouts = { answer = "60s" }',
  proxy_connect_timeout = 'write gateway { timeouts = { connect = "5s" } }',
  listen = listen, bind = listen, port = port, address = port,
  root = files, index = files, alias = files, try_files = files,
  add_header = headers, proxy_set_header = headers, headers = headers,
  error_page = "write late = { ... } for what a late need becomes",
  allow = 'write cidr { "10.0.0.0/8" } above, and ask it in a request function',
  deny = 'write cidr { "10.0.0.0/8" } above, and ask it in a request function',
  access_log = 'write gateway { log = { access = "access.log" } }',
  name = 'the name stands before the table: site "portal.example" { ... }',
  server_name = 'the name stands before the table: '
    .. 'site "portal.example" { ... }',
  host = 'the name stands before the table: site "portal.example" { ... }',
  backend = upstream, proxy_pass = upstream, reverse_proxy = upstream,
  to = upstream, target = upstream, service = upstream, url = upstream,
  cn = 'write subject = "CN=Ada,*", or dns, email, spiffe',
  common_name = 'write subject = "CN=Ada,*", or dns, email, spiffe',
  san = "write dns, email, uri or spiffe, whichever it is",
}

-- The same of tables that are fields.
local verified = "servers of https are always verified: trust says by whom"
local balanced = "requests go where the fewest are under way; what fails is "
  .. "left out for a while"

foreign_words.inner = {
  upstream = {
    verify = verified, ssl_verify = verified, insecure = verified,
    ca = 'write trust "backend" { ca = "FILE" } above, and trust = "backend" '
      .. "here",
    weight = balanced, backup = balanced, max_fails = balanced,
    balance = balanced, lb_policy = balanced, check = balanced,
    server = 'write targets = { "http://10.0.0.7:8080" }',
    servers = 'write targets = { "http://10.0.0.7:8080" }',
    address = 'write targets = { "http://10.0.0.7:8080" }',
    keepalive = "write idle_connections = 64",
    sni = 'write name = "backend.internal"',
  },
}

-- Words that declare something there: what declares it here.
local site = 'write site "portal.example" { ... }'
foreign_words.words = {
  server = site, host = site, vhost = site, virtualhost = site,
  server_name = site, frontend = site,
  location = 'write path "/admin" { ... } in the table of the site',
  upstream = "write upstream = { ... } in the table of the site, or local "
    .. "NAME = { ... } and upstream = NAME",
  backend = "write upstream = { ... } in the table of the site",
  bind = 'write listen "0.0.0.0:443"', port = 'write listen "0.0.0.0:443"',
  authority = trust, ca = trust,
  startswith = 'write TEXT:starts_with("...")',
  endswith = 'write TEXT:ends_with("...")',
  contains = 'write set { "..." } above, and NAME:contains(...)',
  input = "write req, the parameter of the function",
  try = "write pcall, or let it fail: a function that fails refuses",
}

-- How configurations of other servers begin, or what nothing else has: in the
-- text of a file that is no Lua.
foreign_words.configurations = {
  { "\n%s*server_name%s+[^=\n]-;", "nginx" },
  { "\n%s*proxy_pass%s+[^=\n]-;", "nginx" },
  { "\n%s*ssl_certificate%s+[^=\n]-;", "nginx" },
  { "\n%s*reverse_proxy%s+[^=\n]", "Caddy" },
  { "\n%s*client_auth%s+{", "Caddy" },
  { "^%s*package%s+[%a_][%w_.]*%s*\n", "OPA" },
  { "\n%s*frontend%s+[%w_-]+%s*\n", "HAProxy" },
  { "\n%s*<VirtualHost%s", "Apache" },
}

-- Facts of a hello, a request or a certificate.
foreign_words.facts = {
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
  sha256 = "write fingerprint", startswith = 'write :starts_with("...")',
  endswith = 'write :ends_with("...")', includes = 'write :find("...")',
  header = 'write .headers["x-name"]', is_tls = "it always is",
}

return foreign_words
