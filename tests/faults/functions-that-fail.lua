-- SPDX-License-Identifier: Apache-2.0
-- Functions of a policy that loop, allocate, keep, raise, or return nonsense,
-- in a handshake and for a request: refused each time, never allowed;
-- told with file and line; the next one is decided as ever; no
-- memory stays.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    local kept = {}
    local faults = {
      loops = function() while true do end end,
      catches = function() while true do pcall(pcall, error) end end,
      swallows = function()
        pcall(function() while true do end end)
      end,
      nests = function()
        local function again() pcall(again) again() end
        again()
      end,
      recurses = function() local function f() return 1 + f() end f() end,
      allocates = function()
        local all = {}
        while true do all[#all + 1] = { {} } end
      end,
      concatenates = function() local s = "x" while true do s = s .. s end end,
      repeats = function() return ("x"):rep(1 << 30) end,
      keeps = function() -- what outlives the call
        for _ = 1, 2000 do kept[#kept + 1] = { {} } end
      end,
      raises = function() error "no" end,
      ["raises-nil"] = function() error(nil) end,
      ["raises-a-table"] = function() error({}) end,
      ["raises-late"] = function()
        local t = setmetatable({}, { __index = function() error "no" end })
        return t.x
      end,
      ["indexes-nil"] = function() local t return t.x end,
      ["a-number"] = function() return rawget({ 42 }, 1) end,
      ["a-truth"] = function() return rawget({ true }, 1) end,
      ["a-text"] = function() return rawget({ "allow" }, 1) end,
      ["a-table"] = function() return rawget({ { allow = true } }, 1) end,
      ["a-function"] = function() return rawget({ allow }, 1) end,
      ["freezes"] = function(req) req.path = "/" end,
    }
    local function fail(name, about)
      local fault = faults[name]
      if fault then return fault(about) end
    end
    site "shop.test" {
      key = "server", upstream = "$upstream",
      request = function(req) return fail(req.path:sub(2), req) end,
    }
    site "*.hello.test" {
      key = "server", upstream = "$upstream",
      client_hello = function(hello)
        return fail(hello.sni:label(1), hello)
      end,
    }
  ]],
}
local names = { "loops", "catches", "swallows", "nests", "recurses",
  "allocates", "concatenates", "repeats", "raises", "raises-nil",
  "raises-a-table", "raises-late", "indexes-nil", "a-number", "a-truth",
  "a-text", "a-table", "a-function", "freezes" }

local function try(name, version)
  local client = gateway:connect { sni = "shop.test", tls = version }
  local answer = client:get("/" .. name)
  expect(answer.status, name):is(500)
  expect(answer.problem and answer.problem.reason, name):is "policy_error"
  expect(client:get("/fine").body, name):is "hello"
  client:close()

  client = gateway:connect { sni = name .. ".hello.test", tls = version }
  expect(client.failure, name):is "internal_error"
  client:close()
end

for _, version in ipairs { "1.2", "1.3" } do
  for _, name in ipairs(names) do try(name, version) end
end
local fine = gateway:connect { sni = "fine.hello.test" }
expect(fine:get("/").body):is "hello"
expect(upstream.requests):is(2 * #names + 1)

-- Each is told with the line of the policy that is to blame.
local told = select(2, gateway:said():gsub(
  "error policy%-error [^\n]*policy%-%d+%.lua:%d+", ""))
expect(told):is(2 * 2 * #names)

-- What a function keeps counts until the state has no room: refused, and the
-- state is made anew; but not more than once a second, whatever clients ask.
local client = gateway:connect { sni = "shop.test" }
local function exhaust()
  local refused = 0
  for _ = 1, 300 do
    local status = client:get("/keeps").status
    expect(status):is_one_of { 200, 500 }
    if status == 500 then refused = refused + 1 end
  end
  expect(refused, "refused for memory"):at_least(1)
  local deadline = rig.now() + 10
  while client:get("/fine").status ~= 200 and rig.now() < deadline do
    rig.pass(0.1)
  end
  expect(client:get("/fine").body):is "hello"
end
exhaust()
local memory = gateway.process:memory()
exhaust()
for _, name in ipairs(names) do try(name, "1.3") end
exhaust()
if not rig.sanitized then
  expect(gateway.process:memory() - memory, "memory"):at_most(8 << 20)
end
