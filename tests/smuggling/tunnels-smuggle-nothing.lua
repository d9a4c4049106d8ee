-- SPDX-License-Identifier: Apache-2.0
-- Requests that ask to switch protocols, and origins that agree, refuse, lie or
-- say nothing: no byte behind such a request leaves before the origin agreed,
-- all others are read as HTTP, and no link that was a tunnel serves anybody
-- else.
--
-- corpus/switches.cases has them: case(name, origin, bytes, outcome...): what
-- the origin does (steps of origin.h), what the client sends at once, and what
-- becomes of it:
--   400           the gateway answers so and closes, and the origin hears
--                 nothing; but behind 500, a late need, the connection lives on
--   "200 GET /x"  this request reaches the origin, and the client gets 200
--   "200 GET /x <websocket> ab"  it offers this switch there, or has this body
-- and at the end perhaps { tunnel = bytes }: after 101 exactly these reach the
-- origin, and come back; more = bytes: the client sends so many of them after
-- it saw 101; down = bytes: the origin's first; interim = n: so many answers
-- came before the final one; again = true: the first request is sent twice;
-- closes = true although all was good; cut = true: the client leaves without
-- waiting for an answer.
-- $id is the case's own number, by which its requests are told at the origin;
-- /pay wants a certificate, /slow an answer soon, /any and /none allow any
-- switch or none; /ws/$id always agrees, and /next/$id answers its own name.
local strict = dofile(rig.source .. "/tests/rig/strict.lua")

--- the cases -----------------------------------------------------------------

local cases = {}
local scripts = {}
local host = "Host: shop.test\r\n"
local yes = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
  .. "Connection: Upgrade\r\n\r\n"

local function hello(text)
  return { ("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"):format(#text,
    text) }
end

