-- SPDX-License-Identifier: Apache-2.0
-- Checks what several declarations say together: whether every need has its
-- authorities, every site its upstream, and no two rules contradict. Does not
-- report the consequences of what was found wrong before (`unsure`).

local did_you_mean = require "yett.diagnosis.did_you_mean"

local checker = {}
checker.__index = checker

-- The label, file and line of a declaration in normal form.
local function place_of(declared)
  local shape, where = declared.shape, declared.where

  if shape then
    return shape.label, shape.file, declared.line
  end
  return declared.label, where.file, where.line
end

-- An anchor at a declaration: a site, a rule or a trust.
local function anchor(declared, field, element)
  local label, file, line = place_of(declared)
  local word, name = label:match('^(%a+) "(.*)"$')

  word = word or label:match("^%a+")

  return {
    file = file, line = line,
    call = { word = word, name = name, file = file, line = line },
    path = type(field) == "string" and { field } or field,
    part = field and "value" or "name",
    element = element,
  }
end

-- An error, or a warning, at a field of a declaration, or at its name.
function checker:wrong(code, declared, field, message, help, note)
  self.found:add("error", code, anchor(declared, field), message, {
    help = help, notes = note and { note },
  })
end

function checker:warn(code, declared, field, message, help, note)
  self.found:add("warning", code, anchor(declared, field), message, {
    help = help, notes = note and { note },
  })
end

-- E106 for each of `names`, in `field`, that is no trust.
function checker:known_names(declared, field, names)
  for i, name in ipairs(names) do
    if self.trusts[name] then
      self.used[name] = true
    else
      local meant = did_you_mean(name, self.trusts)

      self.found:add("error", "E106", anchor(declared, field, i),
        string.format('no trust named "%s"', name), {
          help = meant and string.format('did you mean "%s"?', meant)
            or name:find("[/.]") and string.format('a trust has a name: '
              .. 'declare trust "staff" { ca = "%s" }, and name "staff" here',
              name)
            or string.format('declare trust "%s" { ca = "ca.pem" }', name),
        })
    end
  end
end

-- E106 for what a site or a rule names, for its clients and its upstream.
function checker:known_trusts(declared)
  local upstream = declared.upstream

  if declared.trust then
    self:known_names(declared, "trust", declared.trust)
  end
  if upstream and upstream.trust then
    self:known_names(declared, { "upstream", "trust" }, upstream.trust)
  end
end

local trust_help = 'add trust = "NAME" here or on the site, '
  .. 'and trust "NAME" { ca = "ca.pem" } above'

-- What one rule says against its site.
function checker:rule(site, rule)
  local need = rule.certificate or site.certificate or "none"

  self:known_trusts(rule)
  if self.unsure[rule] then
    return
  end
  if rule.certificate and need ~= "none" and not rule.trust
      and not site.trust then
    self:wrong("E105", rule, "certificate", string.format(
      'certificate = "%s" but nothing says which authorities to accept',
      need), trust_help)
  end
  if site.certificate == "require" and need ~= "require" then
    self:wrong("E114", rule, "certificate", string.format(
      '%s cannot be weaker than %s, which refuses in the handshake',
      rule.shape.label, site.label), 'put certificate = "require" on the '
        .. "other paths, and leave it off the site", {
        message = 'certificate = "require" is set here',
        anchor = anchor(site, "certificate"),
      })
  end
  if site.certificate == "require" and (rule.shadow or rule.share) then
    self:wrong("E114", rule, rule.shadow and "shadow" or "share",
      string.format("%s cannot be weaker than %s, which refuses in the "
        .. "handshake", rule.shape.label, site.label), "leave certificate = "
        .. '"require" off the site, and put it on the paths', {
        message = 'certificate = "require" is set here',
        anchor = anchor(site, "certificate"),
      })
  end
  if rule.shadow and need ~= "require" then
    self:wrong("E116", rule, "shadow", string.format(
      'shadow needs certificate = "require", %s has "%s"', rule.shape.label,
      need), 'add certificate = "require"')
  elseif rule.share and need == "none" then
    self:wrong("E116", rule, "share", string.format(
      'share needs certificate = "require" or "request", %s has "none"',
      rule.shape.label), 'add certificate = "require"')
  end
  if rule.identity and need ~= "require" then
    self:wrong("E116", rule, "identity", string.format(
      'identity needs certificate = "require", %s has "%s"', rule.shape.label,
      need), 'add certificate = "require"')
  end
end

-- Whether the handshake of a site that asks has authorities to name.
local function names_trusts(site)
  for _, rule in ipairs(site.rules) do
    if rule.trust and (site.handshake == "always"
        or (rule.certificate or "none") ~= "none") then
      return true
    end
  end
  return site.trust ~= nil
end

-- E105 for what makes the handshake of a site ask nobody knows whom for.
function checker:site_trust(site)
  local certificate = site.certificate or "none"

  if certificate ~= "none" and not site.trust then
    self:wrong("E105", site, "certificate", string.format(
      'certificate = "%s" but nothing says which authorities to accept',
      certificate), trust_help)
  elseif site.handshake == "always" and not names_trusts(site) then
    self:wrong("E105", site, "handshake",
      'handshake = "always" but nothing says which authorities to accept',
      trust_help)
  elseif site.function_needs and site.handshake == "auto"
      and not names_trusts(site) then
    self:wrong("E105", site, "request", "the request function may need a "
      .. "certificate but nothing says which authorities to accept",
      trust_help)
  end
