-- SPDX-License-Identifier: Apache-2.0
-- The words of a play: rig.upstream, rig.gateway, gateway:connect, expect.
--
-- main.c calls this file with the path of a play. Each expect() that does not
-- hold prints one "not ok" line with its place; a play in which all hold is
-- one "ok". Objects of C are wrapped here; HTTP is spoken in http.lua.
local play = ...
local http = dofile(rig.source .. "/tests/rig/http.lua")
local http2 = dofile(rig.source .. "/tests/rig/http2.lua")
http2.decode_json = http.decode_json
rig.http2 = http2

local count, failed, checks = 0, 0, 0
local skipped = {} -- what rig.needs() raises

local function report(fine, text)
  count = count + 1
  failed = failed + (fine and 0 or 1)
  io.write(fine and "ok " or "not ok ", count, " - ", text, "\n")
end

-- file:line of the play itself, however deep the call.
local function place()
  for level = 2, 20 do
    local at = debug.getinfo(level, "Sl")
    if not at then break end
    if at.source == "@" .. play then
      return play:match "[^/]*$" .. ":" .. at.currentline
    end
  end
  return play
end

local function show(value)
  return type(value) == "string" and ("%q"):format(value):sub(1, 400)
    or tostring(value)
end

--- expect -------------------------------------------------------------------

local Expectation = {}
Expectation.__index = Expectation

local function judge(self, fine, wanted)
  checks = checks + 1
  if not fine then
    report(false, ("%s: %sexpected %s, got %s"):format(place(),
      self.about and self.about .. ": " or "", wanted,
      show(self.value)):gsub("\n", "\\n"))
  end
  return fine
end

function Expectation:is(value)
  return judge(self, self.value == value, show(value))
end

function Expectation:is_not(value)
  return judge(self, self.value ~= value, "not " .. show(value))
end

function Expectation:is_one_of(values)
  for _, value in ipairs(values) do
    if self.value == value then return judge(self, true) end
  end
  local shown = {}
  for i, value in ipairs(values) do shown[i] = show(value) end
  return judge(self, false, "one of " .. table.concat(shown, ", "))
end

function Expectation:contains(text)
  return judge(self, type(self.value) == "string"
    and self.value:find(text, 1, true) ~= nil, "some text with " .. show(text))
end

function Expectation:lacks(text)
  return judge(self, type(self.value) == "string"
    and not self.value:find(text, 1, true), "some text without " .. show(text))
end

function Expectation:matches(pattern)
  return judge(self, type(self.value) == "string"
    and self.value:find(pattern) ~= nil, "a match of " .. show(pattern))
end

function Expectation:at_most(limit)
  return judge(self, type(self.value) == "number" and self.value <= limit,
    "at most " .. limit)
end

function Expectation:at_least(limit)
  return judge(self, type(self.value) == "number" and self.value >= limit,
    "at least " .. limit)
end

--- expect(value, "what it is"):is(...)
function expect(value, about)
  return setmetatable({ value = value, about = about }, Expectation)
end

--- files and certificates -----------------------------------------------------

local serial = 0

-- A name in the folder of the play that nothing has yet.
local function fresh(name)
  serial = serial + 1
  return ("%s/%s-%d"):format(rig.folder, name, serial)
end

function rig.write(name, text)
  local path = name:sub(1, 1) == "/" and name or rig.folder .. "/" .. name
  local file = assert(io.open(path .. ".new", "wb"))
  file:write(text)
  file:close()
  assert(os.rename(path .. ".new", path)) -- a reload may be reading it
  return path
end

function rig.read(name)
  local path = name:sub(1, 1) == "/" and name or rig.folder .. "/" .. name
  local file = io.open(path, "rb")
  local text = file and file:read "a"
  if file then file:close() end
  return text
end

local Authority = {}
Authority.__index = Authority

local function authority(core, name)
  rig.write(name .. ".pem", core:certificate())
  return setmetatable({ core = core, name = name }, Authority)
