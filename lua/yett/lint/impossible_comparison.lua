-- SPDX-License-Identifier: Apache-2.0
-- Finds comparisons that can never be true: of a fact with a text that no
-- client sends in that form, or with a value of another type. A reader takes
-- such a line for a rule, and it has no effect.

local did_you_mean = require "yett.diagnosis.did_you_mean"
local names = require "yett.language.names"

local impossible_comparison = {}

-- What clients send (IANA's registries); others may exist.
local methods = {
  GET = true, HEAD = true, POST = true, PUT = true, DELETE = true,
  OPTIONS = true, PATCH = true, PROPFIND = true, PROPPATCH = true,
  MKCOL = true, COPY = true, MOVE = true, LOCK = true, UNLOCK = true,
  REPORT = true, SEARCH = true, LINK = true, UNLINK = true, MERGE = true,
  BIND = true, REBIND = true, UNBIND = true, ACL = true, LABEL = true,
  CHECKIN = true, CHECKOUT = true, UNCHECKOUT = true, UPDATE = true,
  MKACTIVITY = true, MKCALENDAR = true, MKWORKSPACE = true, PRI = true,
  ["VERSION-CONTROL"] = true, ["BASELINE-CONTROL"] = true,
  ORDERPATCH = true, MKREDIRECTREF = true, UPDATEREDIRECTREF = true,
  QUERY = true, PURGE = true,
}
local protocols = {
  ["http/0.9"] = true, ["http/1.0"] = true, ["http/1.1"] = true, h2 = true,
  h2c = true, h3 = true, ["spdy/1"] = true, ["spdy/2"] = true,
  ["spdy/3"] = true, ["stun.turn"] = true, ["stun.nat-discovery"] = true,
  webrtc = true, ["c-webrtc"] = true, ftp = true, imap = true, pop3 = true,
  managesieve = true, coap = true, co = true, ["xmpp-client"] = true,
  ["xmpp-server"] = true, ["acme-tls/1"] = true, mqtt = true, dot = true,
  doq = true, ["ntske/1"] = true, sunrpc = true, irc = true, nntp = true,
  nnsp = true, smb = true, sip = true, ["sip/2"] = true, ["tds/8.0"] = true,
  dicom = true, postgresql = true, ["radius/1.0"] = true,
  ["radius/1.1"] = true,
}

local function quoted(text)
  return string.format('write "%s"', text)
end

-- By form: what is wrong with a text, and how to write it; nothing when some
-- client may send it.
local forms = {}

function forms.text() end

function forms.method(text)
  local upper = text:upper()

  if text:find("[^%w!#$%%&'*+.^_`|~-]") or text == "" then
    return "no method is written so", 'write "GET"'
  elseif text == "CONNECT" or text == "TRACE" then
    return "it is refused with 405 before any function",
      "leave it out"
  elseif upper ~= text and methods[upper] then
    return "methods are in upper case", quoted(upper)
  elseif not methods[text] then
    local meant = did_you_mean(text, methods)

    return meant and "no client sends that method",
      meant and string.format('did you mean "%s"?', meant)
  end
end

function forms.name(text, host)
  if text == "" then
    return
  end
  local canonical, message = names.site(host, text)

  if text:find("*", 1, true) then
    return "a star stands for nothing here",
      'use :under "example.org" or a glob'
  elseif not canonical then
    return (message or "it is no server name"):gsub('^site ".-" ', "it "),
      'write it as site "NAME" does, as in "portal.example"'
  elseif canonical ~= text then
    return "names are in lower case, in ASCII, without a dot at the end",
      quoted(canonical)
  end
end

-- A host may be an address, which no server name is.
function forms.host(text, host)
  local bare = text:gsub("^%[(.*)%]$", "%1")

  if host.address and host.address(bare) then
    return
  elseif text:find(":%d+$") then
    return "a host is told without its port", quoted((text:gsub(":%d+$", "")))
  end
  return forms.name(text, host)
end

function forms.path(text, host)
  if text:find(";", 1, true) then
    return
  elseif text:sub(1, 1) ~= "/" then
    return "a path starts with '/'", quoted("/" .. text)
  end
  local canonical = names.path(host, "exact", text)

  if text:find("[?#]") then
    return "a path has no query", quoted(text:match "^[^?#]*")
  elseif not canonical then
    return "no path has that form", 'write it as path "..." { } does'
  elseif canonical ~= text then
    return "paths are compared in normal form", quoted(canonical)
  end
end

function forms.address(text, host)
  local canonical = not host.address and text or host.address(text)

  if text:find("/", 1, true) then
    return "an address is no network", "use cidr { \"" .. text
      .. "\" } and :contains(address)"
  elseif not canonical then
    return "it is no numeric address", 'write "192.0.2.7" or "2001:db8::7"'
  elseif canonical ~= text then
    return "addresses are in their shortest form", quoted(canonical)
  end
end

function forms.version(text)
  if text ~= "1.2" and text ~= "1.3" then
    return "there are two versions", 'write "1.2" or "1.3"'
  end
end

function forms.fingerprint(text)
  local digits = text:gsub("[: ]", ""):lower()

  if #digits ~= 64 or digits:find "%X" then
    return "it is a SHA-256", "write 64 hexadecimal digits in lower case"
  elseif digits ~= text then
    return "it is in lower case, without colons", quoted(digits)
  end
end

function forms.serial(text)
  local digits = text:gsub("[: ]", ""):lower()

  if digits:find "%X" or digits == "" then
    return "it is a hexadecimal number", "write its digits in lower case"
  elseif digits ~= text then
    return "it is in lower case, without colons", quoted(digits)
  end
end

function forms.spiffe(text)
  if text:sub(1, 9) ~= "spiffe://" then
    return 'it starts with "spiffe://"', quoted("spiffe://" .. text)
  end
end

-- One label of a name, or the start of one.
function forms.label(text)
  if text:find "%u" then
    return "names are in lower case", quoted(text:lower())
  elseif text:find(".", 1, true) then
    return "a label has no dot", quoted(text:match "^[^.]*")
  end
end

function forms.lower(text)
  if text:find "%u" then
    return "it has no upper case", quoted(text:lower())
  end
end

function forms.upper(text)
  if text:find "%l" then
    return "it has no lower case", quoted(text:upper())
  end
end

function forms.alpn(text)
  if not protocols[text] then
    local version = text:lower():match "^http/?(%d)"
    local meant = protocols[text:lower()] and text:lower()
      or version and version ~= "1" and protocols["h" .. version]
        and "h" .. version
      or version == "1" and "http/1.1" or did_you_mean(text, protocols)

    return meant and "no client offers that protocol",
      meant and string.format('did you mean "%s"?', meant)
  end
end

-- What a text must begin with to be found with :under or :starts_with.
function forms.beginning(text)
  if text:sub(1, 1) ~= "/" then
    return "a path starts with '/'", quoted("/" .. text)
  elseif text:find("[?#]") then
    return "a path has no query", quoted(text:match "^[^?#]*")
  end
end

-- What is wrong with the text `text` where a fact of `form` is compared with
-- it, and how to write it; nil when nothing is.
function impossible_comparison.text(form, text, host)
  return forms[form](text, host)
end

local types = {
  number = true, ["true"] = true, ["false"] = true, table = true,
  ["function"] = true, string = true, ["nil"] = true,
}
local lists = {
  alpn = 'use :offers_alpn "h2"', dns = "use :dns_matches",
  email = "use :email_matches", uri = "use :uri_matches",
}

-- The same for the value of another type at `node`; `fact` is the schema of the
-- fact, `name` what it is called.
function impossible_comparison.type(fact, node, name)
  local kind = node.kind

  if not types[kind] then
    return nil
  elseif fact == "string[]" or fact == "table<string, string>" then
    return "it is a list", lists[name] or "look at what is in it"
  elseif fact == "integer" then
    return kind ~= "number" and "it is a number", tonumber(node.value)
      and "write " .. node.value or "write a number"
  elseif fact == "boolean" then
    return kind ~= "true" and kind ~= "false" and "it is true or false",
      "use it alone, or with 'not'"
  elseif fact.form == "certificate" then
    return kind ~= "nil" and "it is a certificate, or nothing",
      string.format("ask whether there is one: if req.%s then", name)
  elseif kind == "nil" then
    return not fact.optional and "it is always there",
      fact.form == "name" and 'without a name it is ""' or "leave it out"
  end
  return kind ~= "string" and "it is a text", kind == "number"
    and quoted(node.value) or 'write "..."'
end

-- The form of what a method of a text of `form` returns; or, for one that
-- compares, the form of its argument.
impossible_comparison.results = {
  lower = "lower", upper = "upper", label = "label",
}
impossible_comparison.arguments = {
  path = { under = "beginning", starts_with = "beginning" },
  name = { under = "name", starts_with = "lower", ends_with = "lower" },
  host = { under = "name", starts_with = "lower", ends_with = "lower" },
}

return impossible_comparison
