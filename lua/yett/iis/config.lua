-- SPDX-License-Identifier: Apache-2.0
-- Reads applicationHost.config, also that of IIS Express, and web.config: the
-- sites with their bindings, each setting of section access with the level it
-- belongs to, and what has no counterpart in a policy.
--
-- An element is { name, line, column, attributes = { name = value }, ... } with
-- its children as a list.

local plural = require "yett.text.plural"
local ssl_flags = require "yett.iis.ssl_flags"

local reader = {}
reader.__index = reader

-- --- elements ---------------------------------------------------------------

local function child(element, name)
  for _, one in ipairs(element or {}) do
    if one.name == name then
      return one
    end
  end
  return nil
end

-- The descendant that "a/b/c" names.
local function find(element, path)
  for name in path:gmatch("[^/]+") do
    element = child(element, name)
  end
  return element
end

-- How many children are called `name`; `usual` tells those that do not count.
local function count(element, name, usual)
  local sum = 0

  for _, one in ipairs(element or {}) do
    if one.name == name and not (usual and usual(one.attributes)) then
      sum = sum + 1
    end
  end
  return sum
end

local function is_true(text)
  return text ~= nil and text:lower() == "true"
end

function reader:where(element)
  return string.format("%s:%d:%d", self.name, element.line, element.column)
end

-- Refuse the input: IIS would not read it either, or we would have to guess.
function reader:wrong(element, format, ...)
  error({ where = self:where(element), what = string.format(format, ...) }, 0)
end

function reader:lose(element, level, format, ...)
  self.model.lost[#self.model.lost + 1] = {
    where = self:where(element), level = ssl_flags.key(level),
    text = string.format(format, ...),
  }
end

-- --- sites ------------------------------------------------------------------

-- Flags of a binding, not those of section access.
local binding_bits = { sni = 1, central = 2, no_tls13 = 32 }
local all_binding_bits = 127

function reader:binding(site, element)
  local attributes = element.attributes
  local protocol = (attributes.protocol or ""):lower()
  local text = attributes.bindingInformation or ""
  local address, port, name = text:match("^(.*):(%d+):([^:]*)$")
  local flags = math.tointeger(tonumber(attributes.sslFlags or "0"))

  if protocol ~= "https" and protocol ~= "http" then
    self:lose(element, site.key, 'binding %s %s: no HTTP', protocol, text)
    return
  elseif not address or #port > 5 or tonumber(port) > 65535 then
    self:wrong(element, 'bindingInformation="%s" is not ADDRESS:PORT:HOST',
      text)
  elseif not flags then
    self:wrong(element, 'sslFlags="%s" of a binding is a number',
      attributes.sslFlags)
  elseif flags & ~all_binding_bits ~= 0 then
    self:lose(element, site.key, "binding %s: sslFlags %d has bits that we do "
      .. "not know", text, flags)
  end
  address = address:gsub("[%[%]]", ""):lower()
  site.bindings[#site.bindings + 1] = {
    protocol = protocol, text = text, where = self:where(element),
    address = (address == "" or address == "*") and "*" or address,
    port = math.tointeger(tonumber(port)), host = name:lower(),
    sni = flags & binding_bits.sni ~= 0,
    central = flags & binding_bits.central ~= 0,
    no_tls13 = flags & binding_bits.no_tls13 ~= 0,
  }
end

