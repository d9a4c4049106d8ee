-- SPDX-License-Identifier: Apache-2.0
-- CPU time per operation of Yett, nginx and HAProxy on the same work.
--
-- Each server has one worker on one core, the load and the origin have the
-- other. Rounds are interleaved, so that what else the machine does hits all
-- alike. What is counted is the processor time of the server's process alone.
-- Run by run.sh; BENCH_ROUNDS and BENCH_SCALE make it longer.
local rounds = tonumber(os.getenv "BENCH_ROUNDS" or 5)
local scale = tonumber(os.getenv "BENCH_SCALE" or 1)
local server_core, load_core = "0", "1"
local body = ("x"):rep(1024)

local staff = rig.authority "staff"
local server_ca = rig.authority "server-ca"
local server = server_ca:issue { cn = "bench.test",
  dns = { "bench.test", "mutual.test" }, purpose = "server", file = "server" }
local ada = staff:issue { cn = "Ada", dns = "ada.test" }
rig.write("both.pem", rig.read(server.cert) .. rig.read(server.key))

--- servers ---------------------------------------------------------------------

-- A port that the kernel finds free now.
local function free_port()
  local origin = rig.origin {}
  local port = origin:port()
  origin:stop()
  return port
end

-- Waits until something listens on `port`.
local function await_port(process, port)
  local deadline = rig.now() + 10
  repeat
    local wire = rig.dial(port)
    if wire then return wire:close() end
    rig.pass(0.02)
  until rig.now() > deadline
  error("no server: " .. tostring(process:line(1, 0)))
end

local function pinned(core, ...)
  return rig.spawn { "/usr/bin/taskset", "-c", core, ... }
end

local function fill(text, values)
  return (text:gsub("%$(%l+)", function(word)
    return values[word] and tostring(values[word])
  end))
end

local nginx_frame = [[
daemon off; master_process off; worker_processes 1;
error_log stderr crit; pid $folder/$name.pid;
events { worker_connections 1024; }
http {
  access_log off; server_tokens off;
  keepalive_requests 100000000; keepalive_timeout 75s;
  client_body_temp_path $folder/t1; proxy_temp_path $folder/t2;
  fastcgi_temp_path $folder/t3; uwsgi_temp_path $folder/t4;
  scgi_temp_path $folder/t5;
  $servers
}
]]

local function start_nginx(name, core, port, servers)
  rig.write(name .. ".conf", fill(nginx_frame, { folder = rig.folder,
    name = name, servers = servers }))
  local process = pinned(core, "/usr/sbin/nginx", "-p", rig.folder, "-c",
    rig.folder .. "/" .. name .. ".conf", "-e", "stderr")
  await_port(process, port)
  return process
end

local origin_port = free_port()
local origin = start_nginx("origin", load_core, origin_port, fill([[
  server {
    listen 127.0.0.1:$port; default_type text/plain;
    location / { return 200 '$body'; }
  }
]], { port = origin_port, body = body }))

local yett = {}
do
  rig.write("bench-policy.lua", fill([[
    gateway { workers = 1 }
    listen "127.0.0.1:0"
    trust "staff" { ca = "staff.pem" }
    site "bench.test" {
      key = "server", upstream = "http://127.0.0.1:$origin", trust = "staff",
      handshake = "never",
      path "/late" { certificate = "require" },
    }
    site "mutual.test" {
      key = "server", upstream = "http://127.0.0.1:$origin", trust = "staff",
      certificate = "require",
      path "/other" {
        certificate = "require", identity = { dns = "bob.test" },
      },
    }
  ]], { origin = origin_port }))
  yett.name = "yett"
  yett.process = pinned(server_core, rig.build .. "/yett", "run",
    rig.folder .. "/bench-policy.lua")
  for number = 1, 20 do
    local line = assert(yett.process:line(number, 10), "yett did not start")
    yett.port = yett.port or tonumber(line:match "listening .*port=(%d+)")
    if line:find " started" then break end
  end
  yett.mutual_port = yett.port
end

-- The bytes of Yett's answers are those of its peers.
local http = dofile(rig.source .. "/tests/rig/http.lua")
local function sample(sni, path, certificate)
  local core, failure = rig.handshake { port = yett.port, sni = sni,
    tls = "1.3", cert = certificate and certificate.cert,
    key = certificate and certificate.key }
  assert(not failure, failure)
  local client = http.connection(core, sni)
  local answer = client:get(path)
  client:close()
  return answer
end
local late = sample("bench.test", "/late")
local refused = sample("mutual.test", "/other", ada)
assert(late.status == 500 and refused.status == 403)
assert(sample("bench.test", "/").body == body)
rig.write("late.body", late.body)
rig.write("refused.body", refused.body)

