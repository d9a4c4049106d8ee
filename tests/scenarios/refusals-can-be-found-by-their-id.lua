-- SPDX-License-Identifier: Apache-2.0
-- The id in each of our own answers is in the access log, in both formats; of
-- what was refused before any decision `yett explain` says so.
local upstream = rig.upstream()
rig.authority "staff"
local host = "Host: shop.test\r\n"
local cases = {
  { 200, "GET / HTTP/1.1\r\n" .. host .. "\r\n" },
  { 400, "GET / HTTP/1.1\r\nA b\r\n\r\n", true },
  { 400, "GET /%00 HTTP/1.1\r\n" .. host .. "\r\n", true },
  { 405, "TRACE / HTTP/1.1\r\n" .. host .. "\r\n", true },
  { 408, "GET / HTT", true },
  { 414, "GET /" .. ("u"):rep(300) .. " HTTP/1.1\r\n" .. host .. "\r\n", true },
  { 431, "GET / HTTP/1.1\r\nA: " .. ("h"):rep(3000) .. "\r\n\r\n", true },
  { 413, "POST / HTTP/1.1\r\n" .. host .. "Content-Length: 2000\r\n\r\n" },
  { 421, "GET / HTTP/1.1\r\nHost: b.test\r\n\r\n" },
  { 500, "GET /pay HTTP/1.1\r\n" .. host .. "\r\n" },
  { 200, "GET / HTTP/1.1\r\n" .. host .. "\r\n" },
}

for _, format in ipairs { "json", "w3c" } do
  local gateway = rig.gateway {
    upstream = upstream, workers = 1,
    settings = ("log = { access = %q, format = %q, record = %q }, "):format(
      rig.folder .. "/" .. format, format, rig.folder .. "/record." .. format)
      .. 'timeouts = { head = "300ms" }, '
      .. 'limits = { head = "2KiB", uri = "256B", body = "1KiB" }',
    policy = [[
      trust "staff" { ca = "staff.pem" }
      site "shop.test" {
        key = "server", upstream = "$upstream", trust = "staff",
        handshake = "never",
        path "/pay" { certificate = "require" },
      }
    ]],
  }
  for _, case in ipairs(cases) do
    local client = gateway:connect { sni = "shop.test" }

    client:send(case[2])
    local answer = client:answer()
    expect(answer.status, case[2]):is(case[1])
    case.id = answer.header["yett-decision"]
    expect(case.id ~= nil, case[2]):is(case[1] ~= 200)
    client:close()
  end
  local lines = table.concat(
    gateway:access(format, #cases + (format == "w3c" and 3 or 0)), "\n")
  expect(gateway:stop()):is(0)
  for _, case in ipairs(cases) do
    if case.id then
      expect(lines, case[2]):contains(case.id)
      local said = rig.shell("$yett explain $id --policy $policy 2>&1",
        { yett = rig.build .. "/yett", policy = gateway.path, id = case.id })
      expect(said):contains(case[3]
        and '"' .. case.id .. '" was refused before any decision'
        or "recorded")
    end
  end
end