end

--- A root CA; its certificate is NAME.pem beside the policy.
function rig.authority(name)
  return authority(rig.root(name), name)
end

--- An intermediate CA; what it issues carries its certificate along.
function Authority:below(name, number)
  return authority(self.core:below(name, number), name)
end

--- { cert = path, key = path }, to connect with or to serve.
function Authority:issue(request)
  local cert, key = self.core:issue(request)
  local stem = request.file and rig.folder .. "/" .. request.file
    or fresh(self.name)
  return {
    cert = rig.write(stem .. ".pem", cert),
    key = rig.write(stem .. ".key", key),
    pem = cert,
  }
end

--- Writes NAME.crl beside the policy.
function Authority:revoke(serials, from, to)
  rig.write(self.name .. ".crl", self.core:crl(serials, from, to))
end

--- the origin -----------------------------------------------------------------

local Upstream = {}

function Upstream.__index(self, key)
  if key == "requests" then return self.core:count() end
  if key == "connections" then return self.core:fact "connections" end
  if key == "poured" or key == "failed" or key == "resumed" then
    return self.core:fact(key)
  end
  return Upstream[key]
end

--- rig.upstream { answer = "hello" }, or with `paths = { ["/x"] = steps }` for
--- what origin.h lists; a string is sent as it is. Other paths get 200 "hello".
--- `tls = { certificate = what Authority:issue() gave, ca = path, priority =,
--- mood = }` makes it speak TLS and, with ca, want a certificate.
function rig.upstream(options)
  options = options or {}
  local path = options.unix and rig.folder .. "/" .. options.unix
  local tls = options.tls
  if tls then
    tls.cert, tls.key = tls.certificate.cert, tls.certificate.key
  end
  local core = rig.origin { scripts = options.paths, unix = path, tls = tls,
    proxied = options.proxied }
  local url = path and "unix:" .. path
    or (tls and "https" or "http") .. "://127.0.0.1:" .. core:port()
  return setmetatable({ core = core, url = url }, Upstream)
end

--- Request number n as { method, target, header, fields, body, ... }.
function Upstream:request(n)
  local kept = self.core:request(n)
  if kept then http.parse_request(kept) end
  return kept
end

--- The newest request.
function Upstream:last()
  return self:request(self.core:count())
end

--- Waits until `n` requests came; how many did.
function Upstream:await(n, seconds) return self.core:count(n, seconds) end
function Upstream:release() self.core:release() end
function Upstream:stop() self.core:stop() end

--- the gateway ----------------------------------------------------------------

local Gateway = {}
Gateway.__index = Gateway
local running = {}

-- What a process said so far, as one text; waits so long for more.
local function said(process, seconds)
  local lines, number = {}, 1
  repeat
    lines[number] = process:line(number, seconds)
    number = number + 1
  until not lines[number - 1]
  return table.concat(lines, "\n")
end

-- The line, parsed: "2026-01-01T00:00:00.000Z info listening port=1".
local function parse_event(line)
  local level, event, rest = line:match "^%S+Z (%l+) ([%w-]+) ?(.*)$"
  if not event then return { event = "", line = line } end
  local parsed = { event = event, level = level, line = line }
  for key, value in rest:gmatch "([%w_]+)=(%S+)" do
    parsed[key] = value:match '^"(.*)"$' or value
  end
  return parsed
end

--- The next event of one of these names after what was looked at before; nil
--- when the gateway ends or says nothing like it in time.
function Gateway:await(...)
  local wanted = {}
  for _, name in ipairs { ... } do wanted[name] = true end
  local deadline = rig.now() + 20
  while true do
    local line = self.process:line(self.seen + 1, deadline - rig.now())
    if not line then return nil end
    self.seen = self.seen + 1
    local event = parse_event(line)
    if wanted[event.event] then return event end
  end
end

--- All that it said so far, as one text.
function Gateway:said()
  local ended = self.process:wait(0)
  return said(self.process, ended and 5 or 0)
