-- SPDX-License-Identifier: Apache-2.0
-- Imports what IIS and http.sys were told into a policy.
--
-- iis(host, files, format) returns the policy and the parity report, or nil,
-- where and what is wrong, and whether it is the way of calling. A file is
-- { name =, root = an XML element } or { name =, text = }, and at = "SITE/PATH"
-- where it was told. What a file is follows from what is in it.

local config = require "yett.iis.config"
local netsh = require "yett.iis.netsh"
local plural = require "yett.text.plural"
local policy = require "yett.iis.policy_text"
local report = require "yett.iis.report"
local sites = require "yett.iis.sites"
local ssl_flags = require "yett.iis.ssl_flags"

local function fail(where, format, ...)
  error({ where = where, what = string.format(format, ...) }, 0)
end

local function fail_call(where, format, ...)
  error({ where = where, what = string.format(format, ...), call = true }, 0)
end

-- A site that nobody but a web.config told of.
local function assume_site(model, name, where)
  local site = {
    name = name, key = ssl_flags.key(name), where = where, bindings = {},
    applications = {}, assumed = true,
  }

  model.site[site.key] = site
  table.insert(model.sites, site)
end

-- The level that a web.config belongs to.
local function place_of(model, file)
  local at = file.at
  local site

  if at then
    if not utf8.len(at) or not ssl_flags.key(at):find("[^/]") then
      fail_call(file.name, '--at "%s" is no SITE/PATH', at)
    end
    site = at:gsub("^/+", ""):match("^[^/]+")
    if not model.site[ssl_flags.key(site)] then
      if model.has_server then
        fail_call(file.name, '--at "%s": there is no site "%s"', at, site)
      end
      assume_site(model, site, file.name .. ":1:1")
    end
    return (at:gsub("^/+", ""):gsub("/+$", ""))
  end
  if #model.sites > 1 then
    fail_call(file.name, "there are %d sites: say which this web.config "
      .. 'belongs to, with --at "SITE/PATH" before it', #model.sites)
  elseif #model.sites == 0 then
    assume_site(model, "web", file.name .. ":1:1")
  end
  table.insert(model.notes, {
    where = file.name .. ":1:1", text = string.format(
      'taken as the web.config of the root of "%s": --at "SITE/PATH" says '
      .. "otherwise", model.sites[1].name),
  })
  return model.sites[1].name
end

local function read_netsh(file, read, model)
  local bindings, notes = netsh(file.name, file.text)

  if not bindings then
    fail(file.name, "this is neither XML nor the output of `netsh http show "
      .. "sslcert`")
  end
  table.move(bindings, 1, #bindings, #read + 1, read)
  table.move(notes, 1, #notes, #model.notes + 1, model.notes)
  file.kind = "netsh http show sslcert, " .. plural(#bindings, "binding")
end

local function read_config(file, model)
  local root = file.root

  if root.name ~= "configuration" then
    fail(string.format("%s:%d:%d", file.name, root.line, root.column),
      "<%s> is no configuration of IIS: <configuration> was expected",
      root.name)
  end
  if config.is_server(root) then
    if model.has_server then
      fail(file.name, "there is another applicationHost.config: %s",
        model.has_server)
    end
    if file.at then
      fail_call(file.name, "--at is for a web.config, this is an "
        .. "applicationHost.config")
    end
    model.has_server = file.name
    config.read(model, file.name, root, "")
    file.kind = "applicationHost.config, "
      .. plural(#model.sites, "site")
  end
end

local function import(host, files, format)
  local model, bindings, named, told = config.model(), {}, {}, {}
  local made

  for _, file in ipairs(files) do
    if file.root then
      read_config(file, model)
    else
      read_netsh(file, bindings, model)
    end
  end
  for _, file in ipairs(files) do
    if not file.kind then
      local place = place_of(model, file)

      config.read(model, file.name, file.root, place)
      file.kind = "web.config of " .. place
    end
  end
  made = sites(host, model, bindings)
  if #made == 0 then
    fail(files[1].name, "there is no site with an https binding in what was "
      .. "given")
  end
  for i, file in ipairs(files) do
    named[i] = file.name
    told[i] = { name = file.name, kind = file.kind }
  end
  named = policy(host, made, model, named)
  return named, report(made, model, told, format)
end

-- import(host, files, format): the policy and the report as texts; or nil, the
-- place, what is wrong there, and whether the call itself was.
return function(host, files, format)
  local fine, first, second = pcall(import, host, files, format)

  if fine then
    return first, second
  elseif type(first) ~= "table" then
    error(first, 0)
  end
  return nil, first.where, first.what, first.call or false
end
