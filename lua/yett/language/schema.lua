-- SPDX-License-Identifier: Apache-2.0
-- The vocabulary as data: every word, its fields, their kinds, bounds,
-- defaults and one sentence each. Checking, did-you-mean and documentation
-- are all derived from here; a new word is one entry.
--
-- A field has a `kind`, which names its function in value_types.lua, and:
--   values    of an enum, weakest first
--   accepts   these, as a set, of the field that every rule has
--   later     the whole field is one that this version does not know yet
--   min, max  bounds of a number, in the unit of the kind
--   default   what holds when it is absent, as one would write it
--   fields    of a nested table
--   filled    a nested table must not be empty
--   presets   of a nested table: names for what other servers do
--   needed    in a nested table: the table makes no sense without it
--   excludes  of a nested table: fields that say nothing beside another
--   example   what to write, for messages
--   doc       one sentence

local read = require "yett.language.facts"

local modes = { "none", "request", "require" }

local certificate = {
  kind = "enum", values = modes, default = "none", noun = "mode",
  accepts = { none = true, request = true, require = true },
  doc = "What is wanted of the client's certificate.",
}
local trust = {
  kind = "names", example = 'trust = "staff"',
  doc = "The authorities accepted here; any one of them suffices.",
}
local why = {
  kind = "string", doc = "The reason, for explain and the log.",
  example = 'why = "staff only"',
}
local tell = {
  kind = "boolean", default = false,
  doc = "Whether `why` goes into the answer.",
}
local upstream = {
  kind = "upstreams", example = 'upstream = "http://127.0.0.1:8080"',
  doc = "Where requests go; a list is balanced over.",
  fields = {
    targets = {
      kind = "targets", example = 'targets = { "https://10.0.0.7" }',
      doc = "The addresses, which may also stand without a name.",
    },
    trust = {
      kind = "names", example = 'trust = "backend"', secure = true,
      doc = "Who vouches for https servers; else what the system trusts.",
    },
    key = {
      kind = "key", example = 'key = "pki/gateway"', secure = true,
      doc = "The certificate to show to https servers that ask.",
    },
    name = {
      kind = "host", example = 'name = "backend.internal"', secure = true,
      doc = "The name in the servers' certificates; else their host.",
    },
    connections = {
      kind = "integer", min = 0, max = 10000000, default = 0,
      doc = "Connections to each address, of all workers; 0: no limit.",
    },
    idle_connections = {
      kind = "integer", min = 0, max = 100000, default = 64,
      doc = "Idle connections to each address that each worker keeps.",
    },
    idle = {
      kind = "duration", min = 100, max = 86400000, default = "60s",
      doc = "How long they are kept.",
    },
    observe = {
      kind = "enum", values = { "connections", "answers" },
      default = "connections", noun = "thing to observe",
      doc = "What takes an address out: failed connections, or bad answers too.",
    },
  },
}
local forward = {
  kind = "table", example = 'forward = { client_cert = "rfc9440" }',
  doc = "How the client's identity is told to the upstream.",
  fields = {
    client_cert = {
      kind = "enum", values = { "none", "rfc9440", "xfcc", "arr", "nginx" },
      default = "rfc9440", noun = "form",
      doc = "The form of the header; inbound copies go.",
    },
    chain = {
      kind = "boolean", default = false,
      doc = "Whether the chain is sent too, in the forms that have one.",
    },
    proxy_protocol = {
      kind = "boolean", default = false,
      example = "forward = { proxy_protocol = true }",
      doc = "Whether each connection begins with a PROXY head, version 2.",
    },
  },
  excludes = {
    { field = "client_cert", value = "none", because = "which tells nothing",
      others = { "chain" } },
    { field = "client_cert", value = "arr",
      because = "which has no place for a chain", others = { "chain" } },
    { field = "client_cert", value = "nginx",
      because = "which has no place for a chain", others = { "chain" } },
  },
}
local upgrade = {
  kind = "enum", values = { "none", "websocket", "any" },
  also = { [false] = "none" }, default = "websocket", noun = "way to switch",
  doc = "Which protocols a request may switch to; h2c is never one.",
}
local client_close = {
  kind = "enum", values = { "cancel", "ignore" }, default = "cancel",
  noun = "way to treat a client that closes",
  doc = "Whether a request ends whose client closes its half while it waits.",
}
local limits = {
  kind = "table", example = 'limits = { body = "1MiB" }',
  doc = "What a request may use here, instead of the gateway's limits.",
  fields = {
    body = {
      kind = "size", min = 0, max = 1 << 50,
      doc = "Bytes of a request body; 0: no limit.",
    },
    rate = {
      kind = "size", min = 0, max = 1 << 20,
      doc = "Bytes a second that a body must move, at least; 0: any.",
    },
  },
}
local timeouts = {
  kind = "table", example = 'timeouts = { answer = "5m" }',
  doc = "How long steps may take here, instead of the gateway's timeouts.",
  fields = {
    answer = {
      kind = "duration", min = 100, max = 86400000,
      doc = "For each step that the upstream makes.",
    },
    stall = {
      kind = "duration", min = 100, max = 86400000,
      doc = "Without progress in the upstream's answer.",
    },
    tunnel = {
      kind = "duration", min = 100, max = 86400000,
      doc = "Without a byte either way after a protocol switch.",
    },
  },
}
local late = {
  kind = "table", example = "late = { status = 500, hresult = 0x80070032 }",
  presets = {
    ["httpsys"] = { status = 500, hresult = 0x80070032 },
    ["nginx"] = {
      status = 400, hresult = 0,
      title = "No required SSL certificate was sent",
    },
    ["apache"] = {
      status = 403, hresult = 0,
      title = "Cannot perform post-handshake authentication",
    },
    ["kong"] = {
      status = 401, hresult = 0,
      title = "No required TLS certificate was sent",
    },
    ["421"] = { status = 421, hresult = 0, title = "Misdirected Request" },
    ["httpsys-reset"] = { close = "reset" },
  },
  excludes = {
    {
      field = "close", value = "reset", because = "which sends no answer",
      others = {
        "status", "hresult", "title", "detail", "type", "body", "headers",
        "redirect", "learn",
      },
    },
    { field = "redirect", because = "which answers 307",
      others = { "status", "learn" } },
    {
      field = "learn", because = "which answers 421 and closes",
      others = { "status", "hresult", "close" }, but = { status = 421 },
    },
  },
  doc = "What a need becomes that arises after the handshake.",
  fields = {
    status = {
      kind = "integer", min = 400, max = 599, default = 500,
      doc = "The status of the answer.",
    },
    hresult = {
      kind = "integer", min = 0, max = 0xffffffff, default = 0x80070032,
      format = "0x%08X",
      doc = "The Windows error code told with it; 0 tells none.",
    },
    title = {
      kind = "line", default = "The request is not supported",
      doc = "The title of the problem document.",
    },
    detail = { kind = "line", doc = "Its detail." },
    type = { kind = "line", doc = "Its type, a URI." },
    body = { kind = "string", doc = "A body instead of the document." },
    headers = {
      kind = "headers", example = 'headers = { ["Retry-After"] = "5" }',
      doc = "More header fields of the answer.",
    },
    close = {
      kind = "enum", values = { "auto", "always", "never", "reset" },
      also = { [true] = "always", [false] = "never" }, default = "auto",
      noun = "way to close",
      doc = "Whether to close; auto: if a new handshake would be asked; "
        .. "reset: cut the connection without an answer.",
    },
    redirect = {
      kind = "target",
      example = 'redirect = "https://cert.portal.example{path}{query}"',
      doc = "Where to send people: a name whose handshake asks.",
    },
    learn = {
      kind = "duration", min = 1000, max = 86400000,
      example = 'learn = "2m"',
      doc = "Answer 421, and ask at that client's next handshake, if it comes "
        .. "within this time.",
    },
  },
}
local identity = {
  kind = "table", example = 'identity = { dns = "*.staff.example" }',
  filled = true,
  doc = "Which verified certificates: every kind named must match.",
  fields = {
    dns = { kind = "globs", doc = "A DNS name." },
    email = { kind = "globs", doc = "A mail address." },
    uri = { kind = "globs", doc = "A URI." },
    spiffe = {
      kind = "globs", prefix = "spiffe://",
      example = 'spiffe = "spiffe://acme.example/*"', doc = "A SPIFFE ID.",
    },
    subject = { kind = "globs", doc = "The subject, as RFC 4514 writes it." },
    fingerprint = {
      kind = "fingerprints",
      doc = "SHA-256 of the certificate, 64 hexadecimal digits.",
    },
  },
}

