-- SPDX-License-Identifier: Apache-2.0
-- NTLM and Negotiate log in a connection: the link to the upstream is then
-- this client's alone, carries its requests, and ends with it.
local upstream = rig.upstream { paths = {
  ["/"] = { { "login" } },
  ["/bye"] = { { "login" }, { "close" } },
  ["/open"] = { "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nopen" },
  ["/slow"] = { { "hold" }, { "login" } },
  ["/cut"] = { { "close" } },
} }
local policy = [[
  site "shop.test" { key = "server", upstream = "$upstream" }
  site "bank.test" { key = "server", upstream = "$upstream",
    path "/metrics" { upstream = "app:metrics" } }
]]
local gateway = rig.gateway { upstream = upstream, policy = policy,
  workers = 2 }

local function connect(sni)
  return gateway:connect { sni = sni or "shop.test" }
end
local function ask(client, credentials, path)
  return client:get(path or "/", credentials
    and { Authorization = credentials })
end
local function link()
  return upstream:last().connection
end

-- The legs of each login; each returns the answer to the last one.
local logins = {
  ntlm = function(client, user)
    local challenge = ask(client, "NTLM type1")
    expect(challenge.status):is(401)
    local number = challenge.header["www-authenticate"]
      :match "^NTLM challenge%-(%d+)$"
    expect(number):is(tostring(link()))
    return ask(client, ("NTLM type3-%s-%s"):format(number, user))
  end,
  one_leg = function(client, user)
    return ask(client, "Negotiate one-" .. user)
  end,
  two_legs = function(client, user)
    local number = ask(client, "Negotiate two").header["www-authenticate"]
      :match "^Negotiate more%-(%d+)$"
    expect(number):is(tostring(link()))
    return ask(client, ("Negotiate end-%s-%s"):format(number, user))
  end,
}

-- Nobody but who logged in is answered as a user.
local function strangers(about)
  for i = 1, 20 do
    local client = connect(i % 2 == 0 and "shop.test" or "bank.test")
    expect(ask(client, nil, "/open").body, about):is "open"
    expect(ask(client).status, about):is(401)
    client:close()
  end
end

for about, log_in in pairs(logins) do
  for _, first in ipairs { "/", "/open" } do
    local ada = connect()
    ask(ada, nil, first) -- a link of the pool, or one that offers a login
    expect(log_in(ada, "ada").body, about):is "ada"
    local hers = link()
    local bob = connect "bank.test"
    expect(log_in(bob, "bob").body, about):is "bob"
    expect(link()):is_not(hers)
    strangers(about)
    for _ = 1, 3 do
      expect(ask(ada).body, about):is "ada"
      expect(link()):is(hers)
    end
    expect(ask(bob).body, about):is "bob"
    -- What the client sends at once comes in order, over its link.
    ada:send(ada:format { path = "/" } .. ada:format { path = "/open" }
      .. ada:format { path = "/" })
    expect(ada:answer().body):is "ada"
    expect(ada:answer().body):is "open"
    expect(ada:answer().body):is "ada"
    expect(link()):is(hers)
    -- It stays hers after a reload, and nobody else's.
    expect(gateway:reload(policy)):is(true)
    strangers(about)
    expect(ask(ada).body, about):is "ada"
    expect(link()):is(hers)
    ada:close()
    strangers(about)
    bob:close()
  end
end

-- An answer that first shows the scheme, on a link of the pool.
local open = connect()
expect(ask(open, nil, "/open").body):is "open"
local first = link()
expect(ask(open).status):is(401)
local second = link()
local other = connect()
for _ = 1, 5 do
  expect(ask(other, nil, "/open").body):is "open"
  expect(link()):is_not(second)
end
expect(ask(open, nil, "/open").body):is "open"
expect(link()):is(second)
expect(first ~= nil):is(true)

-- The origin ends the connection, and the login with it: so do we, between
-- requests, and nothing is asked again over another link.
local ada = connect()
expect(logins.ntlm(ada, "ada").body):is "ada"
expect(ask(ada, nil, "/bye").body):is "ada"
expect(ada:ending(10)):is "closed"
strangers "after bye"
ada = connect()
expect(logins.ntlm(ada, "ada").body):is "ada"
local asked = upstream.requests
local cut = ask(ada, nil, "/cut")
expect(cut.status):is(502)
expect(cut.header.connection):is "close"
expect(upstream.requests):is(asked + 1)

-- In the middle of a login.
ada = connect()
expect(ask(ada, "NTLM type1").status):is(401)
expect(ask(ada, "NTLM type1", "/bye").status):is(401)
expect(ada:ending(10)):is "closed"
strangers "after half a login"

-- The client leaves while its request is under way.
ada = connect()
expect(logins.one_leg(ada, "ada").body):is "ada"
local sent = upstream.requests
ada:send(ada:format { path = "/slow" })
upstream:await(sent + 1, 5)
ada:close()
upstream:release()
strangers "after a client that left"

local look = connect "bank.test"
expect(rig.metric(look, "yett_upstream_logins_total")):at_least(20)

-- Such a link counts against `connections` for as long as its client is there.
local limited = rig.gateway { upstream = upstream, policy = [[
  site "shop.test" { key = "server",
    upstream = { "$upstream", connections = 2 } }
]] }
local function visit(credentials)
  local client = limited:connect { sni = "shop.test" }
  return ask(client, credentials).status, client
end
local _, carl = visit "Negotiate one-carl"
local _, dora = visit "Negotiate one-dora"
expect((visit())):is(503)
expect(ask(carl).body):is "carl"
expect(ask(dora).body):is "dora"
carl:close()
local status
for _ = 1, 50 do
  status = visit()
  if status == 401 then break end
  rig.pass(0.1)
end
expect(status):is(401)
