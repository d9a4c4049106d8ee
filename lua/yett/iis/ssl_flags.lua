-- SPDX-License-Identifier: Apache-2.0
-- What IIS wants of a client's certificate at a path: the sslFlags of section
-- system.webServer/security/access, and how they are inherited.
--
-- Each level inherits its parent's value; the value of a child replaces it as
-- a whole. At one level, the file that lies deeper speaks last, unless a file
-- above it locked the section there.

local ssl_flags = {}

local bits = {
  none = 0, ssl = 8, sslnegotiatecert = 32, sslrequirecert = 64,
  sslmapcert = 128, ssl128 = 256,
}
local all_bits = 8 | 32 | 64 | 128 | 256

local strength = { none = 1, request = 2, require = 3 }

-- The number that sslFlags="..." means, or nil and what is wrong with it.
-- These are the section's flags; those of a binding have other meanings.
function ssl_flags.flags(text)
  local sum = 0

  for word in text:gmatch("[^,|%s]+") do
    local bit = bits[word:lower()] or math.tointeger(tonumber(word))

    if not bit then
      return nil, string.format('sslFlags has no flag "%s" (None, Ssl, '
        .. "SslNegotiateCert, SslRequireCert, SslMapCert, Ssl128)", word)
    elseif bit & ~all_bits ~= 0 then
      return nil, string.format("sslFlags %s has bits that mean nothing here "
        .. "(8, 32, 64, 128 and 256 do)", word)
    end
    sum = sum | bit
  end
  return sum
end

-- SslRequireCert alone is a need, too, though nothing asks for it: to open
-- what somebody wanted closed would be the worse mistake.
function ssl_flags.mode(flags)
  if flags & bits.sslrequirecert ~= 0 then
    return "require"
  end
  return flags & bits.sslnegotiatecert ~= 0 and "request" or "none"
end

-- Whether a certificate is needed at `flags` that IIS never asks for itself:
-- the metabase's flags, which sslFlags are, document that nothing is
-- negotiated without SslNegotiateCert, whatever SslRequireCert says.
function ssl_flags.is_silent(flags)
  return flags & bits.sslrequirecert ~= 0 and flags & bits.sslnegotiatecert == 0
end

-- Whether one mode of certificate asks for more than another.
function ssl_flags.is_stricter(mode, other)
  return strength[mode] > strength[other]
end

-- Whether a flag of sslFlags is among `flags`.
function ssl_flags.has(flags, name)
  return flags & bits[name:lower()] ~= 0
end

-- Two settings of one level as one: the stricter, which is locked if one is.
function ssl_flags.merge(entry, other)
  if other.flags and (not entry.flags or ssl_flags.is_stricter(
      ssl_flags.mode(other.flags), ssl_flags.mode(entry.flags))) then
    entry.flags, entry.text, entry.where = other.flags, other.text, other.where
  end
  entry.override = (other.override == "deny" or entry.override == "deny")
    and "deny" or other.override or entry.override
  entry.stays = entry.stays and other.stays
end

-- Whether `path` is `above` or lies below it; both are keys as of key().
function ssl_flags.covers(above, path)
  return above == "" or path == above or path:sub(1, #above + 1) == above .. "/"
end

-- "Default Web Site/App/" -> "default web site/app".
function ssl_flags.key(path)
  local key = path:gsub("/+", "/"):gsub("^/", ""):gsub("/$", "")

  return key:lower()
end

-- Whether an application begins between the level of `entry` and `path`.
local function application_between(entry, path, applications)
  for _, root in ipairs(applications) do
    if #root > #entry.level and ssl_flags.covers(entry.level, root)
        and ssl_flags.covers(root, path) then
      return true
    end
  end
  return false
end

-- Shallow levels first; at one level the shallow file first.
local function before(a, b)
  if #a.level ~= #b.level then
    return #a.level < #b.level
  end
  return #a.base < #b.base
end

-- What holds at the level `path`: { flags, mode, entry, locked }. `entries`
-- are all that were read, `applications` the levels where applications begin.
-- `locked` is the entry that IIS refuses there, and then the stricter of the
-- two holds.
function ssl_flags.at(path, entries, applications, section_lock)
  local result = { flags = 0, mode = "none" }
  local lock = section_lock
  local inherited = {}

  for _, entry in ipairs(entries) do
    if ssl_flags.covers(entry.level, path) and not (entry.stays
        and application_between(entry, path, applications)) then
      inherited[#inherited + 1] = entry
    end
  end
  table.sort(inherited, before)
  for _, entry in ipairs(inherited) do
    local refused = lock and #entry.base > #lock.base

    if refused then
      result.locked, result.lock = entry, lock
    end
    if entry.flags and (not refused
        or ssl_flags.is_stricter(ssl_flags.mode(entry.flags), result.mode)) then
      result.flags, result.mode = entry.flags, ssl_flags.mode(entry.flags)
      result.entry = entry
    end
    if not refused and entry.override == "deny" then
      lock = entry
    elseif not refused and entry.override == "allow" then
      lock = nil
    end
  end
  return result
end

return ssl_flags
