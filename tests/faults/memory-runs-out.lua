-- SPDX-License-Identifier: Apache-2.0
-- The process may have a few megabytes more and gets none: connections are
-- closed or answered 503, what lives goes on, nobody else's answer is spoilt;
-- and once clients have gone there is room again.
rig.needs "prlimit"
if rig.sanitized then rig.skip "a sanitizer needs memory of its own" end
local upstream = rig.upstream { paths = {
  ["/echo"] = { { "echo" } },
  ["/pour"] = { "HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n",
    { "pour", 64 << 20 } },
} }
local gateway = rig.gateway {
  upstream = upstream,
  settings = 'timeouts = { head = "60s", body = "60s" }, '
    .. "limits = { head = \"64KiB\", connections = 4000, "
    .. "connections_per_address = 4000 }",
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      path "/metrics" { upstream = "app:metrics" },
    }
  ]],
}
expect(gateway:connections()):is(1) -- and there is a link to the counters
local files = gateway.process:files()
local living = gateway:connect { sni = "shop.test" }
expect(living:get("/").body):is "hello"

-- What counts is private memory that can be written; what there is now stays.
local function limit(bytes)
  rig.shell("prlimit --pid $pid --data=$bytes:unlimited",
    { pid = gateway.process:pid(), bytes = bytes })
end
local function data()
  local status = rig.read(("/proc/%d/status"):format(gateway.process:pid()))
  return tonumber(status:match "VmData:%s*(%d+) kB") * 1024
end

local outcomes = { served = 0, refused = 0, cut = 0 }
local function judge(client, body)
  if client.failure then
    outcomes.cut = outcomes.cut + 1
    return
  end
  local answer = client:answer()
  if answer.status == 200 then
    expect(answer.body):is(body)
    outcomes.served = outcomes.served + 1
  elseif answer.status == 0 then
    outcomes.cut = outcomes.cut + 1
  else
    expect(answer.status):is_one_of { 502, 503 }
    outcomes.refused = outcomes.refused + 1
  end
end

for round = 1, 2 do
  limit(data() + 1024 * 1024)
  -- Each costs a session, a part of a head, and its buffers.
  local crowd = {}
  for i = 1, 200 do
    local client = gateway:connect { sni = "shop.test",
      tls = i % 2 == 0 and "1.2" or "1.3" }
    crowd[i] = client
    if not client.failure then
      client:push("POST /echo HTTP/1.1\r\nHost: shop.test\r\nA: "
        .. ("a"):rep(12000), 0.01)
    end
  end
  living:send(living:format { path = "/" })
  local answer = living:answer()
  expect(answer.status, "what lives"):is_one_of { 200, 502, 503, 0 }
  for _, client in ipairs(crowd) do
    if not client.failure then
      client:push("\r\nContent-Length: 5\r\n\r\nhello", 0.01)
    end
    judge(client, "hello")
    client:close()
  end
  if answer.status ~= 200 then
    living:close()
    living = nil
  end
  local began = rig.now()
  living = living or gateway:connect { sni = "shop.test" }
  expect(living:get("/").body, "afterwards"):is "hello"
  expect(rig.now() - began, "recovery"):at_most(2)
end
expect(outcomes.cut + outcomes.refused, "it ran out"):at_least(1)
limit "unlimited"
expect(living:request { method = "POST", path = "/echo",
  body = ("x"):rep(100000) }.status):is(200)
expect(rig.metric(living, 'yett_connections_refused_total{reason="memory"}'))
  :at_least(1)
living:close()
expect(gateway:connections(), "connections"):is(1)
upstream:stop()
-- And two more links to the counters, whose ends are all here.
expect(gateway:files(files + 4), "descriptors"):at_most(files + 4)
expect(gateway:said(), "told"):matches "memory"