local preflight = {
  kind = "enum", values = { "refuse", "allow" }, default = "refuse",
  noun = "way to treat preflights",
  doc = "Whether CORS preflights pass, which never carry a certificate.",
}

local encoded_slash = {
  kind = "enum", values = { "refuse", "keep" }, default = "refuse",
  noun = "way to treat %2F",
  doc = "Whether a path may have %2F; every reading of it is decided.",
}

local encoded_backslash = {
  kind = "enum", values = { "refuse", "keep" }, default = "refuse",
  noun = "way to treat %5C",
  doc = "Whether a path may have %5C; every reading of it is decided.",
}

local merge_slashes = {
  kind = "boolean", default = true,
  example = "merge_slashes = false",
  doc = "Whether a run of slashes in a path becomes one.",
}

local keep_fields = {
  kind = "choices", noun = "field that names another path, method or host",
  example = 'keep_fields = "X-HTTP-Method-Override"',
  values = {
    "X-Envoy-Original-Path", "X-HTTP-DestinationURL", "X-HTTP-Host-Override",
    "X-HTTP-Method", "X-HTTP-Method-Override", "X-Host", "X-Method-Override",
    "X-Original-Host", "X-Original-Method", "X-Original-Path",
    "X-Original-URI", "X-Original-URL", "X-Override-URL", "X-Rewrite-URI",
    "X-Rewrite-URL", "X-WAWS-Unencoded-URL",
  },
  doc = "Those that the upstream gets from clients; others are removed.",
}

