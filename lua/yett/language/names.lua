-- SPDX-License-Identifier: Apache-2.0
-- Names in a policy: server names, paths, addresses, upstreams. Each function
-- returns the canonical form, or nil, what is wrong, and how to write it.
-- The canonical forms themselves come from the host, so that a policy and a
-- request agree on them.

local names = {}

local most_segments = 64 -- of a rule; policy/path_segments.h says so, too

-- The canonical form of a name, or nil and what is wrong with it. Names that
-- are not ASCII need the host.
local function canonical_name(host, name)
  local lower = name:lower():gsub("%.$", "")

  if name:find("[\128-\255]") then
    if not utf8.len(name) then
      return nil, "it is not UTF-8"
    elseif not host.idn then
      return nil, "international names are not known here"
    end
    return host.idn(lower)
  elseif #lower == 0 or #lower > 253 then
    return nil, "it must have 1 to 253 characters"
  end
  for label in (lower .. "."):gmatch("([^.]*)%.") do
    if #label == 0 or #label > 63 then
      return nil, "a label has 1 to 63 characters"
    elseif not label:find("^[%w_-]+$") then
      return nil, string.format("no name has '%s'",
        label:match("[^%w_-]"))
    end
  end
  return lower
end

local function plain_path(path)
  local merged = path:gsub("/+", "/")

  if merged:find("/%.%.?/") or merged:find("/%.%.?$") then
    return nil, "must not contain '.' or '..' segments"
  end
  return merged
end

local function plain_address(text)
  local a, b, c, d = text:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")

  if a then
    local fits = true

    for _, byte in ipairs { a, b, c, d } do
      fits = fits and #byte <= 3 and tonumber(byte) < 256
    end
    return fits and text or nil
  end
  return text:find("^[%x:.]*:[%x:.]*$") and text:lower() or nil
end

-- Why a text can be none of a policy's: a message and a help; nothing when it
-- can. `what` is what it is called.
function names.text_fault(what, text)
  if text:find("\0", 1, true) then
    return names.nul(what, text)
  elseif not utf8.len(text) then
    return what .. " is not UTF-8", "save the file in that encoding"
  end
end

-- How to write what is no server name.
local function site_help(name)
  if name:find("^[~^]") or name:find("[$\\]") then
    return 'there are no patterns: "*.example" has one more label, "*" any name'
  elseif name:sub(1, 1) == "." then
    return string.format('write site "*%s", and site "%s" for the name itself',
      name, name:sub(2))
  elseif name == "_" or name == "" then
    return 'write site "*" for any other name'
  elseif name:find("[%s,]") then
    return "write a site for each name; what they share is a table that both "
      .. "name"
  end
  return 'write site "portal.example"'
end

local function host_part(name)
  return name:match("^%a[%w+.-]*://([^/:]+)") or name:match("^([^/:]+)[:/]")
end

-- What is wrong with a text that has a NUL, and how to cure it; nothing when it
-- has none. `what` is what the text is called.
function names.nul(what, text)
  local at = text:find("\0", 1, true)

  if at then
    return string.format("%s has a NUL, the byte of value 0, %s", what,
      at == 1 and "at its start"
        or string.format('behind "%s"', text:sub(1, at - 1))),
      "leave it out: for TLS, HTTP and the system a text ends there"
  end
end

-- site "NAME".
function names.site(host, name)
  local star, rest = "", name

  if name == "*" then
    return name
  elseif name:find("\0", 1, true) then
    return nil, names.nul("site", name)
  end
  if name:find("^%[?%x*:[%x:.]*%]?$") and name:find(":.*:") then
    return nil, "a site is a server name (SNI), never an address",
      'write site "*" for connections without a server name'
  end
  if name:find("://", 1, true) or name:find("[:/]") then
    local inner = host_part(name)

    return nil, "a site is a server name (SNI), without scheme or port",
      inner and string.format('write site "%s"', inner) or
      'write site "portal.example"'
  end
  if name:find("^%d+%.%d+%.%d+%.%d+$") then
    return nil, "a site is a server name (SNI), never an address",
      'write site "*" for connections without a server name'
  end
  if name:sub(1, 2) == "*." then
    star, rest = "*.", name:sub(3)
  end
  if rest:find("*", 1, true) then
    return nil, string.format(
      'site "%s": a star stands for the whole first label only', name),
      'write site "*.example", or site "*" for any other name'
  end
  local canonical, message = canonical_name(host, rest)

  if canonical == "_" then
    canonical, message = nil, "no client asks for it"
  end
  if not canonical then
    return nil, string.format('site "%s" is no server name: %s', name,
      message or "it is malformed"), site_help(name)
  end
  return star .. canonical
end

