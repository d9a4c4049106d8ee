-- SPDX-License-Identifier: Apache-2.0
-- The kinds of field values: value_types.NAME(spec, value, cursor) returns the
-- value in normal form, or nil after telling the cursor what is wrong.
-- The path of a cursor names the field: see field_check.lua.

local did_you_mean = require "yett.diagnosis.did_you_mean"
local foreign_words = require "yett.diagnosis.foreign_words"
local names = require "yett.language.names"
local sorted_keys = require "yett.text.sorted_keys"
local units = require "yett.language.units"

local value_types = {}

local articles = {
  string = "a string", number = "a number", boolean = "a boolean",
  table = "a table", ["function"] = "a function", userdata = "a matcher",
  ["nil"] = "nothing",
}

local function shown(value)
  if type(value) == "string" then
    return string.format('"%s"', value)
  end
  return tostring(value)
end

-- E107: the type is wrong. `wanted` reads "a table".
local function wrong_type(spec, value, cursor, wanted, example)
  local help = example or spec.example

  help = help and "write " .. help

  cursor:wrong("E107", string.format("%s must be %s, got %s", cursor:name(),
    wanted, tostring(value):find "^verdict: " and "a verdict"
      or articles[type(value)] or type(value)), help)
end
value_types.wrong_type = wrong_type

function value_types.string(spec, value, cursor)
  if type(value) ~= "string" then
    return wrong_type(spec, value, cursor, "a string")
  end
  local message, help = names.text_fault(cursor:name(), value)

  if message then
    return cursor:wrong("E108", message, help)
  end
  return value
end

-- A string that ends up in a header or a log line.
function value_types.line(spec, value, cursor)
  local text = value_types.string(spec, value, cursor)

  if text and text:find("%c") then
    return cursor:wrong("E108", cursor:name()
      .. " must be one line, without control characters")
  end
  return text
end

function value_types.boolean(spec, value, cursor)
  if type(value) ~= "boolean" then
    return wrong_type(spec, value, cursor, "true or false")
  end
  return value
end

value_types["function"] = function(spec, value, cursor)
  if type(value) ~= "function" then
    return wrong_type(spec, value, cursor, "a function")
  end
  return value
end

-- E108 unless min <= number <= max; `write` makes text of a bound.
local function bounded(spec, number, cursor, text, write)
  if number < spec.min or number > spec.max then
    return cursor:wrong("E108", string.format("%s = %s is out of range",
      cursor:name(), text), string.format("from %s to %s", write(spec.min),
      write(spec.max)))
  end
  return number
end

function value_types.integer(spec, value, cursor)
  local number = type(value) == "number" and math.tointeger(value)

  if type(value) ~= "number" then
    return wrong_type(spec, value, cursor, "a number", type(value) == "string"
      and tonumber(value) and string.format("%s = %s", cursor:name(), value)
      or spec.example or string.format("%s = %d", cursor:name(),
        spec.default or math.max(spec.min, 1)))
  elseif not number then
    return cursor:wrong("E108", cursor:name() .. " must be a whole number")
  end
  local function write(bound)
    return string.format(spec.format or "%d", bound)
  end

  return bounded(spec, number, cursor, write(number), write)
end

local function with_unit(kind, example)
  return function(spec, value, cursor)
    local number = value

    if value ~= 0 then
      if type(value) == "number" and value > 0 then
        return cursor:wrong("E107", string.format(
          "%s needs a unit (%s)", cursor:name(), units.names[kind]),
          string.format("write %s = %s", cursor:name(),
            example(value < spec.min and kind == "size" and value * 1024
              or value)))
      elseif type(value) ~= "string" and type(value) ~= "number" then
        return wrong_type(spec, value, cursor, "a " .. kind)
      end
      number = type(value) == "number" and value or units.parse(kind, value)
      if not number then
        return cursor:wrong("E108", string.format('%s = "%s" is no %s',
          cursor:name(), value, kind), string.format(
          "a whole number and a unit (%s), as in %s", units.names[kind],
          kind == "size" and '"64KiB"' or '"30s"'))
      end
    end
    return bounded(spec, number, cursor, shown(value), function(bound)
      return string.format('"%s"', units.write(kind, bound))
    end)
  end
end

