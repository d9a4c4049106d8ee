-- SPDX-License-Identifier: Apache-2.0
-- What the functions of a policy may read, with the types of an editor;
-- `later` says why something one may look for is not there, `form` what a text
-- can be (impossible_comparison.lua), `optional` that there may be none.
local text_methods = {
  byte = true, ends_with = true, find = true, format = true, label = true,
  len = true, lower = true, rep = true, reverse = true, starts_with = true,
  sub = true, under = true, upper = true,
}
local no_patterns = "patterns can be slow; use find, starts_with, ends_with, "
  .. "under, label or a glob"
local text_later = {
  match = no_patterns, gmatch = no_patterns, gsub = no_patterns,
}

local function text(noun, form, optional)
  return {
    noun = noun, form = form, optional = optional, fields = {},
    methods = text_methods, later = text_later,
  }
end

local certificate_facts = {
  noun = "a certificate", form = "certificate", optional = true,
  fields = {
    subject = text("a subject", "text"), issuer = text("an issuer", "text"),
    serial = text("a serial number", "serial"),
    fingerprint = text("a fingerprint", "fingerprint"), dns = "string[]",
    email = "string[]", uri = "string[]",
    spiffe = text("a SPIFFE ID", "spiffe", true),
    not_before = "integer", not_after = "integer",
  },
  methods = {
    spiffe_matches = true, dns_matches = true, email_matches = true,
    uri_matches = true, subject_matches = true, fingerprint_matches = true,
  },
}
local not_yet = "the %s is only known after the handshake; "
  .. 'use a request function, or path "..." { }'
local facts = {
  client_hello = {
    noun = "a client hello",
    fields = {
      sni = text("a server name", "name"), alpn = "string[]",
      client_ip = text("an address", "address"), client_port = "integer",
      version = text("a TLS version", "version"),
      offers_post_handshake_auth = "boolean",
    },
    methods = { offers_alpn = true },
    later = {
      path = not_yet:format "path", query = not_yet:format "query",
      method = not_yet:format "method", headers = not_yet:format "head",
      host = not_yet:format "head",
      certificate = "the certificate comes after the hello; "
        .. "use a request function",
    },
  },
  request = {
    noun = "a request",
    fields = {
      sni = text("a server name", "name"), host = text("a host", "host"),
      method = text("a method", "method"), path = text("a path", "path"),
      query = text("a query", "text", true),
      headers = "table<string, string>", certificate = certificate_facts,
      client_ip = text("an address", "address"), client_port = "integer",
      version = text("a TLS version", "version"), alpn = "string[]",
    },
    methods = { offers_alpn = true },
  },
}

-- What matchers are asked by; nothing else can be read of them.
local matchers = {
  cidr = { noun = "a cidr", fields = {}, methods = { contains = true } },
  set = { noun = "a set", fields = {}, methods = { contains = true } },
  glob = { noun = "a glob", fields = {}, methods = { matches = true } },
}

return {
  facts = facts, matchers = matchers,
  header = text("a header", "text", true), -- the value of one
  -- A parameter behind the first.
  nothing = {
    noun = "a second parameter", fields = {}, methods = {},
    later = setmetatable({}, {
      __index = function()
        return "a function gets one, and answers by what it returns"
      end,
    }),
  },
}