-- How to write a path that another server matches in another way; nil when it is
-- none of those.
local function path_help(path)
  local exact = path:match("^=%s*(/.*)$")
  local prefix = path:match("^%^~%s*(/.*)$")
  local variables, count = path:gsub("{[^/{}]*}", "*")

  if exact then
    return string.format('write exact "%s"', exact)
  elseif prefix then
    return string.format('write path "%s"', prefix)
  elseif path:find("^[~*]") then
    return "there are no patterns: path has all that is below, glob a star for "
      .. "one segment"
  elseif count > 0 and not variables:find("[^%w/._*-]") then
    return string.format('write glob "%s"', variables)
  elseif path:find("[(|)+\\]") then
    return 'there are no patterns: write glob "/users/*", or a path each'
  end
end

-- Whether a path has segments that are no names but steps.
local function has_steps(path)
  local plain = path:gsub("%%2[eE]", ".")

  return plain:find("/%.%.?/") or plain:find("/%.%.?$")
end

local function normal(host, word, path)
  local result, message = (host.normal_path or plain_path)(path)

  if result and has_steps(path) then
    return nil, string.format("%s \"%s\" has '.' or '..' segments: the paths "
      .. "of requests are compared without them", word, path),
      string.format('write %s "%s"', word, result)
  end
  if result and select(2, result:gsub("[^/]+", "")) > most_segments then
    return nil, string.format('%s "%s" has more than %d segments', word, path,
      most_segments), "match the first of them, and look at the rest in a "
        .. "request function"
  end
  if not result then
    local escaped = path:gsub('[^\33-\126]', function(byte)
      return string.format("%%%02X", byte:byte())
    end):gsub('["<>\\^`{|}%[%]]', function(byte)
      return string.format("%%%02X", byte:byte())
    end)

    return nil, string.format('%s "%s" %s', word, path,
      message or "is no path"), path_help(path) or escaped ~= path
        and string.format('write %s "%s"', word, escaped) or nil
  end
  if #result > 1 and word ~= "exact" then
    result = result:gsub("/+$", "")
    result = result == "" and "/" or result
  end
  return result
end

-- path "/p", exact "/p", glob "/u/*/keys".
function names.path(host, word, path)
  if path:find("\0", 1, true) then
    return nil, names.nul(word, path)
  elseif path:sub(1, 1) ~= "/" then
    return nil, string.format("%s \"%s\" must start with '/'", word, path),
      path_help(path) or string.format('write %s "/%s"', word,
        (path:gsub("\\", "/"):gsub("^%a[%w+.-]*://[^/]*/?", "")
          :gsub("^[/^]+", ""):gsub("%$$", "")))
  end
  if path:find("[?#]") then
    return nil, string.format('%s "%s" has a query: only the path is matched',
      word, path), string.format('write %s "%s"', word,
        path:match("^[^?#]*"))
  end
  if path:find(";", 1, true) then
    return nil, string.format("%s \"%s\" has a ';': a segment is matched "
      .. "only up to it", word, path), string.format('write %s "%s"', word,
        (path:gsub(";[^/]*", "")))
  end
  if word ~= "glob" then
    return normal(host, word, path)
  end
  if not path:find("*", 1, true) then
    return nil, string.format('glob "%s" has no star', path),
      string.format('write path "%s" or exact "%s"', path, path)
  end
  for segment in path:gmatch("[^/]+") do
    if segment:find("*", 1, true) and segment ~= "*" then
      local before = path:match("^(/[^*]*)/%*%*$")

      return nil, string.format('glob "%s": a star stands for one whole '
        .. 'segment', path), before and string.format(
          'write path "%s": it has all that is below', before)
        or segment:find("^%*[^*]+$") and string.format('write glob "%s", and '
          .. 'ask req.path:ends_with("%s") in a request function',
          (path:gsub("%*[^/]+", "*")), segment:sub(2))
        or 'write glob "/u/*/keys"'
    end
  end
  return normal(host, word, path)
end

-- How to write an address to listen at.
local function listen_help(text)
  local address, port = text:match("^(.*):(%d+)$")
  local services = { http = 80, https = 443 }

  if text:find("^%d+$") then
    return string.format('write listen "0.0.0.0:%s" for all of IPv4, '
      .. 'listen "[::]:%s" for all of IPv6', text, text)
  elseif text:find("^unix:") or text:find("^/") then
    return 'clients come over TCP: write listen "127.0.0.1:8443"'
  elseif text:find("^%a+://") then
    return string.format('write listen "%s" without scheme and path',
      text:match("^%a+://([^/]*)"))
  elseif text:find("%", 1, true) then
    return "an address has no zone here: listen at all of them, as in "
      .. 'listen "[::]:8443"'
  elseif address and address:find("^[%x:.]*:[%x:.]*$") then
    return string.format('an address of IPv6 stands in brackets: write '
      .. 'listen "[%s]:%s"', address, port)
  elseif text:find("^%[?[%x:.]+%]?$") and not text:find("^[^:]*:[^:]*$") then
    return string.format('add the port: listen "%s:8443"',
      text:find("^[^%[]*:") and "[" .. text .. "]" or text)
  elseif services[text:match(":(%l+)$") or ""] then
    return string.format('ports are numbers: write listen "%s:%d"',
      text:match("^(.*):"), services[text:match(":(%l+)$")])
  elseif address == "localhost" then
    return string.format('write listen "127.0.0.1:%s" or listen "[::1]:%s"',
      port, port)
  end
  return 'write listen "127.0.0.1:8443" or listen "[::1]:8443"'
