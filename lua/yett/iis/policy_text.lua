-- SPDX-License-Identifier: Apache-2.0
-- Writes the policy of an import as a person would, each setting with the line
-- of the file that it comes from.

local names = require "yett.language.names"

local writer = {}
writer.__index = writer

-- Text from a configuration inside a Lua string, whatever is in it.
local function quote(text)
  return '"' .. text:gsub('[%c"\\\127]', function(char)
    return (char == '"' or char == "\\") and "\\" .. char
      or string.format("\\%03d", char:byte())
  end) .. '"'
end

-- The same inside a comment: nothing ends the line.
local function plain(text)
  return (text:gsub("[%c\127]", "?"))
end

function writer:line(format, ...)
  self.out[#self.out + 1] = string.format(format, ...)
end

-- A line with a comment behind it, or above it where that would be too long.
function writer:remark(code, format, ...)
  local comment = plain(string.format(format, ...))
  local width = #code < 40 and 40 or #code + 1

  if width + #comment > 96 then
    self:line("%s-- %s", code:match("^ *"), comment)
    self:line("%s", code)
  else
    self:line("%s%s-- %s", code, string.rep(" ", width - #code), comment)
  end
end

-- --- listeners --------------------------------------------------------------

-- By port, in the order of the bindings: { port, all, loopback, addresses }.
local function ports_of(sites)
  local ports, by_number = {}, {}

  for _, site in ipairs(sites) do
    for _, binding in ipairs(site.bindings) do
      local port = by_number[binding.port]

      if not port then
        port = { number = binding.port, loopback = true }
        by_number[binding.port] = port
        ports[#ports + 1] = port
      end
      port.all = port.all or binding.address == "*"
      port.loopback = port.loopback and binding.host == "localhost"
      port[#port + 1] = binding
    end
  end
  return ports
end

function writer:listen(address, port, where)
  local text = string.format(
    address:find(":", 1, true) and "[%s]:%d" or "%s:%d", address, port)

  if not self.listening[text] then
    self.listening[text] = true
    self:remark(string.format("listen %s", quote(text)), "%s", where)
  end
end

function writer:listens()
  for _, port in ipairs(ports_of(self.sites)) do
    if port.all then
      local where = port[1].assumed and "port and address are not known"
        or port[1].where

      self:listen(port.loopback and "127.0.0.1" or "0.0.0.0", port.number,
        where)
      self:listen(port.loopback and "::1" or "::", port.number, where)
    else
      for _, binding in ipairs(port) do
        self:listen(binding.address, port.number, binding.where)
      end
    end
  end
  self:line("")
end

-- --- trust ------------------------------------------------------------------

local function needs(site)
  for _, rule in ipairs(site.rules) do
    if rule.mode ~= "none" then
      return true
    end
  end
  return site.negotiates == "on"
end

function writer:trust()
  local entry, revocation

  for _, site in ipairs(self.sites) do
    for _, binding in ipairs(needs(site) and site.bindings or {}) do
      entry = entry or binding.entry
      if binding.entry and binding.entry.revocation then
        revocation = revocation or binding.entry
      end
    end
    self.asks = self.asks or needs(site)
  end
  if not self.asks then
    return
  end
  self:line("-- LOOK: IIS believes the authorities that Windows trusts%s.",
    entry and entry.ctl_store and " (store " .. plain(entry.ctl_store) .. ")"
      or "")
  self:line("-- Put those that issue your clients' certificates into this "
    .. "file.")
  self:line('trust "clients" {')
  self:line('  ca  = "pki/clients-ca.pem",')
  if revocation then
    self:line('  -- crl = "pki/clients.crl",')
    self:line("  -- LOOK: IIS checks revocation (%s:%d); a CRL does it here.",
      plain(revocation.file), revocation.line)
  end
  self:line("}")
  self:line("")
end

-- --- sites ------------------------------------------------------------------

-- Why the handshake does what it does, for the comment.
local function because(site)
  local binding = site.bindings[1]

  for _, one in ipairs(site.bindings) do
    if site.negotiates == "off" and one.negotiate == false then
      binding = one
    end
  end
  if site.renegotiates then
    return "TLS 1.3 is off: IIS asks by renegotiation"
  elseif site.negotiates == "unknown" then
    return "clientcertnegotiation is not known: taken as off"
  end
  return string.format("clientcertnegotiation is %s: %s:%d", site.negotiates,
    binding.entry.file, binding.entry.negotiate_line or binding.entry.line)
end

function writer:handshake(site)
  self:remark(string.format("  handshake = %s,", quote(site.handshake)), "%s",
    because(site))
  if site.handshake == "never" then
    self:remark('  -- handshake = "auto",',
      "the cure: ask when a path may need it")
    self:remark('  late      = "httpsys",', "500, 0x80070032, as since 24H2")
  end
end

-- The notes on a place, each once.
function writer:looks(where, indent)
  for _, note in ipairs(self.notes_at[where] or {}) do
    if not self.told[note] then
      self.told[note] = true
      self:line("%s-- LOOK: %s", indent, plain(note.text))
    end
  end
end

function writer:lost(rule)
  for _, one in ipairs(self.lost_at[rule.level] or {}) do
    if not self.told[one] then
      self.told[one] = true
      self:line("  -- LOOK: not carried over: %s (%s)", plain(one.text),
        plain(one.where))
    end
  end
end

function writer:rule(rule)
  self:looks(rule.where, "  ")
  if rule.locked then
    self:looks(rule.locked.where, "  ")
  end
  self:lost(rule)
  self:remark(string.format("  path %s { certificate = %s },",
    quote(rule.path), quote(rule.mode)), "%s",
    rule.entry and string.format('sslFlags="%s", %s', rule.entry.text,
      rule.where) or "no sslFlags")
end

function writer:site(site)
  for i, binding in ipairs(site.bindings) do
    if i == 1 then
      self:line("-- Site %s, binding %s: %s", quote(site.source.name),
        plain(binding.text), plain(binding.where))
    elseif binding.text ~= site.bindings[i - 1].text then
      self:line("-- and binding %s: %s", plain(binding.text),
        plain(binding.where))
    end
    self:looks(binding.where, "")
  end
  self:line("site %s {", quote(site.name))
  self:remark(string.format("  key       = %s,", quote(site.key)),
    "%s", site.bindings[1].entry and site.bindings[1].entry.hash
      and "certificate " .. site.bindings[1].entry.hash
      or site.key .. ".pem and " .. site.key .. ".key")
  self:remark(string.format("  upstream  = %s,", quote(site.upstream)), "%s",
    site.upstream_where and "its binding without TLS, " .. site.upstream_where
      or "LOOK: where IIS listens without TLS")
  self:remark('  case      = "insensitive",', "as IIS matches paths")
  if needs(site) then
    self:line('  trust     = "clients",')
    self:handshake(site)
  end
  self:line("")
  for _, rule in ipairs(site.rules) do
    self:rule(rule)
  end
  self:line("}")
  self:line("")
end

-- What no rule of a site told of.
function writer:rest()
  local title = "-- LOOK: not carried over:"

  for _, one in ipairs(self.lost_items) do
    if not self.told[one] then
      if title then
        self:line("%s", title)
        title = nil
      end
      self:line("--   %s (%s)", plain(one.text), plain(one.where))
    end
  end
end

-- The members of a list by the value of one field.
local function by(list, field)
  local index = {}

  for _, one in ipairs(list) do
    index[one[field]] = index[one[field]] or {}
    table.insert(index[one[field]], one)
  end
  return index
end

-- Addresses that no policy can listen on become all addresses.
local function tame(host, sites, notes)
  for _, site in ipairs(sites) do
    for _, binding in ipairs(site.bindings) do
      local address = binding.address

      if address ~= "*" and not names.listen(host, string.format(
          address:find(":", 1, true) and "[%s]:%d" or "%s:%d", address,
          binding.port)) then
        notes[#notes + 1] = {
          where = binding.where, text = string.format(
            '"%s" is no address: listening on all', address),
        }
        binding.address = "*"
      end
    end
  end
end

-- The text of the policy for `sites` (of iis_sites), made from the files
-- called `files`.
return function(host, sites, model, files)
  local self

  tame(host, sites, model.notes)
  self = setmetatable({
    out = {}, sites = sites, lost_items = model.lost, told = {},
    listening = {}, notes_at = by(model.notes, "where"),
    lost_at = by(model.lost, "level"),
  }, writer)
  self:line("-- Made by `yett import iis` from %s.",
    plain(table.concat(files, ", ")))
  self:line("-- It does what IIS does. Where you have to look, it says LOOK. "
    .. "Keys and")
  self:line("-- authorities are not in these files: put them where `key` and "
    .. "`ca` say.")
  self:line("")
  self:listens()
  self:trust()
  for _, site in ipairs(sites) do
    self:site(site)
  end
  self:rest()
  while self.out[#self.out] == "" do
    self.out[#self.out] = nil
  end
  return table.concat(self.out, "\n") .. "\n"
end