local rule_fields = {
  certificate = certificate,
  trust = trust,
  identity = identity,
  late = late,
  upstream = upstream,
  forward = forward,
  upgrade = upgrade,
  client_close = client_close,
  limits = limits,
  timeouts = timeouts,
  why = why,
  tell = tell,
  shadow = {
    kind = "shadow", example = 'shadow = true, or before "2027-03-01"',
    doc = "Decide, count and log, but do not enforce.",
  },
  share = {
    kind = "share", example = 'share = percent(10, "client_ip")',
    doc = "For this share of the clients only, always the same ones.",
  },
  preflight = preflight,
  encoded_slash = encoded_slash,
  encoded_backslash = encoded_backslash,
  merge_slashes = merge_slashes,
  keep_fields = keep_fields,
}

local function rule(doc, example)
  return {
    inside = "site", named = "pattern", fields = rule_fields,
    doc = doc, example = example,
  }
end

local words = {
  gateway = {
    once = true,
    doc = "The process; every field has a default.",
    example = 'gateway { workers = 4 }',
    fields = {
      workers = {
        kind = "integer", min = 0, max = 1024, default = 0,
        doc = "Threads that serve; 0: one per core.",
      },
      http2 = {
        kind = "boolean", default = true,
        doc = "Sites speak HTTP/2 with clients that offer it.",
      },
      follow = {
        kind = "boolean", default = true,
        doc = "Whether renewed keys, certificates and lists are taken up.",
      },
      limits = {
        kind = "table", example = 'limits = { head = "32KiB" }',
        doc = "What one client may use.",
        fields = {
          head = {
            kind = "size", min = 1024, max = 1 << 20, default = "32KiB",
            doc = "Bytes of a head, of requests and of answers.",
          },
          fields = {
            kind = "integer", min = 1, max = 256, default = 100,
            doc = "Header fields of a request or an answer.",
          },
          uri = {
            kind = "size", min = 64, max = 1 << 20, default = "8KiB",
            doc = "Bytes of a request target.",
          },
          body = {
            kind = "size", min = 0, max = 1 << 50, default = 0,
            doc = "Bytes of a request body; 0: no limit.",
          },
          rate = {
            kind = "size", min = 0, max = 1 << 20, default = "240B",
            doc = "Bytes a second that a body must move, at least; 0: any.",
          },
          connections = {
            kind = "integer", min = 1, max = 10000000,
            doc = "Connections of the whole process.",
          },
          connections_per_address = {
            kind = "integer", min = 1, max = 10000000,
            doc = "Connections of one client address.",
          },
          choosing_per_address = {
            kind = "integer", min = 0, max = 10000000,
            doc = "Handshakes of one address that wait for a certificate.",
          },
          requests_per_connection = {
            kind = "integer", min = 0, max = 4294967295, default = 0,
            doc = "Requests until a connection is closed; 0: no limit.",
          },
          streams = {
            kind = "integer", min = 1, max = 1000, default = 100,
            doc = "Requests at once on one HTTP/2 connection.",
          },
          memory = {
            kind = "size", min = 1 << 20, max = 1 << 31,
            doc = "Bytes of a Lua state while it serves.",
          },
          instructions = {
            kind = "integer", min = 1000, max = 100000000,
            default = 100000, doc = "Lua instructions of one decision.",
          },
        },
      },
      timeouts = {
        kind = "table", example = 'timeouts = { handshake = "5s" }',
        doc = "How long each step may take.",
        fields = {
          handshake = {
            kind = "duration", min = 100, max = 600000, default = "5s",
            doc = "From accept to the end of the handshake.",
          },
          certificate = {
            kind = "duration", min = 100, max = 3600000, default = "60s",
            doc = "To choose a certificate, once one was asked for.",
          },
          head = {
            kind = "duration", min = 100, max = 600000, default = "10s",
            doc = "For a complete request head.",
          },
          body = {
            kind = "duration", min = 100, max = 86400000,
            doc = "For a part of a body: see `rate`.",
          },
          idle = {
            kind = "duration", min = 100, max = 86400000, default = "75s",
            doc = "Between two requests.",
          },
          connect = {
            kind = "duration", min = 100, max = 600000, default = "5s",
            doc = "To connect to the upstream.",
          },
          answer = {
            kind = "duration", min = 100, max = 86400000, default = "60s",
            doc = "For the head of the upstream's answer.",
          },
          stall = {
            kind = "duration", min = 100, max = 86400000, default = "60s",
            doc = "Without progress in the upstream's answer.",
          },
          resolve = {
            kind = "duration", min = 0, max = 86400000, default = "30s",
            doc = "How often names of upstreams are resolved again; 0: never.",
          },
          tunnel = {
            kind = "duration", min = 100, max = 86400000, default = "1h",
            doc = "Without a byte either way after a protocol switch.",
          },
          drain_delay = {
            kind = "duration", min = 0, max = 3600000, default = "0s",
            doc = "To go on accepting when the process stops.",
          },
          drain = {
            kind = "duration", min = 0, max = 86400000,
            doc = "For requests under way when the process stops.",
          },
        },
      },
      log = {
        kind = "table", example = 'log = { access = "access.log" }',
        doc = "What is written down.",
        fields = {
          access = { kind = "string", doc = "The file of the access log." },
          format = {
            kind = "enum", values = { "json", "w3c" }, default = "json",
            noun = "format", doc = "The form of its lines.",
          },
          certificate = {
            kind = "enum", values = { "full", "masked", "none" },
            default = "full", noun = "extent",
            doc = "What logs tell of clients' certificates.",
          },
          record = {
            kind = "string",
            doc = "The file that gets one line per decision, for yett impact.",
          },
          record_size = {
            kind = "size", min = 4096, max = 1 << 40, default = "64MiB",
            doc = "Bytes of one file of the record.",
          },
          record_files = {
            kind = "integer", min = 1, max = 1000, default = 8,
            doc = "Files of the record; the oldest is deleted.",
          },
          mask = {
            kind = "choices", noun = "fact", example = 'mask = "client_ip"',
            values = {
              "alpn", "certificate", "client_ip", "headers", "method", "path",
              "version",
            },
            doc = "Facts that the record leaves out.",
          },
        },
      },
      tickets = {
        kind = "table", example = 'tickets = { rotate = "6h" }',
        presets = { off = { off = true } },
        doc = "By which TLS sessions are resumed.",
        fields = {
          off = {
            kind = "boolean", default = false, doc = "Whether none are given.",
          },
          rotate = {
            kind = "duration", min = 1000, max = 604800000, default = "6h",
            doc = "How long one key seals them.",
          },
          keys = {
            kind = "string", example = 'keys = "tickets.keys"',
            doc = "The file of the keys that several gateways share.",
          },
        },
      },
      control = { later = true, doc = "The control socket." },
      user = { later = true, doc = "Whom to become after start-up." },
    },
  },
  listen = {
    named = "address", bare = true,
    doc = "A listener, for TLS unless it redirects.", example = 'listen "127.0.0.1:8443"',
    fields = {
      proxy_protocol = {
        kind = "table", example = 'proxy_protocol = { from = "10.0.0.0/8" }',
        doc = "Expect a head of the PROXY protocol on each connection.",
        fields = {
          from = {
            kind = "networks", needed = true, example = 'from = "10.0.0.0/8"',
            doc = "The load balancers; whoever else connects is closed.",
          },
        },
      },
      fd = {
        kind = "socket", example = 'fd = "web"',
        doc = "A socket that systemd opened, by its FileDescriptorName.",
      },
      redirect = {
        kind = "table", example = 'redirect = "https"',
        presets = { https = { } },
        doc = "Clear text, answered only with where the site is in https.",
        fields = {
          port = {
            kind = "integer", min = 1, max = 65535,
            example = "redirect = { port = 443 }",
            doc = "The port that clients reach https at; without one it is "
              .. "that of a listener.",
          },
        },
      },
    },
  },
  trust = {
    named = "name", doc = "Whom to believe.",
    example = 'trust "staff" { ca = "staff-ca.pem" }',
    fields = {
      ca = {
        kind = "files", required = true, example = 'ca = "staff-ca.pem"',
        doc = "Files of the authorities' certificates.",
      },
      crl = {
        kind = "files", example = 'crl = "staff.crl"',
        doc = "Files of their revocation lists.",
      },
      depth = {
        kind = "integer", min = 0, max = 10,
        doc = "Most certificates between the leaf and the authority.",
      },
      names = {
        kind = "boolean", default = true,
        doc = "Whether clients are told the names of the authorities.",
      },
      rsa_bits = {
        kind = "integer", min = 2048, max = 16384,
        doc = "Bits of the largest RSA key that is used (8192).",
      },
      spiffe = {
        kind = "domain", example = 'spiffe = "acme.example"',
        doc = "The trust domain a SPIFFE ID must be of.",
      },
    },
  },
  site = {
    named = "server name", doc = "One server name (SNI).",
    example = 'site "portal.example" { key = "portal", ... }',
    fields = {
      key = {
        kind = "keys", required = true, example = 'key = "demo/portal"',
        doc = "NAME for NAME.pem and NAME.key, or { cert =, key = }.",
      },
      http2 = {
        kind = "boolean", default = true,
        doc = "Speaks HTTP/2 with clients that offer it.",
      },
      tls_priority = {
        kind = "line", example = 'tls_priority = "SECURE192:-VERS-TLS1.2"',
        doc = "What TLS speaks here: a priority string of GnuTLS.",
      },
      certificate = certificate,
      trust = trust,
      handshake = {
        kind = "enum", values = { "auto", "never", "always" },
        default = "auto", noun = "way to ask",
        doc = "Whether the handshake asks; auto derives it from the paths.",
      },
      late = late,
      upstream = upstream,
      forward = forward,
      upgrade = upgrade,
      client_close = client_close,
      limits = limits,
      timeouts = timeouts,
      case = {
        kind = "enum", values = { "sensitive", "insensitive" },
        default = "sensitive", noun = "way to compare",
        doc = "Whether paths match without case.",
      },
      client_hello = {
        kind = "function", example = "client_hello = function(hello) ... end",
        doc = "Chooses, per connection, what the handshake asks.",
      },
      request = {
        kind = "function", example = "request = function(req) ... end",
        doc = "Decides one request.",
      },
      why = why,
      tell = tell,
      preflight = preflight,
      encoded_slash = encoded_slash,
      encoded_backslash = encoded_backslash,
      merge_slashes = merge_slashes,
      keep_fields = keep_fields,
    },
  },
  path = rule("This path and all below it.",
    'path "/admin" { certificate = "require" }'),
  exact = rule("This path only.", 'exact "/" { certificate = "none" }'),
  glob = rule("A path with stars, each for one segment.",
    'glob "/u/*/keys" { certificate = "require" }'),
  use = {
    doc = "A module of functions and presets.",
    example = 'local common = use "modules/common.lua"',
  },
}

