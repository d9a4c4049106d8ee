-- SPDX-License-Identifier: Apache-2.0
-- Prints the parity report of an import, for people or as JSON.

local json = require "yett.text.json_writer"
local parity = require "yett.iis.parity"
local plural = require "yett.text.plural"

-- Text from a configuration must not move the reader's cursor.
local function plain(text)
  return (text:gsub("[%c\127]", "?"))
end

local function location(target, rule)
  local outcome = parity(target, rule)

  return {
    path = rule.path, certificate = rule.mode, source = rule.where,
    sslFlags = rule.entry and rule.entry.text or "",
    before_24h2 = outcome.before, since_24h2 = outcome.since,
    yett = outcome.yett, with_auto = outcome.cure, late_today = outcome.late,
  }
end

local function binding_of(binding)
  return {
    binding = binding.text, source = binding.where,
    clientcertnegotiation = binding.negotiate == nil and "unknown"
      or binding.negotiate and "on" or "off",
  }
end

local function site_of(target)
  local site = {
    name = target.source.name, site = target.name,
    source = target.source.where, handshake = target.handshake,
    clientcertnegotiation = target.negotiates,
    bindings = json.list {}, locations = json.list {},
  }

  for i, binding in ipairs(target.bindings) do
    site.bindings[i] = binding_of(binding)
  end
  for i, rule in ipairs(target.rules) do
    site.locations[i] = location(target, rule)
  end
  return site
end

local function remarks(list)
  local out = json.list {}

  for i, one in ipairs(list) do
    out[i] = { source = one.where, text = one.text }
  end
  return out
end

-- --- for people -------------------------------------------------------------

local printer = {}
printer.__index = printer

function printer:line(format, ...)
  self[#self + 1] = plain(string.format(format, ...))
end

function printer:location(one)
  self:line("")
  self:line("  %s  certificate = \"%s\"  %s", one.path, one.certificate,
    one.sslFlags ~= "" and string.format('sslFlags="%s" (%s)', one.sslFlags,
      one.source) or "(no sslFlags)")
  self:line("    IIS before 24H2    %s", one.before_24h2)
  self:line("    IIS since 24H2     %s", one.since_24h2)
  self:line("    Yett               %s", one.yett)
  if one.with_auto then
    self:line('    handshake = "auto" %s', one.with_auto)
  end
end

function printer:site(site)
  self:line("")
  self:line('"%s" (%s) -> site "%s"', site.name, site.source, site.site)
  for _, one in ipairs(site.bindings) do
    self:line("  https %s (%s), clientcertnegotiation %s", one.binding,
      one.source, one.clientcertnegotiation)
  end
  self:line('  -> handshake = "%s"', site.handshake)
  for _, one in ipairs(site.locations) do
    self:location(one)
  end
end

-- A list under a title, or nothing.
function printer:list(title, list)
  if #list == 0 then
    return
  end
  self:line("")
  self:line("%s", title)
  for _, one in ipairs(list) do
    self:line("  %s: %s", one.source, one.text)
  end
end

-- Every location that is late today, or may be.
local function late_ones(sites)
  local yes, unknown = {}, {}

  for _, site in ipairs(sites) do
    for _, one in ipairs(site.locations) do
      local list = one.late_today == "yes" and yes
        or one.late_today == "unknown" and unknown

      if list then
        list[#list + 1] = {
          source = one.source, text = site.site .. one.path,
        }
      end
    end
  end
  return yes, unknown
end

local function as_text(whole)
  local self = setmetatable({}, printer)
  local yes, unknown = late_ones(whole.sites)
  local locations = 0

  for _, site in ipairs(whole.sites) do
    locations = locations + #site.locations
  end
  self:line("%s, %s, %s; %s late today%s, %d not carried over",
    plural(#whole.files, "file"), plural(#whole.sites, "site"),
    plural(locations, "location"), #yes,
    #unknown > 0 and string.format(" and %d perhaps", #unknown) or "",
    #whole.not_carried_over)
  for _, file in ipairs(whole.files) do
    self:line("  %s: %s", file.name, file.kind)
  end
  self:line("What IIS does is told for TLS 1.3: since 24H2 is Windows 11 24H2 "
    .. "and Windows Server")
  self:line("2025, before is everything older. In TLS 1.2 it asks by "
    .. "renegotiation, Yett never.")
  for _, site in ipairs(whole.sites) do
    self:site(site)
  end
  self:list("Late today in TLS 1.3:", yes)
  self:list("Late today unless the binding asks, which no file tells:",
    unknown)
  self:list("Not carried over:", whole.not_carried_over)
  self:list("Look at:", whole.notes)
  return table.concat(self, "\n") .. "\n"
end

-- The report on `sites` in `format`, "text" or "json".
return function(sites, model, files, format)
  local whole = {
    files = json.list(files), sites = json.list {},
    not_carried_over = remarks(model.lost), notes = remarks(model.notes),
  }

  for i, target in ipairs(sites) do
    whole.sites[i] = site_of(target)
  end
  return format == "json" and json.encode(whole) or as_text(whole)
end
