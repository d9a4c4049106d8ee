-- SPDX-License-Identifier: Apache-2.0
-- An error, a spent budget, too much memory, a wrong verdict: denied, told in
-- the log, and never allowed.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      request = function(req)
        if req.path == "/raise" then error "no" end
        if req.path == "/spin" then
          while true do pcall(function() while true do end end) end
        end
        if req.path == "/eat" then
          local all = {}
          for i = 1, 1e9 do all[i] = { i } end
        end
        if req.path == "/nonsense" then return rawget({ 42 }, 1) end
      end,
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  for _, path in ipairs { "/raise", "/spin", "/eat", "/nonsense" } do
    local client = gateway:connect { sni = "shop.test", tls = version }
    local answer = client:get(path)
    expect(answer.status, path):is(500)
    expect(answer.problem.reason, path):is "policy_error"
    expect(answer.header["yett-error"], path):is(nil)
    expect(client:get("/fine").status, path):is(200)
  end
end
expect(upstream.requests):is(8)
expect(gateway:said()):matches "policy%-%d+%.lua:%d+"
