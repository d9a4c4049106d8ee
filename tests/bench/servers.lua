-- SPDX-License-Identifier: Apache-2.0
-- Yett, nginx and HAProxy, set up for the same work; the origin behind them.
--
-- Each start function takes what differs between two starts:
--   core     the processor cores it may run on, as taskset writes them
--   workers  how many
--   late, refused  the answers of Yett that the peers have to give, each
--                  { status, body, fields }
--   fill     bytes to add to the late answer, so that all are of one size
-- and returns { name, process, port, mutual_port }.
local servers = {}

local body = ("x"):rep(1024)
local staff = rig.authority "staff"
local server_ca = rig.authority "server-ca"
local server = server_ca:issue { cn = "bench.test",
  dns = { "bench.test", "mutual.test" }, purpose = "server", file = "server" }
rig.write("both.pem", rig.read(server.cert) .. rig.read(server.key))

--- A certificate that the mutual site verifies, and then does not want.
function servers.client(name)
  return staff:issue { cn = name, dns = name .. ".test", file = name }
end

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

--- A process that runs only on `core`.
function servers.pinned(core, ...)
  return rig.spawn { "/usr/bin/taskset", "-c", core, ... }
end

local function fill_in(text, values)
  return (text:gsub("%$(%l+)", function(word)
    return values[word] and tostring(values[word])
  end):gsub("%$%$", "$"))
end

-- What an answer has beyond the fields that every server writes itself.
local function extra_fields(answer, format, fill)
  local own = { ["content-length"] = true, ["content-type"] = true,
    connection = true, date = true, ["x-fill"] = true }
  local lines = {}
  for _, field in ipairs(answer.fields) do
    if not own[field[1]:lower()] then
      lines[#lines + 1] = format:format(field[1], field[2])
    end
  end
  if fill then lines[#lines + 1] = format:format("X-Fill", ("f"):rep(fill)) end
  return table.concat(lines, " ")
end

local nginx_frame = [[
daemon off; master_process off; worker_processes 1;
error_log stderr crit; pid $folder/$name.pid;
worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  access_log off; server_tokens off;
  keepalive_requests 100000000; keepalive_timeout 75s;
  client_body_temp_path $folder/t1; proxy_temp_path $folder/t2;
  fastcgi_temp_path $folder/t3; uwsgi_temp_path $folder/t4;
  scgi_temp_path $folder/t5;
  $servers
}
]]

local function start_nginx(name, core, port, text)
  rig.write(name .. ".conf", fill_in(nginx_frame, { folder = rig.folder,
    name = name, servers = text }))
  local process = servers.pinned(core, "/usr/sbin/nginx", "-p", rig.folder,
    "-c", rig.folder .. "/" .. name .. ".conf", "-e", "stderr")
  await_port(process, port)
  return process
end

--- What the gateways forward to: 1 KiB at /, 1 MiB at /big.
function servers.origin(core)
  local port = free_port()
  rig.write("big", ("b"):rep(1024 * 1024))
  return { port = port, process = start_nginx("origin", core, port, fill_in([[
    server {
      listen 127.0.0.1:$port; default_type text/plain; root $folder;
      sendfile on; tcp_nopush on;
      location / { return 200 '$body'; }
      location /big { }
    }
  ]], { port = port, body = body, folder = rig.folder })) }
end

function servers.yett(how)
  rig.write("bench-policy.lua", fill_in([[
    gateway { workers = $workers }
    listen "127.0.0.1:0"
    trust "staff" { ca = "staff.pem" }
    site "bench.test" {
      key = "server", upstream = "http://127.0.0.1:$origin", trust = "staff",
      handshake = "never",
      path "/late" {
        certificate = "require", late = { $fill },
      },
    }
    site "mutual.test" {
      key = "server", upstream = "http://127.0.0.1:$origin", trust = "staff",
      certificate = "require",
      path "/other" {
        certificate = "require", identity = { dns = "bob.test" },
      },
    }
  ]], { origin = how.origin.port, workers = how.workers or 1,
    fill = how.fill and ("headers = { ['X-Fill'] = '%s' }")
      :format(("f"):rep(how.fill)) or "" }))
  local yett = { name = "yett" }
  yett.process = servers.pinned(how.core, rig.build .. "/yett", "run",
    rig.folder .. "/bench-policy.lua")
  for number = 1, 20 do
    local line = assert(yett.process:line(number, 10), "yett did not start")
    yett.port = yett.port or tonumber(line:match "listening .*port=(%d+)")
    if line:find " started" then break end
  end
  yett.mutual_port = yett.port
  return yett
end

function servers.nginx(how)
  local nginx = { name = "nginx", port = free_port() }
  nginx.mutual_port = nginx.port
  nginx.process = start_nginx("nginx", how.core, nginx.port, fill_in([[
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
  ]], { origin = how.origin.port, folder = rig.folder, port = nginx.port,
    late = how.late.body, refused = how.refused.body,
    latefields = extra_fields(how.late, "add_header %s '%s' always;",
      how.fill),
    refusedfields = extra_fields(how.refused, "add_header %s '%s' always;") }))
  return nginx
end

function servers.haproxy(how)
  local haproxy = { name = "haproxy", port = free_port(),
    mutual_port = free_port() }
  rig.write("late.body", how.late.body)
  rig.write("refused.body", how.refused.body)
  rig.write("haproxy.cfg", fill_in([[
global
  nbthread 1
  maxconn 4096
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
]], { origin = how.origin.port, folder = rig.folder, port = haproxy.port,
    mutualport = haproxy.mutual_port,
    latefields = extra_fields(how.late, 'hdr %s "%s"', how.fill),
    refusedfields = extra_fields(how.refused, 'hdr %s "%s"') }))
  haproxy.process = servers.pinned(how.core, "/usr/sbin/haproxy", "-db", "-q",
    "-f", rig.folder .. "/haproxy.cfg")
  await_port(haproxy.process, haproxy.port)
  return haproxy
end

--- End it; Yett's answer to SIGTERM is to drain and exit with 0.
function servers.stop(server_)
  server_.process:signal "TERM"
  local status = server_.process:wait(20)
  if server_.name == "yett" then expect(status):is(0) end
end

--- The body that an allowed request gets.
servers.body = body

return servers