local words = setmetatable({
  host = host,
  yes = yes,
  get = "GET /$id HTTP/1.1\r\n" .. host,
  wish = "Connection: Upgrade\r\nUpgrade: websocket\r\n",
  next_get = "GET /next/$id HTTP/1.1\r\n" .. host .. "\r\n",
  -- What an attacker would like to have served: it needs a certificate.
  victim = "GET /pay/$id HTTP/1.1\r\n" .. host .. "X-Smuggled: 1\r\n\r\n",
  case = function(name, origin, bytes, ...)
    local outcomes = { ... }
    local how = type(outcomes[#outcomes]) == "table"
      and table.remove(outcomes) or {}
    local number = ("c%04d"):format(#cases + 1)
    cases[#cases + 1] = { name = name, bytes = bytes, outcomes = outcomes,
      how = how }
    -- The first target is the one that the origin was told about.
    local at = bytes:match "^%a+ (%S-)%$id"
    scripts[at .. number] = origin
    scripts["/ws/" .. number] = { yes, { "relay" } }
    for _, path in ipairs { "/next/", "/later/", "/by/" } do
      scripts[path .. number] = hello(path .. number)
    end
  end,
}, { __index = _G })
assert(loadfile(rig.source .. "/tests/smuggling/corpus/switches.cases", "t",
  words))()
expect(#cases):at_least(200)

local origin = rig.upstream { paths = scripts }
local relay = rig.relay(math.tointeger(origin.url:match ":(%d+)$"))
rig.authority "staff"
local gateway = rig.gateway {
  relay = { url = "http://127.0.0.1:" .. relay:port() },
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" { -- asks nobody: /pay is a late need
      key = "server", upstream = "$relay", trust = "staff",
      handshake = "never",
      path "/pay"  { certificate = "require" },
      path "/slow" { timeouts = { answer = "150ms" } },
      path "/any"  { upgrade = "any" },
      path "/none" { upgrade = "none" },
    }
  ]],
}

--- one case ------------------------------------------------------------------

local names = {}   -- by id
local wanted = {}  -- what the origin must have got
local tunnels = {} -- and behind it, as it is
local targets = {} -- of the request that became a tunnel
local bystander = gateway:connect { sni = "shop.test" }

local function want(id, request)
  wanted[id] = wanted[id] or {}
  table.insert(wanted[id], request)
end

-- The first case that fails is the last that is played: those that wait for
-- what never comes take long.
local sound = true

local function must(value, case, wanted)
  sound = expect(value, case.about):is(wanted) and sound
end

local function ask(client, case, path)
  want(case.id, ("GET %s%s"):format(path, case.own))
  must(client:get(path .. case.own).body, case, path .. case.number)
end

local function must_end(client, case)
  sound = expect(client:ending(), case.about)
    :is_one_of { "closed", "cut", "reset" } and sound
end

local function use_tunnel(client, case, piece)
  local how = case.how
  local bytes = case.fill(how.tunnel or "")
  tunnels[case.id] = bytes
  must(client:take(#(how.down or "")), case, how.down or "")
  client:send_pieces(case.fill(how.more or ""), piece)
  must(client:take(#bytes), case, bytes)
  client:finish()
  must_end(client, case)
end

-- One outcome; true when the connection speaks HTTP after it.
local function take(client, case, outcome, piece)
  if type(outcome) == "number" then
    must(client:answer().status, case, outcome)
    return outcome == 500
  end
  local status, request = case.fill(outcome):match "^(%d+) (.*)$"
  local answer = client:answer(request:match "^%a+")
  want(case.id, request)
  must(answer.status, case, tonumber(status))
  must(#answer.interim, case, case.how.interim or 0)
  case.how.interim = 0
  if status == "101" and answer.status == 101 then
    targets[case.id] = request:match "^%a+ (%S+)"
    use_tunnel(client, case, piece)
    return false
  end
  return not case.how.closes
end

local function play(template, number, version, piece)
  local case = setmetatable({ number = ("c%04d"):format(number) },
    { __index = template })
  case.id = ("%s-%s"):format(case.number, (version:gsub("%.", "")))
  case.own = case.number .. "?" .. case.id
  case.about = ("%s (%s)"):format(case.name, case.id)
  case.how = setmetatable({}, { __index = template.how })
  function case.fill(text) return (text:gsub("%$id", case.own)) end
  names[case.id] = case.about

  local client = gateway:connect { sni = "shop.test", tls = version }
  local before = origin.requests
  client:send_pieces(case.fill(case.bytes), piece)
  local lives = true
  if case.how.again then
    want(case.id, case.fill(case.outcomes[1]):match " (.*)$")
  end
  if case.how.cut then
    want(case.id, case.fill(case.outcomes[1]))
    origin:await(before + 1)
    client:close()
  else
    for _, outcome in ipairs(case.outcomes) do
      lives = sound and take(client, case, outcome, piece)
    end
    if lives then
      ask(client, case, "/later/")
    elseif sound and not tunnels[case.id] then
      must_end(client, case)
    end
    client:close()
  end
  ask(bystander, case, "/by/")
end

for number, case in ipairs(cases) do
  if sound then play(case, number, "1.3", 9999) end
  if sound then play(case, number, "1.2", 7) end
end
bystander:close()
expect(gateway:stop()):is(0)
origin:stop()

--- what reached the origin ---------------------------------------------------

local wire = strict.read(relay:kept(), {}, function(head)
  return targets[strict.id_of(head.target)] == head.target
end)
expect(table.concat(wire.dirt, "\n"), "dirty bytes at the origin"):is ""
for id, about in pairs(names) do
  expect(strict.sorted(wire.seen[id]), about .. " on the wire")
    :is(strict.sorted(wanted[id]))
  expect(wire.tunnels[id], about .. " in the tunnel"):is(tunnels[id])
  expect(wire.begun[id], about .. " begun"):is(nil)
end
expect(wire.seen.nobody, "requests of nobody"):is(nil)
