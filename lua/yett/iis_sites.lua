-- SPDX-License-Identifier: Apache-2.0
-- From sites and bindings of IIS to sites and rules of a policy: one site for
-- each server name, and one rule for each level that a setting was made for.
--
-- A policy has one site for a name, whatever the port. Where IIS has two, the
-- second gets a name under .invalid that nobody can ask for, and is told.

local access = require "yett.iis_access"
local names = require "yett.names"

local builder = {}
builder.__index = builder

-- Tell it, once.
function builder:note(where, format, ...)
  local text = string.format(format, ...)

  for _, note in ipairs(self.model.notes) do
    if note.where == where and note.text == text then
      return
    end
  end
  table.insert(self.model.notes, { where = where, text = text })
end

-- --- what http.sys does on a binding ----------------------------------------

local wildcards = { ["0.0.0.0"] = true, ["::"] = true }

-- Whether the entry of netsh is the one that http.sys uses for the binding.
local function serves(entry, binding)
  if entry.port ~= binding.port then
    return false
  elseif binding.central then
    return entry.kind == "central"
  elseif binding.sni then
    return entry.kind == "host" and entry.host == binding.host
  end
  return entry.kind == "address" and (entry.address == binding.address
    or binding.address == "*" and wildcards[entry.address])
end

-- What the entries say about `field`: nil when none does, or when they differ.
local function agreed(entries, field)
  local value

  for i, entry in ipairs(entries) do
    if i > 1 and entry[field] ~= value then
      return nil
    end
    value = entry[field]
  end
  return value
end

