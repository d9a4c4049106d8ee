-- SPDX-License-Identifier: Apache-2.0
-- CPU time per operation of Yett, nginx and HAProxy on the same work, and the
-- memory of an idle connection.
--
-- Each server has one worker on one core, the load and the origin have the
-- other. Rounds are interleaved, so that what else the machine does hits all
-- alike. What is counted is the processor time of the server's process alone.
-- Run by run.sh; BENCH_ROUNDS and BENCH_SCALE make it longer, BENCH_ONLY is a
-- Lua pattern that chooses rows by name.
local rounds = tonumber(os.getenv "BENCH_ROUNDS" or 5)
local scale = tonumber(os.getenv "BENCH_SCALE" or 1)
local only = os.getenv "BENCH_ONLY" or ""
local server_core, load_core, both_cores = "0", "1", "0,1"
local many_clients = math.tointeger(500 * scale // 1)

local servers = dofile(rig.source .. "/tests/bench/servers.lua")
local http = dofile(rig.source .. "/tests/rig/http.lua")
local origin = servers.origin(load_core)
local ada = servers.client "ada"

--- the load --------------------------------------------------------------------

-- Let the load run `work` against `target`; what `gauge` shows more of after
-- it than before, and the size of the last answer.
local function run(target, work, core, gauge)
  local load = servers.pinned(core, rig.build .. "/tests/bench/load", work.kind,
    tostring(work.mutual and target.mutual_port or target.port), work.sni,
    work.path, work.status, tostring(work.count), table.unpack(work.last or {}))
  local line = load:line(1, 60)
  assert(line == "ready" and load:stopped(), line or "no load")
  local before = gauge(target.process)
  load:signal "CONT"
  line = load:line(2, 120)
  assert(load:stopped())
  local after = gauge(target.process)
  assert(line and line:find "^done", line or "the load did not end")
  load:signal "CONT"
  assert(load:wait(10) == 0)
  return after - before, tonumber(line:match "of (%d+) bytes")
end

local function cpu(process) return process:cpu() end
local function memory(process) return process:memory() end

--- the servers -----------------------------------------------------------------

-- The bytes of Yett's answers are those of its peers.
local function sample(yett, sni, path, certificate)
  local core, failure = rig.handshake { port = yett.port, sni = sni,
    tls = "1.3", cert = certificate and certificate.cert,
    key = certificate and certificate.key }
  assert(not failure, failure)
  local client = http.connection(core, sni)
  local answer = client:get(path)
  client:close()
  return answer
end

local how = { core = server_core, origin = origin }
do
  local yett = servers.yett(how)
  how.late = sample(yett, "bench.test", "/late")
  how.refused = sample(yett, "mutual.test", "/other", ada)
  assert(how.late.status == 500 and how.refused.status == 403)
  assert(sample(yett, "bench.test", "/").body == servers.body)
  servers.stop(yett)
end

local late = { name = "late answer, keep-alive", kind = "requests",
  sni = "bench.test", path = "/late", status = "500", count = 40000,
  last = { "16" }, target = 0.80 }

local starts = { servers.yett, servers.nginx, servers.haproxy }

local function with(more)
  return setmetatable(more, { __index = how })
end

-- Bytes of the late answer as each server gives it, to be filled up.
local fills, largest = {}, 0
for i, start in ipairs(starts) do
  local server = start(with { fill = 1 })
  local _, size = run(server, setmetatable({ count = 16 }, { __index = late }),
    load_core, cpu)
  fills[i], largest = size, math.max(largest, size)
  servers.stop(server)
end
for i, size in ipairs(fills) do fills[i] = largest - size + 1 end

local function start_all()
  local all = {}
  for i, start in ipairs(starts) do all[i] = start(with { fill = fills[i] }) end
  return all
end

--- the report ------------------------------------------------------------------

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

local row_format = "%-50s %-24s %-24s %-24s %-6s %s"

-- One row: the values of each column, and what the first may be at most as a
-- part of the best other.
local function report(name, columns, target)
  local cells, best, mine = {}, math.huge, nil
  for i, values in ipairs(columns) do
    local middle = median(values)
    cells[i] = ("%.1f (%.1f - %.1f)"):format(middle, values[1],
      values[#values])
    if i == 1 then mine = middle else best = math.min(best, middle) end
  end
  local ratio = mine / best
  print(row_format:format(name, cells[1], cells[2], cells[3] or "-",
    ("%.2f"):format(ratio), ("%s %.2f"):format(
      ratio <= target and "met" or "MISSED", target)))
  io.stdout:flush()
end

local function wanted(name) return name:find(only) ~= nil end

print(("# CPU microseconds per operation: median of %d rounds (least - most)")
  :format(rounds))
print(("# one worker on core %s; load and origin on core %s"):format(
  server_core, load_core))
print(("# yett %s, nginx %s, haproxy %s"):format(
  version(rig.build .. "/yett version"), version "nginx -v 2>&1",
  version "haproxy -v"))
print(("# each late answer has %d bytes"):format(largest))
print(row_format:format("# work", "yett", "nginx", "haproxy", "ratio",
  "target"))

--- memory, of processes that did nothing else ----------------------------------

local idle = { name = "KiB of memory per idle connection", kind = "idle",
  sni = "bench.test", path = "/late", status = "500", count = 1000,
  target = 1.0 }
if wanted(idle.name) then
  local columns = { {}, {}, {} }
  for _ = 1, math.min(rounds, 3) do
    for i, server in ipairs(start_all()) do
      columns[i][#columns[i] + 1] =
        run(server, idle, load_core, memory) / 1024 / idle.count
      servers.stop(server)
    end
  end
  report(idle.name, columns, idle.target)
end

--- processor time --------------------------------------------------------------

-- The same work over more connections: with 16 the server sleeps and is woken
-- about once for 16 answers, and with 64 it is hardly ever idle. On a virtual
-- machine waking a processor costs the waker as much as an answer does.
local function busy(work)
  return setmetatable({ name = work.name .. ", 64 connections",
    count = work.count, last = { "64" } }, { __index = work })
end

local get = { name = "proxied GET of 1 KiB, keep-alive", kind = "requests",
  sni = "bench.test", path = "/", status = "200", count = 20000,
  last = { "16" }, target = 0.80 }

local works = {
  late, busy(late),
  get, busy(get),
  { name = "proxied GET of 1 MiB, keep-alive", kind = "requests",
    sni = "bench.test", path = "/big", status = "200", count = 400,
    last = { "4" }, target = 1.0 },
  { name = "full TLS 1.3 handshake, one answer", kind = "handshakes",
    sni = "bench.test", path = "/late", status = "500", count = 1500,
    target = 0.85 },
  { name = "resumed TLS 1.3 handshake, one answer", kind = "resumptions",
    sni = "bench.test", path = "/late", status = "500", count = 1500,
    target = 0.90 },
  { name = "mutual TLS handshake, verified, one answer", kind = "handshakes",
    sni = "mutual.test", path = "/other", status = "403", count = 1000,
    last = { ada.cert, ada.key }, mutual = true, target = 0.60 },
  { name = "mutual TLS, a new certificate each, one answer",
    kind = "handshakes", sni = "mutual.test", path = "/other", status = "403",
    count = many_clients, last = { rig.folder .. "/client-%.pem",
    rig.folder .. "/client-%.key" }, mutual = true, target = 0.90,
    before = function()
      for i = 1, many_clients do
        servers.client(("client-%d"):format(i))
      end
    end },
}

local all = start_all()
for _, work in ipairs(works) do
  if wanted(work.name) then
    if not work.before then work.count = math.tointeger(work.count * scale // 1)
    end
    local columns = { {}, {}, {} }
    for round = 1, rounds do
      if work.before then work.before() end
      for i, server in ipairs(all) do
        columns[i][round] = run(server, work, load_core, cpu) * 1e6 / work.count
      end
    end
    report(work.name, columns, work.target)
  end
end
for _, server in ipairs(all) do servers.stop(server) end

--- two workers against one -------------------------------------------------------

local function compare_workers(work)
  if not wanted(work.name) then return end
  local columns = { {}, {} }
  local pair = {
    servers.yett(with { workers = 2, core = both_cores }),
    servers.yett(with { workers = 1, core = both_cores }),
  }
  for round = 1, rounds do
    for i, yett in ipairs(pair) do
      columns[i][round] = run(yett, work, both_cores, cpu) * 1e6 / work.count
    end
  end
  report(work.name, columns, 1.1)
  for _, yett in ipairs(pair) do servers.stop(yett) end
end

print(row_format:format("# on both cores", "two workers", "one worker", "",
  "ratio", "target"))
compare_workers { name = "proxied GET of 1 KiB, two workers against one",
  kind = "requests", sni = "bench.test", path = "/", status = "200",
  count = 20000, last = { "64" } }
compare_workers { name = "full TLS 1.3 handshake, two workers against one",
  kind = "handshakes", sni = "bench.test", path = "/late", status = "500",
  count = 1500 }
origin.process:signal "TERM"
