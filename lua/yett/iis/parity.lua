-- SPDX-License-Identifier: Apache-2.0
-- What IIS does at a location when TLS 1.3 is spoken, before Windows 11 24H2
-- and Windows Server 2025 and since, and what Yett will do. In TLS 1.3 nothing
-- can be asked once the handshake is over, so that a need of a path comes too
-- late unless the binding asks in the handshake.

local ssl_flags = require "yett.iis.ssl_flags"

local served = {
  before = "serves it", since = "serves it", yett = "serves it", late = "no",
}

-- The binding asks in the handshake.
local asked = {
  request = {
    before = "asks in the handshake, goes on without a certificate",
    since = "asks in the handshake, goes on without a certificate",
    yett = "asks in the handshake, goes on without a certificate",
    late = "no",
  },
  require = {
    before = "asks in the handshake; 403.7 without a certificate",
    since = "asks in the handshake; 403.7 without a certificate",
    yett = "asks in the handshake; 403 without a certificate",
    late = "no",
  },
}

-- TLS 1.3 is off on the binding: TLS 1.2 renegotiates.
local renegotiated = {
  request = {
    before = "asks by renegotiation (TLS 1.3 is off)",
    since = "asks by renegotiation (TLS 1.3 is off)",
    yett = "asks in the handshake, goes on without a certificate",
    late = "no",
  },
  require = {
    before = "asks by renegotiation (TLS 1.3 is off); 403.7 without a "
      .. "certificate",
    since = "asks by renegotiation (TLS 1.3 is off); 403.7 without a "
      .. "certificate",
    yett = "asks in the handshake; 403 without a certificate",
    late = "no",
  },
}

-- The binding does not ask.
local late = {
  request = {
    before = "resets the connection",
    since = "500.0, 0x80070032",
    yett = "never asks, serves it without a certificate",
    cure = "asks in the handshake, goes on without a certificate",
    late = "yes",
  },
  require = {
    before = "resets the connection",
    since = "500.0, 0x80070032",
    yett = "500, 0x80070032 (late)",
    cure = "asks in the handshake; 403 without a certificate",
    late = "yes",
  },
}

-- SslRequireCert without SslNegotiateCert: nothing asks but the binding.
local silent = "asks for nothing; 403.7"

-- The outcomes of `rule` in the site `target` of a policy: before, since, yett,
-- cure (with handshake = "auto", where that differs) and late ("yes", "no", or
-- "unknown" when the files do not tell whether the binding asks).
return function(target, rule)
  if rule.mode == "none" then
    return served
  elseif target.negotiates == "on" then
    return asked[rule.mode]
  elseif ssl_flags.is_silent(rule.flags) then
    local ours = target.renegotiates and renegotiated or late

    return {
      before = silent, since = silent, late = "no",
      yett = ours[rule.mode].yett, cure = ours[rule.mode].cure,
    }
  elseif target.renegotiates then
    return renegotiated[rule.mode]
  elseif target.negotiates == "off" then
    return late[rule.mode]
  end
  return setmetatable({ late = "unknown" }, { __index = late[rule.mode] })
end
