-- SPDX-License-Identifier: Apache-2.0
-- The declarations of a policy as plain data, which json_writer.lua writes and
-- policy_text.lua reads: the fields of the schema, in the author's units.
-- Functions are named, because they are not data.

local json = require "yett.text.json_writer"
local units = require "yett.language.units"

local shape

local function unit(kind)
  return function(_, value)
    return value == 0 and 0 or units.write(kind, value)
  end
end

local function list(_, value)
  return json.list(value)
end

-- How the kinds whose normal form is not what one writes become that again.
local written = {
  duration = unit "duration",
  size = unit "size",
  choices = list, files = list, fingerprints = list, globs = list, keys = list,
  names = list, networks = list, targets = list,
  table = function(spec, value)
    return shape(spec.fields, value)
  end,
  upstreams = function(spec, value)
    local out = shape(spec.fields, value)

    return next(out, next(out)) == nil and out.targets or out
  end,
  shadow = function(_, value)
    return value.before and { before = value.before } or true
  end,
  headers = function(_, value)
    local headers = {}

    for _, header in ipairs(value) do
      headers[header.name] = header.value
    end
    return headers
  end,
}

-- The fields of `values` that `specs` names.
function shape(specs, values)
  local out = {}

  for name, spec in pairs(specs) do
    local write, value = written[spec.kind], values[name]

    if value ~= nil and spec.kind ~= "function" then
      out[name] = write and write(spec, value) or value
    end
  end
  return out
end

local function address(listen)
  return string.format(listen.address:find(":", 1, true) and "[%s]:%d"
    or "%s:%d", listen.address, listen.port)
end

-- The address alone, unless there is more to tell.
local function listen_data(specs, listen)
  local out = shape(specs, listen)

  if next(out) == nil then
    return address(listen)
  end
  out.address = listen.address and address(listen)
  return out
end

-- { ["function"] = "portal.lua:12" }
local function named(host, site, func)
  local at = host.getinfo and host.getinfo(func)

  return {
    ["function"] = string.format("%s:%d",
      at and at.source:sub(2) or site.where.file,
      at and at.linedefined or site.where.line),
  }
end

local function rule_data(specs, rule)
  local out = shape(specs, rule)

  out[rule.shape.kind] = rule.shape.pattern
  return out
end

local function site_data(host, schema, site)
  local fields = schema.words.site.fields
  local out = shape(fields, site)

  out.name, out.key = site.name, json.list(site.keys)
  out.case = site.ignore_case and "insensitive" or nil
  out.rules = json.list {}
  for i, rule in ipairs(site.rules) do
    out.rules[i] = rule_data(schema.words[rule.shape.kind].fields, rule)
  end
  for name, spec in pairs(fields) do
    if spec.kind == "function" and site[name] then
      out[name] = named(host, site, site[name])
    end
  end
  return out
end

-- What load.lua returned, as data.
return function(host, schema, declarations)
  local out = {
    gateway = next(declarations.gateway)
      and shape(schema.words.gateway.fields, declarations.gateway) or nil,
    listen = json.list {}, trust = json.list {}, site = json.list {},
  }

  for i, listen in ipairs(declarations.listens) do
    out.listen[i] = listen_data(schema.words.listen.fields, listen)
  end
  for i, trust in ipairs(declarations.trusts) do
    out.trust[i] = shape(schema.words.trust.fields, trust)
    out.trust[i].name = trust.name
  end
  for i, site in ipairs(declarations.sites) do
    out.site[i] = site_data(host, schema, site)
  end
  return out
end
