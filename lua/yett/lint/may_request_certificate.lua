-- SPDX-License-Identifier: Apache-2.0
-- Whether a handshake of a site may ask for a certificate: not for which path
-- or trust, but whether a certificate can be there at all.

-- The site, or one of its rules, has such a value.
local function any(site, holds)
  if holds(site) then
    return true
  end
  for _, rule in ipairs(site.rules) do
    if holds(rule) then
      return true
    end
  end
  return false
end

local function wants(rule)
  return (rule.certificate or "none") ~= "none"
end

local function learns(rule)
  return rule.late ~= nil and rule.late.learn ~= nil
end

return function(site)
  if site.handshake == "never" then
    return any(site, learns)
  end
  return site.handshake == "always" or site.client_hello ~= nil
    or site.function_needs or any(site, wants)
end