-- Add what netsh tells to a binding: negotiate (nil: not known), no_tls13.
function builder:look_up(binding)
  local entries = {}

  for _, entry in ipairs(self.netsh) do
    if serves(entry, binding) then
      entries[#entries + 1] = entry
    end
  end
  if #entries == 0 and not binding.sni and not binding.central then
    -- An address without an entry of its own is served by the wildcard's.
    for _, entry in ipairs(self.netsh) do
      if entry.kind == "address" and entry.port == binding.port
          and wildcards[entry.address] then
        entries[#entries + 1] = entry
      end
    end
  end
  binding.entry = entries[1]
  binding.negotiate = agreed(entries, "negotiate")
  binding.no_tls13 = binding.no_tls13 or agreed(entries, "tls13_off") or false
  if #entries > 1 and binding.negotiate == nil
      and entries[1].negotiate ~= nil then
    self:note(binding.where, "%s and %s differ in whether they negotiate "
      .. "client certificates: taken as not known", entries[1].key,
      entries[2].key)
  elseif #entries == 0 and #self.netsh > 0 then
    self:note(binding.where, "netsh shows no entry for binding %s",
      binding.text)
  end
end

-- --- names ------------------------------------------------------------------

-- A name for files and for .invalid: "Default Web Site" -> "default-web-site".
local function slug(text)
  local plain = text:lower():gsub("[^%w]+", "-"):gsub("^-+", "")
    :gsub("-+$", "")

  return plain ~= "" and plain:sub(1, 40) or "site"
end

-- A name under .invalid that no other site has.
function builder:spare_name(site)
  local base = slug(site.name)
  local name, number = base .. ".invalid", 2

  while self.taken[name] do
    name, number = string.format("%s-%d.invalid", base, number), number + 1
  end
  return name
end

-- The server name that a binding stands for.
function builder:server_name(site, binding)
  local wanted = binding.host == "" and "*" or binding.host
  local name, message = names.site(self.host, wanted)
  local owner

  if not name then
    self:note(binding.where, "%s", message)
    return self:spare_name(site)
  end
  if name:sub(1, 2) == "*." then
    self:note(binding.where, 'site "%s" stands for exactly one more label',
      name)
  end
  owner = self.taken[name]
  if owner and owner.source ~= site then
    self:note(binding.where, 'site "%s" belongs to "%s" already, and a policy '
      .. "tells sites apart by name only: give \"%s\" a name of its own",
      name, owner.source.name, site.name)
    return self:spare_name(site)
  end
  return name
end

-- --- rules ------------------------------------------------------------------

-- The path of a level inside its site, or nil when it has none here.
local function path_below(site, entry)
  local rest = entry.path:gsub("/+", "/"):gsub("^/", "")

  rest = rest:sub(#site.key + 1)
  return rest == "" and "/" or (rest:gsub("/$", ""))
end

-- "/My App" -> "/My%20App": the configuration has paths as they are meant.
local function escape(path)
  return (path:gsub("[^%w/._~!$&'()*+,=:@;-]", function(byte)
    return string.format("%%%02X", byte:byte())
  end))
end

function builder:rule(site, level, path, where)
  local held = access.at(level, self.model.entries, site.applications,
    self.model.lock)
  local written, message = names.path(self.host, "path", escape(path))

  if not written then
    self.model.lost[#self.model.lost + 1] = {
      where = where, level = level, text = message,
    }
    return nil
  end
  if path:find("[\128-\255]") then
    self:note(where, "IIS ignores the case of all letters of %s, Yett that of "
      .. "A to Z", path)
  end
  held.path, held.level = written, level
  held.where = held.entry and held.entry.where or site.where
  if held.locked then
    self:note(held.locked.where, "section access is locked here (%s): IIS "
      .. "refuses this file with 500.19 until it is unlocked; the stricter "
      .. "value was taken", held.lock.where)
  end
  if access.has(held.flags, "SslRequireCert") and held.mode == "none" then
    self:note(held.where, "SslRequireCert without SslNegotiateCert never "
      .. "asks: if a certificate was meant, add SslNegotiateCert")
  end
  return held
end

-- A rule for the root, for each level that something was said about, and for
-- each application that a setting stops at.
function builder:rules(site)
  local rules, seen = {}, {}

  local function add(level, path, where)
    local rule = not seen[level] and self:rule(site, level, path, where)

    seen[level] = true
    if rule then
      rules[#rules + 1] = rule
    end
  end

  add(site.key, "/", site.where)
  for _, entry in ipairs(self.model.entries) do
    if entry.level ~= site.key and access.covers(site.key, entry.level) then
      add(entry.level, path_below(site, entry), entry.where)
    end
    if entry.stays and access.covers(entry.level, site.key)
        or entry.stays and access.covers(site.key, entry.level) then
      for _, root in ipairs(site.applications) do
        if root ~= site.key and access.covers(entry.level, root) then
          add(root, root:sub(#site.key + 1), site.where)
        end
      end
    end
  end
  table.sort(rules, function(a, b)
    return a.path:lower() < b.path:lower()
  end)
  return rules
end

-- --- sites ------------------------------------------------------------------

-- One word for all bindings of a name: "on", "off", "unknown"; a binding that
-- does not ask makes the others late too.
local function negotiates(bindings)
  local all, off = true, nil

  for _, binding in ipairs(bindings) do
    all = all and binding.negotiate == true
    if binding.negotiate == false then
      off = binding
    end
  end
  return all and "on" or off and "off" or "unknown"
end

-- What the handshake of a site does: as the bindings, except that IIS without
-- TLS 1.3 asks by renegotiation, which only the handshake can stand in for.
local function handshake(target)
  local renegotiates = true

  for _, binding in ipairs(target.bindings) do
    renegotiates = renegotiates and binding.no_tls13
  end
  target.negotiates = negotiates(target.bindings)
  target.renegotiates = renegotiates and target.negotiates ~= "on"
  target.handshake = target.negotiates == "on" and "always"
    or target.renegotiates and "auto" or "never"
end

-- Where IIS listens without TLS, as far as the configuration tells.
local function upstream(site)
  for _, binding in ipairs(site.bindings) do
    if binding.protocol == "http" then
      local address = binding.address == "*" and "127.0.0.1"
        or binding.address

      if address:find(":", 1, true) then
        address = "[" .. address .. "]"
      end
      return string.format("http://%s:%d", address, binding.port),
        binding.where
    end
  end
  return "http://127.0.0.1:8080", nil
end

function builder:add(site, binding)
  local name = self:server_name(site, binding)
  local target = self.taken[name]

  if not target then
    target = {
      name = name, source = site, bindings = {}, rules = self:rules(site),
      key = "pki/" .. (name == "*" and slug(site.name)
        or name:gsub("^%*", "wildcard")),
    }
    target.upstream, target.upstream_where = upstream(site)
    self.taken[name] = target
    self.sites[#self.sites + 1] = target
  end
  table.insert(target.bindings, binding)
end

-- Behind Yett, IIS is spoken to in clear text.
function builder:behind()
  for _, entry in ipairs(self.model.entries) do
    if (entry.flags or 0) ~= 0 then
      self:note(entry.where, "once Yett is in front, set sslFlags to None in "
        .. "IIS: else it answers 403.4 or 403.7 to what comes without TLS")
      return
    end
  end
end

-- A site that only a web.config told of has the one binding that netsh shows,
-- or none that is known.
function builder:assumed_binding(site)
  local entry = #self.netsh == 1 and self.netsh[1]
  local binding = {
    protocol = "https", address = "*", host = "", port = 443, sni = false,
    central = false, no_tls13 = false, where = site.where,
    assumed = not entry,
    text = "not known",
  }

  if entry then
    binding.address = entry.address or "*"
    binding.host, binding.port = entry.host or "", entry.port
    binding.sni, binding.central = entry.kind == "host",
      entry.kind == "central"
    binding.text = entry.key
    if wildcards[binding.address] then
      binding.address = "*"
    end
  end
  return binding
end

function builder:site(site)
  local secure = false

  if site.assumed then
    table.insert(site.bindings, self:assumed_binding(site))
  end
  for _, binding in ipairs(site.bindings) do
    if binding.protocol == "https" then
      secure = true
      self:look_up(binding)
      self:add(site, binding)
    end
  end
  if not secure then
    self.model.lost[#self.model.lost + 1] = {
      where = site.where, level = site.key,
      text = string.format('site "%s" has no https binding', site.name),
    }
  end
end

-- Settings of levels that no site has.
function builder:strays()
  for _, entry in ipairs(self.model.entries) do
    local home = entry.level == ""

    for _, site in ipairs(self.model.sites) do
      home = home or access.covers(site.key, entry.level)
    end
    if not home then
      self:note(entry.where, 'there is no site for "%s"', entry.path)
    end
  end
end

-- The sites of the policy that `model` (of iis_config) and `netsh` (a list of
-- bindings) make; notes and losses are added to the model.
return function(host, model, netsh)
  local self = setmetatable({
    host = host, model = model, netsh = netsh, taken = {}, sites = {},
  }, builder)

  for _, site in ipairs(model.sites) do
    self:site(site)
  end
  for _, target in ipairs(self.sites) do
    handshake(target)
  end
  self:strays()
  self:behind()
  return self.sites
end
