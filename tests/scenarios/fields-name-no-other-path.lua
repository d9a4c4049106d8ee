-- SPDX-License-Identifier: Apache-2.0
-- A client cannot tell the origin another path, method or host than the one
-- that was decided on, unless a rule keeps that field by its name.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      path "/odata" { keep_fields = { "X-HTTP-Method", "X-Original-URL" } },
    }
  ]],
}
local names = { "X-Envoy-Original-Path", "X-HTTP-DestinationURL",
  "X-HTTP-Host-Override", "X-HTTP-Method", "X-HTTP-Method-Override", "X-Host",
  "X-Method-Override", "X-Original-Host", "X-Original-Method",
  "X-Original-Path", "X-Original-URI", "X-Original-URL", "X-Override-URL",
  "X-Rewrite-URI", "X-Rewrite-URL", "X-WAWS-Unencoded-URL",
  "X-Forwarded-Prefix", "X-Forwarded-Path", "X-Forwarded-URI",
  "X-Forwarded-Method" }
local kept = { ["x-http-method"] = true, ["x-original-url"] = true }
local client = gateway:connect { sni = "shop.test" }

local function sent(path, name)
  expect(client:request { method = "POST", path = path,
    headers = { { name, "/secret" }, { "X-Other", "stays" } } }.status):is(200)
  expect(upstream:last().header["x-other"]):is "stays"
  return upstream:last().head:find("/secret", 1, true) ~= nil
end

for _, name in ipairs(names) do
  local loose = name:gsub("-", "_")

  for _, spelling in ipairs { name, name:lower(), name:upper(), loose } do
    expect(sent("/", spelling), spelling):is(false)
  end
  expect(sent("/odata/x", name:lower()), name):is(kept[name:lower()] or false)
  expect(sent("/odata/x", loose), loose):is(false)
end
