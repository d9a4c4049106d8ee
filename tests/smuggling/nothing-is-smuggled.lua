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
-- with a certificate, at staff.test; cut = "GET /x": the origin may see a part
-- of this request, but never its end. Without outcomes the client then leaves.
-- $id is the case's own number, by which its requests are told at the origin.
--
-- Behind each case the same connection, if it lives, and one that another
-- client keeps must get answers to their own requests. In the end three logs
-- are compared: what the cases say, what nginx says that it served, and every
-- byte on the way to it, read by a parser that takes only what we may write.
rig.needs "/usr/sbin/nginx"
local http = dofile(rig.source .. "/tests/rig/http.lua")

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

--- nginx and the gateway -------------------------------------------------------

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
  ]],
}

--- one case --------------------------------------------------------------------

local wanted = {} -- by id: what the origin must have got, sorted
local parts = {}  -- by id: what it may have got a part of
local names = {}

local function want(id, request)
  wanted[id] = wanted[id] or {}
  table.insert(wanted[id], request)
end

-- In one record, or in many small ones.
local function send(client, bytes, piece)
  for at = 1, #bytes, piece do
    if not client:send(bytes:sub(at, at + piece - 1)) then return end
  end
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
    sni = case.how.ada and "staff.test" or "shop.test",
    certificate = case.how.ada and ada }
  local lives = not case.how.closes
  names[id] = about
  send(client, fill(case.bytes), piece)
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

--- what reached the origin --------------------------------------------------------

local function id_of(target)
  return target:match "c%d%d%d%d%-%d%d" or "nobody"
end

-- "METHOD target body", by id; what has no id belongs to nobody.
local function collect(into, method, target, body)
  local id, text = id_of(target), method .. " " .. target
  into[id] = into[id] or {}
  table.insert(into[id], body ~= "" and text .. " " .. body or text)
end

local function sorted(list)
  table.sort(list or {})
  return table.concat(list or {}, "\n")
end

-- Every byte, strictly: what is not exactly as the gateway writes is dirt.
local dirt, seen, begun = {}, {}, {}
local once = { host = 1, via = 1, forwarded = 1, ["x-forwarded-for"] = 1,
  ["x-forwarded-proto"] = 1, ["x-forwarded-host"] = 1 }
local der = ada.pem:match "CERTIFICATE%-+\n(.-)\n%-":gsub("%s", "")

local function strict_head(head)
  local method, target, fields =
    head:match "^([%w!#$%%&'*+.^_`|~-]+) (%S+) HTTP/1%.1\r\n(.*)\r\n$"
  if not method or target:find "[^!-~]" then return nil, "request line" end
  local header, count = {}, {}
  for line in fields:gmatch "([^\n]*\n)" do
    local name, value = line:match "^([%w!#$%%&'*+.^_`|~-]+): ([^%c\x7f]*)\r\n$"
    if not name then return nil, "field line " .. line end
    name = name:lower():gsub("_", "-")
    if value:find("FORGED", 1, true) and name ~= "host-" then
      return nil, "forged " .. line
    end
    count[name] = (count[name] or 0) + 1
    header[name] = value
  end
  for name, times in pairs(once) do
    if count[name] ~= times then return nil, "no or two " .. name end
  end
  local told = header.host == "staff.test" and ":" .. der .. ":" or nil
  if header["client-cert"] ~= told or (count["client-cert"] or 0) > 1 then
    return nil, "identity"
  end
  local length, coding = header["content-length"], header["transfer-encoding"]
  if (length and (coding or count["content-length"] > 1
      or not length:find "^%d+$"))
    or (coding and (coding ~= "chunked" or count["transfer-encoding"] > 1)) then
    return nil, "framing"
  end
  return { method = method, target = target, length = tonumber(length), chunked = coding ~= nil }
end

-- Where the trailers at `at` end; nil when they are cut short, false: dirt.
local function strict_trailers(bytes, at)
  while not bytes:find("^\r\n", at) do
    local name, value, after =
      bytes:match("^([%w!#$%%&'*+.^_`|~-]+): ([^%c\x7f]*)\r\n()", at)
    if not name then return bytes:find("\n", at) and false end
    if value:find("FORGED", 1, true) or name ~= "X-Sum" then return false end
    at = after
  end
  return at + 2
end

-- The body at `at`: text and where it ends; nil when it is cut short; false
-- when it is dirt.
local function strict_body(bytes, at, head)
  if not head.chunked then
    local stop = at + (head.length or 0)
    if stop > #bytes + 1 then return nil end
    return bytes:sub(at, stop - 1), stop
  end
  local text = {}
  while true do
    local size, data = bytes:match("^(%x+)\r\n()", at)
    if not size then return bytes:find("^%x*\r?$", at) and nil end
    local len = tonumber(size, 16)
    if len == 0 then
      local stop = strict_trailers(bytes, data)
      return stop and table.concat(text), stop
    end
    if data + len + 2 > #bytes + 1 then return nil end
    text[#text + 1] = bytes:sub(data, data + len - 1)
    if not bytes:find("^\r\n", data + len) then return false end
    at = data + len + 2
  end
end

for _, bytes in ipairs(relay:kept()) do
  local at = 1
  while at <= #bytes do
    local stop = select(2, bytes:find("\r\n\r\n", at, true))
    local head, why = strict_head(bytes:sub(at, stop or #bytes))
    if not head then
      dirt[#dirt + 1] = why .. ": " .. bytes:sub(at, at + 200)
      break
    end
    local body, rest = strict_body(bytes, stop + 1, head)
    if not body then -- then nothing may follow, ever
      begun[id_of(head.target)] = head.method .. " " .. head.target
      if body == false then dirt[#dirt + 1] = "body: " .. bytes:sub(at) end
      break
    end
    collect(seen, head.method, head.target, body)
    at = rest
  end
end
expect(table.concat(dirt, "\n"), "dirty bytes at the origin"):is ""

local served = {}
for line in (rig.read "origin.log"):gmatch "[^\n]+" do
  local told = http.decode_json(line)
  if not told then
    expect(line, "a line of nginx"):is "JSON"
  elseif told.status == "400" or told.status == "499" then
    -- The end did not come; nginx saw no whole request.
    local id = id_of(told.target)
    expect(told.method .. " " .. told.target, names[id]):is(parts[id])
  else
    expect(told.status, told.target):is "200"
    collect(served, told.method, told.target, told.body)
  end
end

for id, about in pairs(names) do
  local list = sorted(wanted[id])
  expect(sorted(seen[id]), about .. " on the wire"):is(list)
  expect(sorted(served[id]), about .. " at nginx"):is(list)
  if begun[id] then expect(begun[id], about .. " begun"):is(parts[id]) end
end
for _, origin in ipairs { seen, served, begun } do
  expect(origin.nobody, "requests of nobody"):is(nil)
end
