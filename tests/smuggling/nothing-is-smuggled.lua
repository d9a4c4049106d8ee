-- SPDX-License-Identifier: Apache-2.0
-- Malformed and ambiguous requests, with nginx as the origin: what reaches it
-- is exactly what was decided on, or nothing.
--
-- corpus/*.cases has them: case(name, bytes, outcome...). An outcome is
--   400          the gateway answers so, and closes; but
--   500, 421     are the policy's (a late need, no such site here), and the
--                connection lives on
--   "GET /x ab"  this request with this body reaches the origin, which answers
-- and at the end perhaps { closes = true } although all was good; ada = true:
-- with a certificate, at staff.test; sni = NAME: at that site; cut = "GET /x": the origin may see a part
-- of this request, but never its end. Without outcomes the client then leaves.
-- $id is the case's own number, by which its requests are told at the origin.
--
-- Behind each case the same connection, if it lives, and one that another
-- client keeps must get answers to their own requests. In the end three logs
-- are compared: what the cases say, what nginx says that it served, and every
-- byte on the way to it, read by a parser that takes only what we may write.
rig.needs "/usr/sbin/nginx"
local http = dofile(rig.source .. "/tests/rig/http.lua")
local strict = dofile(rig.source .. "/tests/rig/strict.lua")

--- the cases -----------------------------------------------------------------

local cases = {}
local host = "Host: shop.test\r\n"
local words = setmetatable({
  host = host,
  get = "GET /$id HTTP/1.1\r\n" .. host,
  post = "POST /$id HTTP/1.1\r\n" .. host,
  next_get = "GET /next/$id HTTP/1.1\r\n" .. host .. "\r\n",
  -- What an attacker would like to have served: it needs a certificate.
  victim = "GET /pay/$id HTTP/1.1\r\n" .. host .. "X-Smuggled: 1\r\n\r\n",
  -- Of a text, once $id is filled in.
  len = function(text) return #text:gsub("%$id", "c0000-00") end,
  case = function(name, bytes, ...)
    local outcomes = { ... }
    local how = type(outcomes[#outcomes]) == "table"
      and table.remove(outcomes) or {}
    cases[#cases + 1] = { name = name, bytes = bytes, outcomes = outcomes,
      how = how }
  end,
}, { __index = _G })
for _, class in ipairs { "framing", "lengths", "chunks", "lines", "fields",
  "hosts", "paths" } do
  local path = ("%s/tests/smuggling/corpus/%s.cases"):format(rig.source, class)
  assert(loadfile(path, "t", words))()
end
expect(#cases):at_least(200)

--- nginx and the gateway -----------------------------------------------------

local function free_port()
  local probe = rig.upstream()
  local port = math.tointeger(probe.url:match ":(%d+)$")
  probe:stop()
  return port
end

local port = free_port()
rig.write("nginx.conf", ([[
daemon off; master_process off; worker_processes 1;
error_log $folder/error.log warn; pid $folder/nginx.pid;
events { worker_connections 512; }
http {
  log_format told escape=json '{"method":"$request_method",'
    '"target":"$request_uri","body":"$request_body","status":"$status"}';
  access_log $folder/origin.log told;
  keepalive_requests 1000000; underscores_in_headers on;
  large_client_header_buffers 8 64k; merge_slashes off;
  client_body_buffer_size 64k; client_max_body_size 0;
  client_body_temp_path $folder/t1; proxy_temp_path $folder/t2;
  fastcgi_temp_path $folder/t3; uwsgi_temp_path $folder/t4;
  scgi_temp_path $folder/t5;
  server { # reads the body, then asks the one below
    listen 127.0.0.1:$port;
    location / {
      proxy_pass http://unix:$folder/inner.sock; proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
  server {
    listen unix:$folder/inner.sock; access_log off;
    location / { return 200 '$request_method $request_uri'; }
  }
}
]]):gsub("%$(%l+)", function(word)
  return word == "folder" and rig.folder or word == "port" and port or nil
end))
local nginx = rig.spawn { "/usr/sbin/nginx", "-p", rig.folder, "-c",
  rig.folder .. "/nginx.conf", "-e", "stderr" }
local deadline = rig.now() + 20
repeat
  local probe = rig.dial(port)
  if not probe then rig.pass(0.01) end
until probe or rig.now() > deadline

local relay = rig.relay(port)
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  relay = { url = "http://127.0.0.1:" .. relay:port() },
  policy = [[
    trust "staff" { ca = "staff.pem" }
    local pay = path "/pay" {
      certificate = "require", forward = { client_cert = "rfc9440" },
    }
    site "shop.test" { -- asks nobody: /pay is a late need
      key = "server", upstream = "$relay", trust = "staff",
      handshake = "never", pay,
    }
    site "staff.test" {
      key = "server", upstream = "$relay", trust = "staff", pay,
    }
    site "other.test" { key = "server", upstream = "$relay" }
    site "keep.test" { -- the same, with paths of several readings
      key = "server", upstream = "$relay", trust = "staff",
      handshake = "never", pay,
      encoded_slash = "keep", encoded_backslash = "keep", merge_slashes = false,
    }
  ]],
}

--- one case ------------------------------------------------------------------

local wanted = {} -- by id: what the origin must have got, sorted
local parts = {}  -- by id: what it may have got a part of
local names = {}

local function want(id, request)
  wanted[id] = wanted[id] or {}
  table.insert(wanted[id], request)
end

local bystander = gateway:connect { sni = "shop.test" }

local function ask(client, id, path, about)
  want(id, "GET " .. path)
  expect(client:get(path).body, about):is("GET " .. path)
end

local function play(case, number, version, piece)
  local id = ("c%04d-%02d"):format(number, piece)
  local about = ("%s (%s)"):format(case.name, id)
  local function fill(text) return (text:gsub("%$id", id)) end
  local client = gateway:connect { tls = version,
    sni = case.how.sni or case.how.ada and "staff.test" or "shop.test",
    certificate = case.how.ada and ada }
  local lives = not case.how.closes
  names[id] = about
  client:send_pieces(fill(case.bytes), piece)
  if case.how.cut then
    parts[id] = fill(case.how.cut)
    if #case.outcomes == 0 then
      rig.pass(0.002) -- let it get on its way
      client:close()
      ask(bystander, id, "/by/" .. id, about)
      return
    end
  end
  for _, outcome in ipairs(case.outcomes) do
    if type(outcome) == "number" then
      expect(client:answer().status, about):is(outcome)
      lives = lives and (outcome == 500 or outcome == 421)
    else
      local method, target = fill(outcome):match "^(%S+) (%S+)"
      want(id, fill(outcome))
      local answer = client:answer(method)
      expect(answer.status, about):is(200)
      if method ~= "HEAD" then
        expect(answer.body, about):is(method .. " " .. target)
      end
    end
  end
  if lives then
    ask(client, id, "/later/" .. id, about)
  else
    expect(client:ending(), about):is_one_of { "closed", "cut", "reset" }
  end
  client:close()
  ask(bystander, id, "/by/" .. id, about)
end

for number, case in ipairs(cases) do
  play(case, number, "1.3", 99)
  play(case, number, "1.2", 7)
end
bystander:close()
expect(gateway:stop()):is(0)
nginx:signal "TERM"
expect(nginx:wait()):is(0)

--- what reached the origin ---------------------------------------------------

local der = ada.pem:match "CERTIFICATE%-+\n(.-)\n%-":gsub("%s", "")
local wire = strict.read(relay:kept(),
  { ["staff.test"] = ":" .. der .. ":" }, function() return false end)
expect(table.concat(wire.dirt, "\n"), "dirty bytes at the origin"):is ""

local served = {}
for line in (rig.read "origin.log"):gmatch "[^\n]+" do
  local told = http.decode_json(line)
  if not told then
    expect(line, "a line of nginx"):is "JSON"
  elseif told.status == "400" or told.status == "499" then
    -- The end did not come; nginx saw no whole request.
    local id = strict.id_of(told.target)
    expect(told.method .. " " .. told.target, names[id]):is(parts[id])
  else
    expect(told.status, told.target):is "200"
    strict.collect(served, told.method, told.target, told.body)
  end
end

for id, about in pairs(names) do
  local list = strict.sorted(wanted[id])
  expect(strict.sorted(wire.seen[id]), about .. " on the wire"):is(list)
  expect(strict.sorted(served[id]), about .. " at nginx"):is(list)
  if wire.begun[id] then
    expect(wire.begun[id], about .. " begun"):is(parts[id])
  end
end
for _, origin in ipairs { wire.seen, served, wire.begun } do
  expect(origin.nobody, "requests of nobody"):is(nil)
end