-- Verdicts, by the function that may return them, with their fields.
local asked_for = { kind = "named trusts", example = 'trust = "staff"' }
local asked = { trust = asked_for, why = why }
local function status(min, max)
  return {
    kind = "integer", min = min, max = max, example = "status = " .. min + 3,
  }
end

local verdicts = {
  client_hello = {
    ask = { none = { why = why }, request = asked, require = asked },
    refuse = { fields = { why = why } },
  },
  request = {
    allow = { fields = { why = why } },
    deny = { fields = { status = status(400, 599), tell = tell, why = why } },
    need_certificate = {
      fields = { tell = tell, trust = asked_for, why = why },
    },
    redirect = {
      fields = {
        location = {
          kind = "location", example = 'location = "https://portal.example/"',
        },
        status = status(301, 308), why = why,
      },
    },
  },
}
local verdict_help = {
  client_hello = 'return ask.require { trust = "NAME" }, ask.request { }, '
    .. "ask.none(), or nothing to keep the declared rule",
  request = "return allow { }, deny { status = 403 }, need_certificate { }, "
    .. "or nothing to keep the declared rule",
}

-- Words a policy may use that are no declarations.
local values = {
  "allow", "ask", "before", "cidr", "data", "deny", "need_certificate",
  "percent", "redirect", "refuse", "set",
}

return {
  words = words,
  facts = read.facts,
  matchers = read.matchers,
  header = read.header,
  nothing = read.nothing,
  verdicts = verdicts,
  verdict_help = verdict_help,
  values = values,
}