end

-- listen "ADDRESS:PORT": returns the address and the port.
function names.listen(host, text)
  if text:find("\0", 1, true) then
    return nil, names.nul("listen", text)
  end
  local address, port = text:match("^%[(.*)%]:(%d+)$")
  local help = listen_help(text)

  if not address then
    address, port = text:match("^([^:]*):(%d+)$")
  end
  if not address then
    return nil, string.format('listen "%s" is not ADDRESS:PORT', text), help
  end
  if #port > 5 or tonumber(port) > 65535 then
    return nil, string.format('listen "%s": there is no port %s', text, port),
      "ports are 0 to 65535"
  end
  if address == "*" or address == "" then
    return nil, string.format('listen "%s" needs an address', text),
      string.format('write listen "0.0.0.0:%s" for all of IPv4, '
        .. 'listen "[::]:%s" for all of IPv6', port, port)
  end
  local canonical = (host.address or plain_address)(address)

  if not canonical then
    return nil, string.format('listen "%s": "%s" is no numeric address', text,
      address), help
  end
  return canonical, math.tointeger(tonumber(port))
end

-- How to write an upstream that is malformed.
local function upstream_help(text)
  local scheme, rest = text:match("^(%a[%w+.-]*):/*(.*)$")
  local known = scheme and ({ http = "http", https = "https", ws = "http",
    wss = "https" })[scheme:lower()]

  if text:find("^https?://unix:/.") then
    return string.format('write "unix:%s"',
      text:match("^https?://unix:([^:]*)"))
  elseif text:find("[%s,]") then
    return 'a list is written { "http://10.0.0.7", "http://10.0.0.8" }'
  elseif text:find("^/[^/]") then
    return string.format('write "unix:%s"', text)
  elseif text:find("^https?://[%x:]*:[%x:]*:[%x:]*$") then
    return 'an address of IPv6 stands in brackets: write "http://[::1]:8080"'
  elseif known and text:find("@", 1, true) then
    return "requests go on as they are: an upstream has no user and no password"
  elseif known and rest:find("^[%w][%w.-]*$") or known and known ~= scheme
      and rest:find("^[%w][%w.-]*:?%d*$") then
    return string.format('write "%s://%s"', known, rest)
  elseif text:find("^/*[%w][%w.-]*:?%d*$") or text:find("^:%d+$") then
    return string.format('write "http://%s"', (text:gsub("^/+", "")
      :gsub("^:", "127.0.0.1:")))
  elseif scheme and not known and text:find("://", 1, true) then
    return string.format('upstreams speak HTTP/1.1, and no "%s": write '
      .. '"http://HOST:PORT" or "https://HOST:PORT"', scheme)
  end
  return 'write "http://127.0.0.1:8080", "https://backend.example" or '
    .. '"unix:/run/app.sock"'
end

local function read_upstream(text)
  local scheme, rest = text:match("^(https?)://(.+)$")

  if rest then
    rest = rest:gsub("/$", "")
    local path = rest:match("(/.*)$")
    local name, port = rest:match("^(%[[%x:.]+%]):?(%d*)")

    if not name then
      name, port = rest:match("^([^:/]+):?(%d*)")
    end
    if path and not rest:find("^unix:") and not text:find("[%s,]") then
      return nil, string.format('upstream "%s" has a path', text),
        string.format('write "%s://%s": requests keep their own path',
          scheme, rest:match("^[^/]*"))
    end
    if not name or name:find("[^%w._%[%]:-]") or (port ~= "" and
        (#port > 5 or tonumber(port) > 65535 or tonumber(port) == 0)) or
        rest ~= name .. (port ~= "" and ":" .. port or "") then
      return nil, string.format('upstream "%s" is not %s://HOST:PORT', text,
        scheme)
    end
    return text
  end
  if text:find("^unix:[^/]") then
    return nil, string.format(
      'upstream "%s": a socket is named by its whole path', text),
      string.format('write "unix:/%s"', text:sub(6))
  end
  if text:find("^unix:/.") or text:find("^app:[%w_-]+$") then
    return text
  end
  return nil, string.format('upstream "%s" is none we know', text)
end

-- An upstream: returns it as written. Whether it answers is another matter.
function names.upstream(_, text)
  local result, message, help = read_upstream(text)

  return result, message, help or not result and upstream_help(text) or nil
end

return names
