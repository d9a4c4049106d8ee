-- SPDX-License-Identifier: Apache-2.0
-- From sites and bindings of IIS to sites and rules of a policy: one site for
-- each server name, and one rule for each level that a setting was made for.
--
-- A policy has one site for a name, whatever the port. Where IIS has two, the
-- second gets a name under .invalid that nobody can ask for, and is told.

local names = require "yett.language.names"
local ssl_flags = require "yett.iis.ssl_flags"

local builder = {}
builder.__index = builder

-- Tell it, once.
function builder:note(where, format, ...)
  local text = string.format(format, ...)
  local key = where .. "\0" .. text

  if not self.noted[key] then
    self.noted[key] = true
    table.insert(self.model.notes, { where = where, text = text })
  end
end

function builder:lose(where, level, text)
  table.insert(self.model.lost, { where = where, level = level, text = text })
end

-- --- what http.sys does on a binding ----------------------------------------

local wildcards = { ["0.0.0.0"] = true, ["::"] = true }

local function entry_key(kind, name, port)
  return string.format("%s %s %d", kind, name, port)
end

-- The entries of netsh by what http.sys looks them up with.
local function index_of(netsh)
  local index = {}

  for _, entry in ipairs(netsh) do
    local name = entry.host or wildcards[entry.address] and "*"
      or entry.address or ""
    local key = entry_key(entry.kind, name, entry.port)

    index[key] = index[key] or {}
    table.insert(index[key], entry)
  end
  return index
end

-- The entries that serve a binding: by its name, by the central store, or by
-- its address; an address without one is served by the wildcard's.
function builder:entries_for(binding)
  local index, port = self.index, binding.port

  if binding.central then
    return index[entry_key("central", "", port)] or {}
  elseif binding.sni then
    return index[entry_key("host", binding.host, port)] or {}
  end
  return index[entry_key("address", binding.address, port)]
    or index[entry_key("address", "*", port)] or {}
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

-- What netsh shows and no policy can say; an entry may serve many bindings.
function builder:lose_of(entry, site)
  local where = string.format("%s:%d", entry.file, entry.line)

  if entry.is_told then
    return
  end
  entry.is_told = true
  if entry.reject then
    self:lose(where, site.key, entry.key .. " rejects every connection")
  end
  if entry.mapper then
    self:lose(where, site.key, entry.key
      .. " maps certificates to accounts of Active Directory")
  end
  if entry.usage == false then
    self:lose(where, site.key, entry.key .. " takes certificates that are "
      .. "not for clients; Yett never does")
  end
end

-- Add what netsh tells to a binding: negotiate (nil: not known), no_tls13.
function builder:look_up(binding, site)
  local entries = self:entries_for(binding)

  for _, entry in ipairs(entries) do
    self:lose_of(entry, site)
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

-- The path as a policy writes it, or nil when nobody can ask for it. What
-- stands behind a ';' is not matched.
function builder:written_path(level, path, where)
  local whole = path:gsub(";[^/]*", "")
  local written, message = names.path(self.host, "path", escape(whole))

  if not written then
    self:lose(where, level, message)
  elseif whole ~= path then
    self:note(where, "%s is matched up to the ';' only", path)
  end
  return written
end

function builder:rule(site, level, path, where)
  local held = ssl_flags.at(level, self:entries_of(site), site.applications,
    self.model.lock)
  local written = self:written_path(level, path, where)

  if not written then
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
  if ssl_flags.is_silent(held.flags) then
    self:note(held.where, "SslRequireCert without SslNegotiateCert: IIS asks "
      .. "for no certificate and answers 403.7 unless the binding asks; "
      .. "\"require\" is the safe reading")
  end
  return held
end

