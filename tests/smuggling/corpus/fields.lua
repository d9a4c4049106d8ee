-- SPDX-License-Identifier: Apache-2.0
-- Field lines, and fields that say who the client is or how it came. No value
-- with the word FORGED may ever arrive.
local function field(name, text, ...)
  case("field: " .. name, get .. text .. "\r\n\r\n", ...)
end
field("no colon", "Abc", 400)
field("no name", ": b", 400)
field("a space for a name", " : b", 400)
field("a space before the colon", "A : b", 400)
field("a tab before the colon", "A\t: b", 400)
field("a space in the name", "A B: c", 400)
field("a space before the name", " A: b", 400)
field("a tab before the name", "\tA: b", 400)
field("folded", "A: b\r\n c", 400)
field("folded with a tab", "A: b\r\n\tc", 400)
field("folded and empty", "A: b\r\n \r\nC: d", 400)
field("a slash in the name", "A/B: c", 400)
field("a quote in the name", 'A"B: c', 400)
field("brackets in the name", "A[0]: c", 400)
field("a parenthesis in the name", "A(: c", 400)
field("an @ in the name", "A@B: c", 400)
field("a byte above 127 in the name", "\xc3\x84: b", 400)
field("a NUL in the name", "A\0: b", 400)
field("a bare CR in the name", "A\rB: c", 400)
field("a bare LF in the name", "A\nB: c", 400)
field("DEL in the name", "A\x7f: b", 400)
field("a NUL in the value", "A: b\0c", 400)
field("a bare CR in the value", "A: b\rc", 400)
field("a bell in the value", "A: \a", 400)
field("an escape in the value", "A: \x1b[0m", 400)
field("DEL in the value", "A: \x7f", 400)
field("a request in the value, after CR", "A: b\rGET /pay/$id HTTP/1.1", 400)
field("a byte above 127 in the value", "A: \xc3\xa4", "GET /$id")
field("an empty value", "A:", "GET /$id")
field("the whole of a token in the name", "!#$%&'*+-.^_`|~9aZ: b", "GET /$id")

field("Connection is no list of tokens", "Connection: a b", 400)
field("Connection names a field in quotes", 'Connection: "close"', 400)
field("Connection with a NUL", "Connection: close\0", 400)
field("Connection is empty", "Connection:", "GET /$id")
field("Connection: commas alone", "Connection: , ,", "GET /$id")
field("Connection: close twice", "Connection: close, close", "GET /$id",
  { closes = true })
field("Connection: close and keep-alive", "Connection: keep-alive, close",
  "GET /$id", { closes = true })
field("Connection: close in a second field",
  "Connection: keep-alive\r\nConnection: cLoSe", "GET /$id", { closes = true })
field("Connection names a thousand fields", "Connection: "
  .. ("abc, "):rep(1000) .. "x", "GET /$id")
field("Connection with an underscore is another field",
  "Connection_: close", "GET /$id")
for _, name in ipairs { "Via", "Forwarded", "X-Forwarded-For",
  "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Client-Cert",
  "Client-Cert-Chain", "Host", "Content-Length", "Transfer-Encoding" } do
  field("Connection names " .. name, "Connection: " .. name, "GET /$id")
end
field("Connection names a field that was sent",
  "Connection: X-Mine\r\nX-Mine: FORGED", "GET /$id")
field("Connection names it in another case",
  "Connection: x-MINE\r\nX-Mine: FORGED", "GET /$id")
field("Connection names it behind it",
  "X-Mine: FORGED\r\nConnection: close, X-Mine", "GET /$id", { closes = true })
field("Keep-Alive is of one hop", "Keep-Alive: FORGED", "GET /$id")
field("Proxy-Connection is of one hop", "Proxy-Connection: FORGED", "GET /$id")
field("Proxy-Authorization is of one hop", "Proxy-Authorization: FORGED",
  "GET /$id")
field("Trailer is of one hop", "Trailer: FORGED", "GET /$id")
field("HTTP2-Settings is of one hop", "HTTP2-Settings: FORGED", "GET /$id")

-- Who the client is: by any name, in any case, with underscores.
for _, name in ipairs { "Client-Cert", "CLIENT-CERT", "client-cert",
  "Client_Cert", "client_cert", "Client-Cert-Chain", "Client_Cert_Chain",
  "Client-Cert_Chain", "X-Client-Cert", "X_Client_Cert", "X-Client-Cert-DN",
  "X-SSL-Client-Cert", "X_SSL_Client_Cert", "X-SSL-Client-Verify",
  "X-SSL-Client-DN", "X-SSL-Client-Serial", "SSL-Client-Cert",
  "SSL_CLIENT_CERT", "ssl_client_verify", "SSL_CLIENT_S_DN",
  "X-ARR-ClientCert", "X_ARR_ClientCert", "x-arr-clientcert",
  "X-Forwarded-Client-Cert", "X_Forwarded_Client_Cert", "x-forwarded-CLIENT-cert",
  "X-Forwarded-Tls-Client-Cert",
  "X-Forwarded-Tls-Client-Cert-Info", "X-Forwarded_Tls-Client-Cert",
  "Forwarded", "FORWARDED", "X-Forwarded-For", "X_Forwarded_For",
  "X-Forwarded_For", "x-forwarded-for", "X-Forwarded-Proto",
  "X_FORWARDED_PROTO", "X-Forwarded-Host", "X_Forwarded_Host",
  "X-Forwarded-Port", "X-Forwarded-Server", "X-Forwarded-Prefix",
  "X-Forwarded-User", "X-Real-IP", "X_Real_IP" } do
  field("forged " .. name, name .. ": FORGED", "GET /$id")