end

-- E115: a site that never asks cannot choose to.
function checker:handshake(site)
  if site.handshake == "never" and site.certificate == "require" then
    self:wrong("E115", site, "handshake", string.format(
      "%s requires a certificate in a handshake that never asks", site.label),
      'use handshake = "auto", or put certificate = "require" on paths')
  elseif site.handshake == "never" and site.client_hello then
    self:wrong("E115", site, "handshake", string.format(
      "%s never asks, so its client_hello function has no say", site.label),
      'use handshake = "auto", or remove the function')
  end
end

-- E110 unless every request has somewhere to go.
function checker:upstreams(site)
  local covered = false

  if site.upstream then
    return
  end
  for _, rule in ipairs(site.rules) do
    covered = covered or rule.shape.kind == "path"
      and rule.shape.pattern == "/"
    if not rule.upstream and not self.unsure[rule] then
      return self:wrong("E110", site, nil, string.format(
        "%s has no upstream, and neither has %s", site.label, rule.shape.label),
        'add upstream = "http://127.0.0.1:8080"')
    end
  end
  if not covered then
    self:wrong("E110", site, nil, string.format("%s has no upstream",
      site.label), 'add upstream = "http://127.0.0.1:8080"')
  end
end

-- E121: an upstream that could not take a head before the request.
function checker:proxied(declared, site)
  local upstream = declared.upstream or site.upstream
  local forward = declared.forward or site.forward

  if not upstream or not forward or not forward.proxy_protocol then
    return
  end
  for _, text in ipairs(upstream.targets or { }) do
    if not text:find("^http:") and not text:find("^unix:") then
      return self:wrong("E121", declared, declared.forward and "forward"
        or "upstream", string.format(
        'upstream "%s" takes no head of the PROXY protocol', text),
        "it goes to http://HOST:PORT and unix:/PATH only")
    end
  end
end

-- All that is looked at in one site and its rules.
function checker:site(site)
  self:known_trusts(site)
  if not self.unsure[site] then
    self:site_trust(site)
    self:handshake(site)
    self:upstreams(site)
    self:proxied(site, site)
  end
  for _, rule in ipairs(site.rules) do
    if self.unsure[site] then
      self:known_trusts(rule)
    else
      self:rule(site, rule)
      if rule.forward or rule.upstream then
        self:proxied(rule, site)
      end
    end
  end
end

-- E119: a policy that serves nobody.
function checker:something(declarations, file)
  local missing = {
    { declarations.sites, "site", 'add site "portal.example" '
      .. '{ key = "portal", upstream = "http://127.0.0.1:8080" }' },
    { declarations.listens, "listen", 'add listen "127.0.0.1:8443"' },
  }

  for _, one in ipairs(missing) do
    if #one[1] == 0 then
      self.found:add("error", "E119", {
        file = file.name, line = 1, column = 1, length = 1,
      }, string.format("the policy has no %s", one[2]), { help = one[3] })
    end
  end
end

-- E119 again: listeners that all lead to one that is not there.
function checker:tls_listener(declarations)
  local first = declarations.listens[1]

  for _, listen in ipairs(declarations.listens) do
    if not listen.redirect then
      return
    end
  end
  if first then
    self:wrong("E119", first, nil,
      "every listen redirects, and none is what they lead to",
      'add listen "0.0.0.0:443"')
  end
end

local all_of = { ["0.0.0.0"] = "%.", ["::"] = ":" }

-- E109: the port of one listener on all addresses leaves none for another.
function checker:apart(listens)
  local all = {}

  for _, listen in ipairs(listens) do
    local kind = listen.port and listen.port > 0 and all_of[listen.address]

    if kind then
      all[kind .. listen.port] = listen
    end
  end
  for _, listen in ipairs(listens) do
    local kind = listen.address and listen.address:find(":") and ":" or "%."
    local first = listen.port and all[kind .. listen.port]

    if first and first ~= listen then
      self:wrong("E109", listen, nil, string.format(
        "%s is part of %s, so that it cannot be opened", listen.label,
        first.label), "remove one", {
          message = "this one has all addresses", anchor = anchor(first),
        })
    end
  end
end

-- W203: declared and never named.
function checker:unused(declarations)
  for _, trust in ipairs(declarations.trusts) do
    if not self.used[trust.name] then
      self:warn("W203", trust, nil, string.format("%s is never used",
        trust.label), string.format('name it in a site or a path: '
          .. 'trust = "%s"', trust.name))
    end
  end
end

-- `collected` is what the collector made of all `files`. When one of them did
-- not run to its end, what is missing may stand there; and advice on a policy
-- that is wrong would only hide what is wrong.
return function(collected, files, found)
  local declarations = collected.declarations
  local self = setmetatable({
    found = found, trusts = {}, used = collected.named_trusts,
    unsure = collected.unsure,
  }, checker)

  if collected.incomplete then
    return
  end
  for _, trust in ipairs(declarations.trusts) do
    self.trusts[trust.name] = trust
  end
  if next(collected.suspect) == nil and found.errors == 0 then
    self:something(declarations, files[1] or { name = "policy" })
    self:tls_listener(declarations)
    self:apart(declarations.listens)
  end
  for _, site in ipairs(declarations.sites) do
    self:site(site)
  end
  if found.errors > 0 then
    return
  end
  self:unused(declarations)
end