-- What was said about a site or about the whole server.
function builder:entries_of(site)
  if self.entries_site ~= site then
    self.entries_site, self.entries = site, {}
    for _, list in ipairs { self.by_site[""] or {},
        self.by_site[site.key] or {} } do
      table.move(list, 1, #list, #self.entries + 1, self.entries)
    end
  end
  return self.entries
end

-- Two levels that a policy writes alike: the stricter stays.
local function keep_rule(rules, by_path, rule)
  local other = by_path[rule.path:lower()]

  if not other then
    rules[#rules + 1] = rule
    by_path[rule.path:lower()] = rule
  elseif ssl_flags.is_stricter(rule.mode, other.mode) then
    for name, value in pairs(rule) do
      other[name] = value
    end
  end
end

-- A rule for the root, for each level that something was said about, and for
-- each application that a setting stops at.
function builder:rules(site)
  local rules, seen, by_path = {}, {}, {}

  local function add(level, path, where)
    local rule = not seen[level] and self:rule(site, level, path, where)

    seen[level] = true
    if rule then
      keep_rule(rules, by_path, rule)
    end
  end

  add(site.key, "/", site.where)
  for _, entry in ipairs(self:entries_of(site)) do
    if entry.level ~= site.key and ssl_flags.covers(site.key, entry.level) then
      add(entry.level, path_below(site, entry), entry.where)
    end
    if entry.stays then
      for _, root in ipairs(site.applications) do
        if root ~= site.key and ssl_flags.covers(entry.level, root) then
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
function builder:handshake(target)
  local renegotiates, asks = true, nil

  for _, binding in ipairs(target.bindings) do
    renegotiates = renegotiates and binding.no_tls13
    asks = binding.negotiate and binding or asks
  end
  target.negotiates = negotiates(target.bindings)
  if asks and target.negotiates ~= "on" then
    self:note(asks.where, 'binding %s negotiates client certificates, but not '
      .. 'all bindings of site "%s" do: a policy has one handshake for a name, '
      .. "taken as not asking", asks.text, target.name)
  end
  target.renegotiates = renegotiates and target.negotiates ~= "on"
  target.handshake = target.negotiates == "on" and "always"
    or target.renegotiates and "auto" or "never"
end

-- Where IIS listens without TLS, as far as the configuration tells.
function builder:upstream(site)
  for _, binding in ipairs(site.bindings) do
    local address = binding.address == "*" and "127.0.0.1" or binding.address
    local written = names.upstream(self.host, string.format(
      address:find(":", 1, true) and "http://[%s]:%d" or "http://%s:%d",
      address, binding.port))

    if written and binding.protocol == "http" then
      return written, binding.where
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
    target.upstream, target.upstream_where = self:upstream(site)
    self.taken[name] = target
    self.sites[#self.sites + 1] = target
  end
  table.insert(target.bindings, binding)
end

-- Behind Yett, IIS is spoken to in clear text.
function builder:note_ssl_flags()
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
      self:look_up(binding, site)
      self:add(site, binding)
    end
  end
  if not secure then
    self:lose(site.where, site.key, string.format(
      'site "%s" has no https binding', site.name))
  end
end

-- Sort the settings by site; tell of those whose site there is not.
function builder:sort_entries()
  for _, entry in ipairs(self.model.entries) do
    local key = entry.level:match("^[^/]*")

    self.by_site[key] = self.by_site[key] or {}
    table.insert(self.by_site[key], entry)
    if key ~= "" and not self.model.site[key] then
      self:note(entry.where, 'there is no site for "%s"', entry.path)
    end
  end
end

-- The sites of the policy that `model` (of iis_config) and `netsh` (a list of
-- bindings) make; notes and losses are added to the model.
return function(host, model, netsh)
  local self = setmetatable({
    host = host, model = model, netsh = netsh, index = index_of(netsh),
    taken = {}, sites = {}, noted = {}, by_site = {},
  }, builder)

  self:sort_entries()
  for _, site in ipairs(model.sites) do
    self:site(site)
  end
  for _, target in ipairs(self.sites) do
    self:handshake(target)
  end
  self:note_ssl_flags()
  return self.sites
end