value_types.duration = with_unit("duration", function(number)
  return string.format('"%.0fs"', number)
end)
value_types.size = with_unit("size", function(number)
  return number >= 1024 and number % 1024 == 0
    and string.format('"%.0fKiB"', number // 1024)
    or string.format('"%.0fB"', number)
end)

function value_types.enum(spec, value, cursor)
  if spec.also and spec.also[value] ~= nil then
    return spec.also[value]
  end
  if type(value) ~= "string" then
    local fits = spec.values[#spec.values]

    for _, known in ipairs(spec.values) do
      fits = known == tostring(value) and known or fits
    end
    return wrong_type({ example = spec.example or string.format('%s = "%s"',
      cursor:name(), fits) }, value, cursor,
      'one of "' .. table.concat(spec.values, '", "') .. '"')
  end
  for _, known in ipairs(spec.values) do
    if value == known then
      return value
    end
  end
  local list = table.concat(spec.values, ", ")

  local meant = did_you_mean(value, spec.values)
    or (foreign_words.values[cursor:name()] or {})[value:lower()]

  cursor:wrong("E102", string.format('%s = "%s" is not a %s', cursor:name(),
    value, spec.noun or "value"), meant and string.format(
    'did you mean "%s"? (%s)', meant, list) or "one of " .. list)
end

-- One string or a list of them, each through `each(text)`, which returns the
-- normal form or nil, message, help, code.
local function list_of(spec, value, cursor, noun, each)
  local list, failed = {}, false

  if type(value) == "string" then
    value = { value }
  elseif type(value) ~= "table" then
    return wrong_type(spec, value, cursor, "a string or a list of strings")
  elseif type(rawget(value, "word")) == "string" then
    return cursor:wrong("E117", string.format(
      '%s "%s" stands where its name belongs', value.word, value.name),
      string.format('declare it above, and write %s = "%s" here',
        cursor:name(), value.name))
  end
  if next(value) == nil then
    return cursor:wrong("E108", cursor:name() .. " is an empty list",
      spec.example and "write " .. spec.example)
  end
  for key, text in pairs(value) do
    if math.type(key) ~= "integer" or type(text) ~= "string" then
      return cursor:wrong("E107", string.format(
        "%s must be a string or a list of strings", cursor:name()),
        spec.example and "write " .. spec.example, key)
    end
  end
  for i, text in ipairs(value) do
    local result, message, help, code

    if text == "" then
      message = string.format("%s has an empty %s", cursor:name(), noun)
    else
      message, help = names.text_fault(cursor:name(), text)
    end
    if not message then
      result, message, help, code = each(text)
    end
    if not result then
      cursor:wrong(code or "E108", message, help, i)
      failed = true
    end
    list[i] = result
  end
  return not failed and list or nil
end

local function itself(text)
  return text
end

function value_types.names(spec, value, cursor)
  return list_of(spec, value, cursor, "name", itself)
end

-- Words of spec.values.
function value_types.choices(spec, value, cursor)
  return list_of(spec, value, cursor, spec.noun, function(text)
    for _, known in ipairs(spec.values) do
      if text == known then
        return text
      end
    end
    local meant = did_you_mean(text, spec.values)

    return nil, string.format('"%s" is not a %s', text, spec.noun), meant
      and string.format('did you mean "%s"?', meant)
      or "one of " .. table.concat(spec.values, ", "), "E102"
  end)
end

function value_types.files(spec, value, cursor)
  return list_of(spec, value, cursor, "file name", function(text)
    if text:find("-----BEGIN", 1, true) then
      return nil, cursor:name() .. " is the name of a file, not what is in it",
        "write that into a file, and name it: " .. spec.example
    end
    return text
  end)
end

-- Where requests go: addresses alone. field_check.lua has what stands beside them.
function value_types.targets(spec, value, cursor)
  if type(value) == "table" and #value > 64 then
    return cursor:wrong("E108", cursor:name() .. " has more than 64 addresses",
      "give them one name that resolves to all of them")
  end
  return list_of(spec, value, cursor, "address", function(text)
    local result, message, help, code = names.upstream(cursor.host, text)

    return result, message, help, code or "E112"
  end)
end

-- Networks and addresses, or a cidr {} of them.
function value_types.networks(spec, value, cursor)
  local cidr = cursor.host.cidr

  return list_of(spec, cursor.texts[value] or value, cursor, "network",
    function(text)
      local made, message = text, nil

      if cidr then
        made, message = cidr { text }
      end
      return made and text, message, spec.example and "write " .. spec.example,
        "E122"
    end)
end

function value_types.globs(spec, value, cursor)
  return list_of(spec, cursor.texts[value] or value, cursor, "pattern",
    function(text)
      if spec.prefix and text:sub(1, #spec.prefix) ~= spec.prefix then
        return nil, string.format('%s = "%s" must start with "%s"',
          cursor:name(), text, spec.prefix), string.format('write "%s%s"',
          spec.prefix, text), "E113"
      end
      if text:find("%c") then
        return nil, cursor:name() .. " has a control character", nil, "E113"
      end
      return text
    end)
end

function value_types.fingerprints(spec, value, cursor)
  return list_of(spec, cursor.texts[value] or value, cursor, "fingerprint",
    function(text)
      local digits = text:gsub("[: ]", ""):lower()

      if #digits ~= 64 or digits:find("%X") then
        return nil, string.format(
          'fingerprint = "%s" is not 64 hexadecimal digits', text),
          "it is the SHA-256 of the certificate: openssl x509 -noout "
            .. "-fingerprint -sha256 -in cert.pem", "E113"
      end
      return digits
    end)
end

-- The name that a server's certificate must have: a host or an address.
function value_types.host(spec, value, cursor)
  local text = value_types.string(spec, value, cursor)

  if text and (#text > 253 or not (text:find("^[%w_-][%w._-]*$")
      or text:find("^[%x:.]+$")) or text:find("..", 1, true)
      or text:find("%.$")) then
    return cursor:wrong("E108", string.format(
      '%s = "%s" is no host name or address', cursor:name(), text),
      "write " .. spec.example)
  end
  return text and text:lower()
end

function value_types.domain(spec, value, cursor)
  local text = value_types.string(spec, value, cursor)

  if text and not text:find("^[%l%d._-]+$") then
    return cursor:wrong("E108", string.format(
      '%s = "%s" is no trust domain', cursor:name(), text),
      "write " .. spec.example)
  end
  return text
end

-- The name of a socket, as systemd allows it.
function value_types.socket(spec, value, cursor)
  local text = value_types.string(spec, value, cursor)

  if text and (#text == 0 or #text > 255 or text:find("[^ -~]")
      or text:find(":", 1, true)) then
    return cursor:wrong("E108", string.format('%s = "%s" is no name of a '
      .. "socket", cursor:name(), text), "write " .. spec.example)
  end
  return text
end

-- The trusts of a verdict, when they are neither a name nor a list.
value_types["named trusts"] = function(spec, value, cursor)
  return wrong_type(spec, value, cursor, "a name or a list of names")
end

-- Where a redirect leads: it becomes a header, so visible ASCII only.
function value_types.location(spec, value, cursor)
  local text = value_types.string(spec, value, cursor)

  if text and text:find("[^!-~]") then
    return cursor:wrong("E108", cursor:name() .. " must be visible ASCII",
      "write everything else percent-encoded, as in %20 for a space")
  elseif text and not text:find("^https://") and not text:find("^/") then
    return cursor:wrong("E108", string.format('%s = "%s" is no location',
      cursor:name(), text), "it starts with https:// or with /")
  end
  return text
end

-- A table with these members and no others.
local function has_only(value, ...)
  local count = 0

  for _ in pairs(value) do
    count = count + 1
  end
  for _, name in ipairs { ... } do
    count = value[name] ~= nil and count - 1 or count + 1
  end
  return count == 0
end

-- true, or what before "DATE" made.
function value_types.shadow(spec, value, cursor)
  if value == true then
    return { seconds = math.maxinteger }
  elseif value == false then
    return nil
  elseif type(value) ~= "table" or not has_only(value, "before") then
    return wrong_type(spec, value, cursor, 'true or before "DATE"')
  end
  local date = value.before
  local seconds = type(date) == "string" and units.date(date)

  if date == cursor.unknown then
    return nil
  elseif not seconds then
    return cursor:wrong("E108", string.format("%s is before no date, but %s",
      cursor:name(), shown(date)),
      'write before "2027-03-01" or before "2027-03-01T12:00:00Z"')
  end
  return { before = date, seconds = seconds }
end

-- What percent(N, "client_ip") made.
function value_types.share(spec, value, cursor)
  local number = type(value) == "table" and value.percent

  if number == cursor.unknown and number ~= nil then
    return nil
  elseif type(value) ~= "table" or type(number) ~= "number" then
    return wrong_type(spec, value, cursor, "made by percent")
  elseif value.of ~= "client_ip" or not has_only(value, "percent", "of") then
    return cursor:wrong("E108", string.format(
      "%s is by client_ip, not by %s", cursor:name(), value.of == nil
        and "nothing" or shown(value.of)), "write " .. spec.example)
  elseif not math.tointeger(number) or number < 0 or number > 100 then
    return cursor:wrong("E108", string.format("%s of %s per cent",
      cursor:name(), shown(number)), "a whole number from 0 to 100")
  end
  return { percent = math.tointeger(number), of = value.of }
end

-- What is wrong with the part of a location behind its host; nil: nothing.
local function tail_fault(tail)
  local literal = tail:gsub("{query}$", ""):gsub("{path}$", "")

  if literal:find("[{}]") then
    return "has braces that are neither {path} nor {query} at its end"
  elseif literal:find("[^%w/:@!$&'()*+,;=%%?._~-]") then
    return "has a character that no URI has"
  elseif literal:gsub("%%%x%x", ""):find("%", 1, true) then
    return "has a % without two hexadecimal digits"
  elseif literal ~= "" and literal:sub(1, 1) ~= "/" then
    return "has no / behind the name"
  elseif literal:find("?", 1, true) and literal ~= tail then
    return "has a query of its own beside {path} or {query}"
  elseif literal:find("/$") and tail:find("{path}", 1, true) then
    return "has a / before {path}, which begins with one"
  end
end

-- A location with a literal host: "https://NAME[:PORT]/WHERE{path}{query}".
function value_types.target(spec, value, cursor)
  local text = value_types.string(spec, value, cursor)
  local host, port, tail = (text or ""):match(
    "^https://([^/:{?#]+)(:?%d*)(.*)$")
  local name = host and names.site(cursor.host, host)
  local fault = tail and tail_fault(tail)

  if not text then
    return nil
  elseif not name or name:find("*", 1, true) then
    fault = "does not begin with https:// and a name"
  elseif port == ":" or #port > 6
      or port ~= "" and not ((math.tointeger(port:sub(2)) or 0) > 0
        and math.tointeger(port:sub(2)) < 65536) then
    fault = "has no port from 1 to 65535"
  end
  if fault then
    return cursor:wrong("E124", string.format('%s = "%s" %s', cursor:name(),
      text, fault), "write " .. spec.example)
  end
  return "https://" .. name .. port .. tail
end

-- Header fields that the gateway writes itself; a second one would contradict
-- it, or end the answer elsewhere. site_check.c refuses them, too.
local own_headers = {
  connection = true, ["content-length"] = true, ["content-type"] = true,
  date = true, host = true, ["http2-settings"] = true, ["keep-alive"] = true,
  ["proxy-authenticate"] = true, ["proxy-authorization"] = true,
  ["proxy-connection"] = true, te = true, trailer = true,
  ["transfer-encoding"] = true, upgrade = true,
}
local own_header_help = {
  connection = "write close = true, or false, beside headers",
  ["content-type"] = "it follows from the answer; the type of the problem "
    .. 'document is type = "URI", beside headers',
}

-- Why the header `name` = `text` cannot be sent: a message and a help.
local function header_fault(spec, name, text)
  local known = name:lower():gsub("_", "-")

  if not name:find("^[%w!#$%%&'*+.^_`|~-]+$") then
    return string.format("%s is no header name", shown(name)),
      "write " .. spec.example
  elseif own_headers[known] or known:find("^yett%-") then
    return string.format("header %s is the gateway's own", name),
      own_header_help[known] or "leave it out"
  elseif type(text) == "string" and names.text_fault("header", text) then
    return names.text_fault("header " .. name, text)
  elseif type(text) ~= "string" or text:find("%c") then
    return string.format("header %s must be one line of text", name),
      "write " .. spec.example
  end
end

-- { ["Retry-After"] = "5" } to { { name =, value = } }, sorted by name.
function value_types.headers(spec, value, cursor)
  local list, failed = {}, false

  if type(value) ~= "table" then
    return wrong_type(spec, value, cursor, "a table")
  end
  for key in pairs(value) do
    if type(key) ~= "string" then
      return cursor:wrong("E108", string.format("%s is no header name",
        shown(key)), "write " .. spec.example, key)
    end
  end
  for i, name in ipairs(sorted_keys(value)) do
    local message, help = header_fault(spec, name, value[name])

    if message then
      cursor:wrong("E108", message, help, name)
      failed = true
    end
    list[i] = { name = name, value = value[name] }
  end
  return not failed and list or nil
end

for name, kind in pairs(require "yett.check.certificate_types") do
  value_types[name] = kind
end

return value_types