-- What an answer has beyond the fields that every server writes itself.
local function extra_fields(answer, format)
  local own = { ["content-length"] = true, ["content-type"] = true,
    connection = true, date = true }
  local lines = {}
  for _, field in ipairs(answer.fields) do
    if not own[field[1]:lower()] then
      lines[#lines + 1] = format:format(field[1], field[2])
    end
  end
  return table.concat(lines, " ")
end

local nginx = { name = "nginx", port = free_port() }
nginx.mutual_port = nginx.port
nginx.process = start_nginx("nginx", server_core, nginx.port, fill([[
  upstream origin { server 127.0.0.1:$origin; keepalive 64; }
  ssl_certificate $folder/server.pem; ssl_certificate_key $folder/server.key;
  ssl_protocols TLSv1.2 TLSv1.3; default_type application/problem+json;
  server {
    listen 127.0.0.1:$port ssl; server_name bench.test;
    location /late { $latefields return 500 '$late'; }
    location / {
      proxy_pass http://origin; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Host $$host;
      proxy_set_header X-Forwarded-For $$remote_addr;
      proxy_set_header X-Forwarded-Proto https;
      proxy_set_header X-Forwarded-Host $$host;
      proxy_set_header Forwarded "for=$$remote_addr;proto=https";
    }
  }
  server {
    listen 127.0.0.1:$port ssl; server_name mutual.test;
    ssl_client_certificate $folder/staff.pem; ssl_verify_client on;
    location / { $refusedfields return 403 '$refused'; }
  }
]], { origin = origin_port, folder = rig.folder, port = nginx.port,
  late = late.body, refused = refused.body,
  latefields = extra_fields(late, "add_header %s '%s' always;"),
  refusedfields = extra_fields(refused, "add_header %s '%s' always;") })
  :gsub("%$%$", "$"))

local haproxy = { name = "haproxy", port = free_port(),
  mutual_port = free_port() }
rig.write("haproxy.cfg", fill([[
global
  nbthread 1
  maxconn 2000
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode http
  timeout client 75s
  timeout server 60s
  timeout connect 5s
  http-reuse always
frontend bench
  bind 127.0.0.1:$port ssl crt $folder/both.pem
  option forwardfor
  http-request set-header X-Forwarded-Proto https
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header Forwarded for=%[src];proto=https
  http-request return status 500 content-type application/problem+json file $folder/late.body $latefields if { path /late }
  default_backend origin
frontend mutual
  bind 127.0.0.1:$mutualport ssl crt $folder/both.pem verify required ca-file $folder/staff.pem
  http-request return status 403 content-type application/problem+json file $folder/refused.body $refusedfields
backend origin
  server origin 127.0.0.1:$origin
]], { origin = origin_port, folder = rig.folder, port = haproxy.port,
  mutualport = haproxy.mutual_port,
  latefields = extra_fields(late, 'hdr %s "%s"'),
  refusedfields = extra_fields(refused, 'hdr %s "%s"') }))
haproxy.process = pinned(server_core, "/usr/sbin/haproxy", "-db", "-q", "-f",
  rig.folder .. "/haproxy.cfg")
await_port(haproxy.process, haproxy.port)

--- work ------------------------------------------------------------------------

local servers = { yett, nginx, haproxy }
local works = {
  { name = "late answer, keep-alive", kind = "requests", sni = "bench.test",
    path = "/late", status = "500", count = 40000, last = { "16" } },
  { name = "proxied GET of 1 KiB, keep-alive", kind = "requests",
    sni = "bench.test", path = "/", status = "200", count = 20000,
    last = { "16" } },
  { name = "full TLS 1.3 handshake, one answer", kind = "handshakes",
    sni = "bench.test", path = "/late", status = "500", count = 1500,
    last = {} },
  { name = "mutual TLS handshake, verified, one answer", kind = "handshakes",
    sni = "mutual.test", path = "/other", status = "403", count = 1000,
    last = { ada.cert, ada.key }, mutual = true },
}

-- Microseconds of the server's processor time per operation.
local function measure(target, work)
  local count = math.tointeger(work.count * scale // 1)
  local load = pinned(load_core, rig.build .. "/tests/bench/load", work.kind,
    tostring(work.mutual and target.mutual_port or target.port), work.sni,
    work.path, work.status, tostring(count), table.unpack(work.last))
  local line = load:line(1, 30)
  assert(line == "ready" and load:stopped(), line or "no load")
  local before = target.process:cpu()
  load:signal "CONT"
  line = load:line(2, 120)
  local after = target.process:cpu()
  assert(line and line:find "^done", line or "the load did not end")
  assert(load:stopped())
  load:signal "CONT"
  assert(load:wait(10) == 0)
  return (after - before) * 1e6 / count, tonumber(line:match "of (%d+) bytes")
end

local function median(values)
  table.sort(values)
  local middle = (#values + 1) // 2
  return #values % 2 == 1 and values[middle]
    or (values[middle] + values[middle + 1]) / 2
end

local function version(line)
  local text = rig.shell(line, {})
  return text:match "%d+%.%d+%.%d+" or "?"
end

print(("# CPU microseconds per operation: median of %d rounds (least - most)")
  :format(rounds))
print(("# one worker on core %s; load and origin on core %s"):format(
  server_core, load_core))
print(("# yett %s, nginx %s, haproxy %s"):format(
  version(rig.build .. "/yett version"), version "nginx -v 2>&1",
  version "haproxy -v"))
print(("%-44s %-22s %-22s %-22s %s"):format("# work", "yett", "nginx",
  "haproxy", "yett / best peer"))
for _, work in ipairs(works) do
  local taken = { yett = {}, nginx = {}, haproxy = {} }
  local sizes = {}
  for _ = 1, rounds do
    for _, target in ipairs(servers) do
      local cost, size = measure(target, work)
      table.insert(taken[target.name], cost)
      sizes[#sizes + 1] = size
    end
  end
  local medians, cells = {}, {}
  for i, target in ipairs(servers) do
    local values = taken[target.name]
    medians[target.name] = median(values)
    cells[i] = ("%.1f (%.1f - %.1f)"):format(medians[target.name], values[1],
      values[#values])
  end
  table.sort(sizes)
  print(("%-44s %-22s %-22s %-22s %.2f"):format(work.name, cells[1], cells[2],
    cells[3], medians.yett / math.min(medians.nginx, medians.haproxy)))
  print(("#   answers of %d to %d bytes"):format(sizes[1], sizes[#sizes]))
  io.stdout:flush()
end
for _, target in ipairs(servers) do target.process:signal "TERM" end
origin:signal "TERM"
expect(yett.process:wait(20)):is(0)