end
field("forged Client-Cert twice",
  "Client-Cert: :FORGED:\r\nClient-Cert: :FORGED:", "GET /$id")
field("forged Client-Cert with white space", "Client-Cert: \t:FORGED:\t",
  "GET /$id")
field("forged Client-Cert with a space before its colon",
  "Client-Cert : :FORGED:", 400)
field("forged Client-Cert, folded", "X: y\r\n Client-Cert: FORGED", 400)
field("forged Client-Cert behind a bare LF", "X: y\nClient-Cert: FORGED", 400)
field("forged Client-Cert behind a bare CR", "X: y\rClient-Cert: FORGED", 400)
local told = "GET /pay/$id HTTP/1.1\r\nHost: staff.test\r\n"
case("field: forged Client-Cert beside a true one", told
  .. "Client-Cert: :FORGED:\r\nclient_cert: FORGED\r\n\r\n",
  "GET /pay/$id", { ada = true })
case("field: Connection names Client-Cert beside a true one", told
  .. "Connection: client-cert\r\n\r\n", "GET /pay/$id", { ada = true })
case("field: Connection names Client_Cert beside a true one", told
  .. "Connection: close, client_cert\r\n\r\n", "GET /pay/$id",
  { ada = true, closes = true })

-- Upgrade: no protocol but HTTP/1.1 unless a policy asks for a tunnel.
field("h2c", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
  .. "HTTP2-Settings: FORGED", "GET /$id")
field("h2c without Connection", "Upgrade: h2c\r\nHTTP2-Settings: FORGED",
  "GET /$id")
field("h2c, Connection names one of two", "Connection: Upgrade\r\n"
  .. "Upgrade: h2c\r\nHTTP2-Settings: FORGED", "GET /$id")
field("h2", "Connection: Upgrade\r\nUpgrade: h2", "GET /$id")
field("TLS/1.0", "Connection: Upgrade\r\nUpgrade: TLS/1.0", "GET /$id")
case("field: h2c, then the preface of HTTP/2", get .. "Connection: Upgrade\r\n"
  .. "Upgrade: h2c\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /$id", 505)
case("field: h2c with a body", post .. "Connection: Upgrade\r\nUpgrade: h2c\r\n"
  .. "Content-Length: 5\r\n\r\nhello", "POST /$id hello")

-- Expect: with a body that comes at once.
local function expecting(name, value, ...)
  case("Expect: " .. name, post .. "Expect: " .. value
    .. "\r\nContent-Length: 5\r\n\r\nhello", ...)
end
expecting("100-continue", "100-continue", "POST /$id hello")
expecting("another case", "100-Continue", "POST /$id hello")
expecting("something else", "200-ok", 417)
expecting("a list", "100-continue, 200-ok", 417)
expecting("a trick of white space", "100-continue x", 417)
expecting("empty", "", 417)
expecting("folded", "\r\n 100-continue", 417)
expecting("twice", "100-continue\r\nExpect: 100-continue", 417)
expecting("y 100-continue", "y 100-continue", 417)
case("Expect in a GET", get .. "Expect: 100-continue\r\n\r\n", "GET /$id")
case("Expect, then the victim", get .. "Expect: 100-continue\r\n\r\n" .. victim,
  "GET /$id", 500)
case("Expect and chunked", post .. "Expect: 100-continue\r\n"
  .. "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  "POST /$id hello")
case("Expect, refused: what follows is not read", "POST /pay/$id HTTP/1.1\r\n"
  .. host .. "Expect: 100-continue\r\nContent-Length: " .. len(victim) .. "\r\n\r\n"
  .. victim, 500, { closes = true })
case("refused with a body that is a request", "POST /pay/$id HTTP/1.1\r\n"
  .. host .. "Content-Length: " .. len(victim) .. "\r\n\r\n" .. victim,
  500)
case("refused with a chunked body that is a request",
  "POST /pay/$id HTTP/1.1\r\n" .. host .. "Transfer-Encoding: chunked\r\n\r\n"
  .. ("%x\r\n%s\r\n"):format(len(victim), victim) .. "0\r\n\r\n", 500)
case("refused with a chunked body that is wrong",
  "POST /pay/$id HTTP/1.1\r\n" .. host .. "Transfer-Encoding: chunked\r\n\r\n"
  .. "0x0\r\n\r\n" .. victim, 500, { closes = true })
case("refused with a body that is too long to read",
  "POST /pay/$id HTTP/1.1\r\n" .. host .. "Content-Length: 10000000\r\n\r\n"
  .. victim, 500, { closes = true })