end

-- What the play leaves out: a listener, a worker, and the upstream's address.
local function complete(text, options)
  local first = ""
  if not text:find "%f[%w]listen%f[%W]" then
    first = 'listen "127.0.0.1:0"; '
  end
  if not text:find "%f[%w]gateway%s*{" then
    first = first .. ("gateway { workers = %d%s }; "):format(
      options.workers or 1,
      options.settings and ", " .. options.settings or "")
  end
  return (first .. text):gsub("%$(%l+)", function(word)
    local upstream = options[word]
    return upstream and upstream.url or nil
  end)
end

-- Each site's key is "server": one certificate with all their names.
local function write_server_key(text)
  local names = {}
  for name in text:gmatch 'site%s*"([^"]+)"' do
    names[#names + 1] = name ~= "*" and name or nil
  end
  if #names == 0 then names[1] = "nobody.test" end
  rig.server_ca = rig.server_ca or rig.authority "rig-server-ca"
  rig.server_ca:issue { cn = "server", dns = names, purpose = "server",
    file = "server" }
end

--- rig.gateway { policy = text, upstream = rig.upstream {...} }: writes the
--- policy, in which $upstream stands for the address, runs the gateway and
--- waits until it listens. `settings` goes into gateway {}; the list
--- `environment` of "NAME=value" into its environment; `under` is a program with
--- its arguments that runs it, such as prlimit.
function rig.gateway(options)
  local self = setmetatable({ options = options, seen = 0 }, Gateway)
  self.path = fresh "policy" .. ".lua"
  self:write(options.policy)
  if not rig.read "server.pem" then write_server_key(options.policy) end
  local words = { table.unpack(options.under or {}) }
  if options.environment then
    words[#words + 1] = "/usr/bin/env"
    table.move(options.environment, 1, #options.environment, #words + 1, words)
  end
  words[#words + 1] = rig.build .. "/" .. (options.program or "yett")
  if not options.program or options.program:find "/named$" then
    words[#words + 1] = "run"
  end
  words[#words + 1] = self.path
  self.process = rig.spawn(words)
  running[#running + 1] = self
  local event = self:await "listening"
  if not event then
    error("the gateway did not start:\n" .. self:said(), 2)
  end
  self.port = math.tointeger(event.port)
  if not self:await "started" then
    error("the gateway did not start:\n" .. self:said(), 2)
  end
  return self
end

function Gateway:write(policy)
  rig.write(self.path, complete(policy, self.options))
end

--- Puts another policy in force; true, or false and the event.
function Gateway:reload(policy)
  if policy then self:write(policy) end
  self.process:signal "HUP"
  local event = self:await("reloaded", "reload-refused")
  if not event then error("the gateway did not reload:\n" .. self:said(), 2) end
  return event.event == "reloaded", event
end

--- Waits until it holds at most so many descriptors; how many it holds.
function Gateway:files(most)
  local deadline = rig.now() + 10
  while self.process:files() > (most or 0) and rig.now() < deadline do
    rig.pass(0.01)
  end
  return self.process:files()
end

--- The value of a metric, by its name and labels, over a connection to a site
--- that has them at /metrics.
function rig.metric(client, name)
  local text = client:get("/metrics").body or ""
  local from = select(2, text:find("\n" .. name .. " ", 1, true))
  return from and tonumber(text:match("^%d+", from + 1))
end

--- Waits until nobody is connected to shop.test but the one that looks.
function Gateway:connections()
  local client = self:connect { sni = "shop.test" }
  local deadline = rig.now() + 10
  local open
  repeat
    open = rig.metric(client, "yett_connections_open")
    if open ~= 1 then rig.pass(0.05) end
  until open == 1 or rig.now() > deadline
  client:close()
  return open
end

--- Ends it with SIGTERM; its exit code.
function Gateway:stop()
  collectgarbage() -- clients that the play has let go of
  self.process:signal "TERM"
  return self.process:wait()
end

--- The lines of the access log `name`, once there are `n`.
function Gateway:access(name, n)
  local deadline = rig.now() + 20
  local lines
  repeat
    lines = {}
    for line in (rig.read(name) or ""):gmatch "([^\n]*)\n" do
      lines[#lines + 1] = line
    end
    if #lines < n then rig.pass(0.01) end
  until #lines >= n or rig.now() > deadline
  return lines
end

--- connections ----------------------------------------------------------------

local facts = { "was_asked", "resumed", "version", "alpn", "server_key",
  "stapled" }

--- A TLS connection; see client.c for the options. `certificate` is what
--- Authority:issue() gave. A failed handshake has `failure`.
function Gateway:connect(options)
  local wish = { port = self.port }
  for key, value in pairs(options) do wish[key] = value end
  if wish.certificate then
    wish.cert, wish.key = wish.certificate.cert, wish.certificate.key
  end
  local core, failure = rig.handshake(wish)
  local client = http.connection(core, options.sni)
  client.failure = failure
  for _, fact in ipairs(facts) do client[fact] = core:fact(fact) end
  client.ca_names = core:fact "ca_names"
  return client
end

--- A TLS connection that speaks HTTP/2; options of connect() and of
--- http2.connection().
function Gateway:connect_h2(options)
  local wish = { alpn = { "h2" } }
  for key, value in pairs(options) do wish[key] = value end
  local client = self:connect(wish)
  if client.failure then return client end
  return http2.connection(client, options)
end

--- A plain TCP connection.
function Gateway:dial()
  return http.connection(assert(rig.dial(self.port)))
end

--- Runs a line of sh with the words $NAME of `names`; output and exit code.
function rig.shell(line, names)
  line = line:gsub("%$(%l+)", function(word)
    local value = names[word]
    return value and "'" .. tostring(value):gsub("'", "'\\''") .. "'"
  end)
  local process = rig.spawn { "/bin/sh", "-c", "{ " .. line .. "\n} </dev/null" }
  local text = said(process)
  return text, process:wait()
end

--- Ends the play here, as skipped.
function rig.skip(why)
  io.write("1..0 # SKIP ", why, "\n")
  error(skipped)
end

--- Skips the play when one of these programs is missing.
function rig.needs(...)
  for _, program in ipairs { ... } do
    if not os.execute("command -v " .. program .. " >/dev/null") then
      rig.skip(program .. " is not installed")
    end
  end
end

--- rig.load {...} against this gateway.
function Gateway:load(options)
  options.port = self.port
  return rig.load(options)
end

--- the play itself ------------------------------------------------------------

local title = play:match "([^/]*)%.lua$" or play
local chunk, mistake = loadfile(play, "t")
local fine, trace = false, mistake
if chunk then
  fine, trace = xpcall(chunk, function(message)
    return message == skipped and message or debug.traceback(message)
  end)
end
if trace == skipped then return true end
if not fine then
  report(false, title .. ": " .. tostring(trace):match "^[^\n]*")
  io.write("# ", (tostring(trace):gsub("\n", "\n# ")), "\n")
end

-- Whatever a play is about, the gateway must end well. Its clients are closed
-- first, so that it need not wait for them.
collectgarbage()
collectgarbage()
for _, gateway in ipairs(running) do
  if gateway.process:wait(0) == nil then gateway.process:signal "TERM" end
  local code = gateway.process:wait(20)
  if code ~= (gateway.ends_with or 0) then
    report(false, title .. ": the gateway ended with " .. tostring(code))
  end
  if failed > 0 then
    io.write("# the gateway said:\n# ",
      (gateway:said():gsub("\n", "\n# ")), "\n")
  end
end
if failed == 0 then
  if checks == 0 then
    report(false, title .. ": the play expects nothing")
  else
    report(true, ("%s (%d checks)"):format(title, checks))
  end
end
io.write("1..", count, "\n")
return failed == 0
