-- SPDX-License-Identifier: Apache-2.0
-- Applies what is known about functions to their sites: which verdicts each may
-- return, for the review of late needs; and which doubts of scope.lua about a
-- function are true in the sites that use it.

local getinfo = debug and debug.getinfo

-- The file and the line in which a function of the policy begins.
local function begin_of(host, func)
  local at = (host.getinfo or getinfo)(func, "S")

  return at.source:sub(2), at.linedefined
end

-- Lists of trusts, each as { trust = LIST }.
local function named(lists)
  local out = {}

  for i, list in ipairs(lists) do
    out[i] = { trust = list }
  end
  return out
end

-- What the function that begins in `line` may say; remembered, for one may be
-- that of 100,000 sites.
local function said_by(collected, known, file, line)
  local key = file .. ":" .. line

  if not known[key] then
    local paths = collected.verdict_paths[file]
    local said = paths and paths:of_function(line)

    known[key] = said and {
      asks = named(said.asks), needs = named(said.needs),
      may_need = said.may_need,
    } or { asks = {}, needs = {}, may_need = false }
  end
  return known[key], key
end

-- What a client_hello function of the site asks for: ask.require { } names the
-- site's own trusts, and if it has none, all that its rules want.
local function asks_of(site, asks)
  local out = {}

  for _, one in ipairs(asks) do
    local own = one.trust[1] == "\0"

    if not own then
      out[#out + 1] = one
    elseif site.trust then
      out[#out + 1] = { trust = site.trust }
    end
  end
  return out
end

-- Give a site what its functions may say, and note that it uses them.
local function settle_site(collected, site, known, users)
  for _, role in ipairs { "client_hello", "request" } do
    if site[role] then
      local said, key = said_by(collected, known,
        begin_of(collected.host, site[role]))

      users[key] = users[key] or {}
      users[key][#users[key] + 1] = site
      if role == "client_hello" then
        site.hello_says = asks_of(site, said.asks)
      else
        site.request_says = said.needs
        site.function_needs = site.function_needs or said.may_need
      end
    end
  end
end

-- Whether a doubt about a function holds, given the sites that use it.
local function holds(doubt, sites)
  local ask = doubt.any or doubt.all

  if not ask then
    return true
  end
  for _, site in ipairs(sites) do
    if (ask(site) or false) == (doubt.any ~= nil) then
      return doubt.any ~= nil
    end
  end
  return doubt.all ~= nil and #sites > 0
end

-- `collected` is what the collector made of all files.
return function(collected, found)
  local known, users = {}, {}

  for _, site in ipairs(collected.declarations.sites) do
    if site.client_hello or site.request then
      settle_site(collected, site, known, users)
    end
  end
  for _, doubt in ipairs(found.errors == 0 and collected.doubts or {}) do
    local key = string.format("%s:%d", doubt.anchor.file,
      doubt.function_line or 0)

    if holds(doubt, users[key] or {}) then
      found:add("warning", doubt.code, doubt.anchor, doubt.message,
        { help = doubt.help })
    end
  end
end
