-- SPDX-License-Identifier: Apache-2.0
-- A function does not see what a client sends in fields that the gateway sets:
-- who the client is, and how it came, are facts of the connection.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    local names = {
      "Client-Cert", "client_cert", "client-cert-chain", "X-SSL-Client-Verify",
      "x_ssl_client_s_dn", "X-SSL-Cert", "X-ARR-ClientCert", "x_arr_clientcert",
      "X-Forwarded-Client-Cert", "X-Forwarded-For", "x_forwarded-for",
      "X-Forwarded-Proto", "X-Forwarded-Anything", "Forwarded", "X-Real-IP",
      "Yett-Decision", "yett_error",
    }
    site "shop.test" {
      key = "server", upstream = "$upstream",
      request = function(req)
        for _, name in ipairs(names) do
          if req.headers[name] then
            return deny { why = name, tell = true }
          end
        end
        if req.headers["x-device"] ~= "7" then
          return deny { why = "x-device", tell = true }
        end
      end,
    }
  ]],
}
local sent = { "Client-Cert", "client_cert", "CLIENT-cert-chain",
  "X-SSL-Client-Verify", "x_ssl_client_s_dn", "X-SSL-Cert", "X-ARR-ClientCert",
  "x_arr_clientcert", "X-Forwarded-Client-Cert", "X-Forwarded-For",
  "x_forwarded-for", "X-Forwarded-Proto", "X-Forwarded-Anything", "Forwarded",
  "X-Real-IP", "Yett-Decision", "yett_error" }

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  for _, name in ipairs(sent) do
    local answer = client:get("/", { { name, "SUCCESS" }, { "X-Device", "7" } })
    expect(answer.status, name):is(200)
  end
  expect(client:get("/", { { "X-Device", "8" } }).status):is(403)
end