function reader:site(element)
  local name = element.attributes.name
  local site

  if not name or name == "" then
    self:wrong(element, "the site has no name")
  end
  site = {
    name = name, key = ssl_flags.key(name), where = self:where(element),
    bindings = {}, applications = {},
  }
  if self.model.site[site.key] then
    self:wrong(element, 'site "%s" is there twice (%s)', name,
      self.model.site[site.key].where)
  end
  for _, one in ipairs(child(element, "bindings") or {}) do
    if one.name == "binding" then
      self:binding(site, one)
    end
  end
  for _, one in ipairs(element) do
    if one.name == "application" and one.attributes.path then
      site.applications[#site.applications + 1] =
        ssl_flags.key(name .. "/" .. one.attributes.path)
    end
  end
  self.model.site[site.key] = site
  table.insert(self.model.sites, site)
end

-- --- sections ---------------------------------------------------------------

-- Keep an entry. Two location tags for one level are no configuration. Outside
-- of one and inside is none either, but files like that are about.
function reader:keep(element, entry, in_location)
  local said = entry.base .. "\0" .. entry.level
  local other = self.model.said[said]

  if other and other.in_location and in_location then
    self:wrong(element, "section access is set twice for this level (%s): "
      .. "IIS refuses this file", other.entry.where)
  elseif not other then
    self.model.said[said] = { entry = entry, in_location = in_location }
    table.insert(self.model.entries, entry)
    return
  end
  table.insert(self.model.notes, {
    where = entry.where, text = string.format("section access is set for "
      .. "this level at %s too: the stricter of the two was taken",
      other.entry.where),
  })
  other.in_location = in_location or other.in_location
  ssl_flags.merge(other.entry, entry)
end

function reader:access(element, level, location)
  local attributes = element.attributes
  local override = location and (location.attributes.overrideMode or "")
    :lower()
  local entry = {
    level = ssl_flags.key(level), path = level, base = ssl_flags.key(self.base),
    where = self:where(element), text = attributes.sslFlags,
    override = override,
    stays = location ~= nil
      and (location.attributes.inheritInChildApplications or ""):lower()
        == "false",
  }
  if location and (location.attributes.allowOverride or ""):lower() == "false"
      or (attributes.lockAttributes or ""):find("sslFlags", 1, true)
      or is_true(attributes.lockItem) then
    entry.override = "deny"
  end
  if entry.text then
    local flags, message = ssl_flags.flags(entry.text)

    if not flags then
      self:wrong(element, "%s", message)
    end
    entry.flags = flags
    if ssl_flags.has(flags, "SslMapCert") then
      self:lose(element, level, "SslMapCert: certificates as accounts")
    end
  end
  self:keep(element, entry, location ~= nil)
end

local mapping = "security/authentication/"

-- What is switched on and has no counterpart.
local enabled = {
  { mapping .. "clientCertificateMappingAuthentication",
    "clientCertificateMappingAuthentication: accounts of Active Directory" },
  { mapping .. "windowsAuthentication", "windowsAuthentication" },
  { mapping .. "basicAuthentication", "basicAuthentication" },
  { mapping .. "digestAuthentication", "digestAuthentication" },
  { "httpRedirect", "httpRedirect" },
}

-- What every server comes with.
local function allows_all(attributes)
  return attributes.users == "*"
    and (attributes.accessType or ""):lower() == "allow"
end

-- What has members that have no counterpart: path, member, words, and which
-- of them do not count.
local members = {
  { "rewrite/rules", "rule", "URL Rewrite" },
  { "rewrite/globalRules", "rule", "URL Rewrite, global" },
  { "rewrite/outboundRules", "rule", "URL Rewrite, outbound" },
  { "security/ipSecurity", "add", "ipSecurity" },
  { "security/authorization", "add", "authorization", allows_all },
}

function reader:mappings(section, level)
  local element = find(section, mapping
    .. "iisClientCertificateMappingAuthentication")

  if element and is_true(element.attributes.enabled) then
    self:lose(element, level, "iisClientCertificateMapping: %d one-to-one, "
      .. "%d many-to-one", count(child(element, "oneToOneMappings"), "add"),
      count(child(element, "manyToOneMappings"), "add"))
  end
end

-- Pages of its own for refusals that are about TLS or certificates.
function reader:pages(section, level)
  local about = { ["4"] = 1, ["5"] = 1, ["7"] = 1, ["12"] = 1, ["13"] = 1,
    ["16"] = 1, ["17"] = 1 }

  for _, one in ipairs(child(section, "httpErrors") or {}) do
    local attributes = one.attributes

    if one.name == "error" and attributes.statusCode == "403"
        and about[attributes.subStatusCode] then
      self:lose(one, level, "httpErrors: a page for 403.%s",
        attributes.subStatusCode)
    end
  end
end

-- One element system.webServer, in force at `level`.
function reader:section(section, level, location)
  local element = find(section, "security/access")

  if element then
    self:access(element, level, location)
    if element.attributes.configSource then
      self:lose(element, level, 'access: configSource="%s" was not read',
        element.attributes.configSource)
    end
  end
  self:mappings(section, level)
  for _, one in ipairs(enabled) do
    element = find(section, one[1])
    if element and is_true(element.attributes.enabled) then
      self:lose(element, level, "%s", one[2])
    end
  end
  for _, one in ipairs(members) do
    local number

    element = find(section, one[1])
    number = count(element, one[2], one[4])
    if number > 0 then
      self:lose(element, level, "%s: %s", one[3], plural(number, "rule"))
    end
  end
  self:pages(section, level)
end

-- --- files ------------------------------------------------------------------

-- The level of <location path="...">: "." and "" are that of the file.
function reader:level(location)
  local path = (location.attributes.path or ""):gsub("\\", "/")

  if path == "." or path == "" then
    return self.base
  end
  return self.base == "" and path or self.base .. "/" .. path
end

function reader:sections(root)
  for _, element in ipairs(root) do
    if element.name == "system.webServer" then
      self:section(element, self.base)
    elseif element.name == "location" then
      for _, one in ipairs(element) do
        if one.name == "system.webServer" then
          self:section(one, self:level(element), element)
        end
      end
    end
  end
end

-- overrideModeDefault="Deny" of section access, in configSections.
function reader:default_lock(root)
  local group = child(root, "configSections")

  for _, name in ipairs { "system.webServer", "security" } do
    local inner

    for _, one in ipairs(group or {}) do
      if one.name == "sectionGroup" and one.attributes.name == name then
        inner = one
      end
    end
    group = inner
  end
  for _, one in ipairs(group or {}) do
    if one.attributes.name == "access"
        and (one.attributes.overrideModeDefault or ""):lower() == "deny" then
      self.model.lock = { base = "", where = self:where(one) }
    end
  end
end

local config = {}

-- What is read from all files, to begin with: nothing.
function config.model()
  return {
    sites = {}, site = {}, entries = {}, said = {}, lost = {}, notes = {},
  }
end

-- Whether the root element is that of a server's file.
function config.is_server(root)
  return find(root, "system.applicationHost/sites") ~= nil
end

-- Read the file with `root` into `model`. `base` is the level that a
-- web.config belongs to; "" for the server's own file.
function config.read(model, name, root, base)
  local self = setmetatable({ model = model, name = name, base = base },
    reader)

  if base == "" then
    self:default_lock(root)
    for _, one in ipairs(find(root, "system.applicationHost/sites") or {}) do
      if one.name == "site" then
        self:site(one)
      end
    end
  end
  self:sections(root)
end

return config
