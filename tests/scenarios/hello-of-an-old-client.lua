-- SPDX-License-Identifier: Apache-2.0
-- Hellos that are rare but not wrong are taken, and those that are wrong get
-- the alert that says so.
local gateway = rig.gateway {
  upstream = rig.upstream(),
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
    site "*" { key = "server", upstream = "$upstream" }
  ]],
}

local function u8(text) return string.pack(">s1", text) end
local function u16(text) return string.pack(">s2", text) end
local function extension(id, body) return string.pack(">I2s2", id, body) end
local function name(text)
  return extension(0, u16("\0" .. u16(text)))
end
local ecdsa, groups = extension(13, u16 "\4\3"), extension(10, u16 "\0\23")
local usual_suites = "\xc0\x2b" -- ECDHE-ECDSA, AES-128-GCM

-- A ClientHello in one record; no extensions at all if `extensions` is nil.
local function hello(options)
  local body = (options.version or "\3\3") .. ("r"):rep(32) .. u8 ""
    .. u16(options.suites or usual_suites) .. u8 "\0"
    .. (options.extensions and u16(options.extensions) or "")
  return "\22\3\1" .. u16("\1" .. string.pack(">I3", #body) .. body)
end

-- "hello", or the number of the alert.
local function answer(options)
  local client = gateway:dial()
  client:send(hello(options))
  local said = client:take(7)
  client:close()
  if said and said:byte(1) == 22 then return "hello" end
  return said and said:byte(7)
end

-- The alert may arrive before the log line is written.
local function logs(text)
  local deadline = rig.now() + 10
  while not gateway:said():find(text, 1, true) and rig.now() < deadline do
    rig.pass(0.01)
  end
  expect(gateway:said()):contains(text)
end

local alert = { handshake_failure = 40, decode_error = 50,
  protocol_version = 70, unrecognized_name = 112 }
local shop = name "shop.test"

expect(answer { extensions = shop .. ecdsa .. groups }, "usual"):is "hello"
expect(answer { version = "\3\4", extensions = shop .. ecdsa .. groups },
  "legacy_version above 1.2"):is "hello"
expect(answer { version = "\3\9", extensions = shop .. ecdsa .. groups },
  "legacy_version far above 1.2"):is "hello"
expect(answer { extensions = name "192.0.2.7" .. ecdsa .. groups },
  "an address as name"):is "hello"
expect(answer { extensions = name "no name!" .. ecdsa .. groups },
  "no host name"):is(alert.unrecognized_name)

-- RFC 9155: without the extension a client can check SHA-1 alone.
expect(answer {}, "no extensions"):is(alert.handshake_failure)
logs "would mean SHA-1"
expect(answer { extensions = shop .. groups }, "no signature_algorithms")
  :is(alert.handshake_failure)
expect(answer { extensions = shop .. groups .. extension(13, u16 "\2\3") },
  "SHA-1 alone"):is(alert.handshake_failure)

for _, body in ipairs { "", "\0", "\0\0", "\0\1\4", "\0\4\4\3", "\0\2\4\3\0",
  "\0\3\4\3\4" } do
  expect(answer { extensions = shop .. groups .. extension(13, body) },
    ("malformed signature_algorithms %q"):format(body))
    :is(alert.decode_error)
end

for _, version in ipairs { "\3\0", "\3\1", "\3\2" } do
  expect(answer { version = version, extensions = shop .. ecdsa .. groups },
    ("version %q"):format(version)):is(alert.protocol_version)
  expect(answer { version = version },
    ("version %q without extensions"):format(version))
    :is(alert.protocol_version)
end
expect(answer { extensions = shop .. ecdsa .. groups
  .. extension(43, u8 "\3\2\3\1") }, "versions too low")
  :is(alert.protocol_version)

expect(answer { suites = "\0\47", extensions = shop .. ecdsa .. groups },
  "no suite in common"):is(alert.handshake_failure)
logs "no cipher suite in common"
