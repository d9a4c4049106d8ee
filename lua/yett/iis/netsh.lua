-- SPDX-License-Identifier: Apache-2.0
-- Reads the output of `netsh http show sslcert`, of any Windows version, by
-- its labels: spacing, order, labels nobody knows and missing tails do not
-- matter. Labels in other languages are told, never guessed.
--
-- netsh(name, text) returns the bindings and notes, or nil when the text is
-- no such output. A binding is { kind, key, address or host, port, line } and,
-- as far as it says so, negotiate, revocation, usage, mapper, reject,
-- tls13_off, hash and ctl_store.

-- What starts a binding.
local keys = {
  ["ip:port"] = "address",
  ["hostname:port"] = "host",
  ["central certificate store"] = "central",
}

-- What is read of it; the values are ours.
local fields = {
  ["certificate hash"] = "hash",
  ["verify client certificate revocation"] = "revocation",
  ["negotiate client certificate"] = "negotiate",
  ["ctl store name"] = "ctl_store",
  ["usage check"] = "usage",
  ["ds mapper usage"] = "mapper",
  ["reject connections"] = "reject",
  ["disable tls1.3"] = "tls13_off",
}

-- What two groups of labels answer.
local switches = {
  ["enabled"] = true, ["disabled"] = false, ["set"] = true,
  ["not set"] = false,
}
local is_switch = {
  negotiate = true, revocation = true, tls13_off = true, usage = true,
  mapper = true, reject = true,
}

-- UTF-16 with a byte order mark, or UTF-8 with or without one, as UTF-8;
-- nil when it is neither.
local function to_utf8(text)
  local order = text:sub(1, 2) == "\255\254" and "<I2"
    or text:sub(1, 2) == "\254\255" and ">I2"
  local out, at, high = {}, 3, nil

  if not order then
    text = text:gsub("^\239\187\191", "")
    return utf8.len(text) and text or nil
  end
  while at < #text do
    local unit = string.unpack(order, text, at)

    if unit >= 0xd800 and unit < 0xdc00 then
      high = unit
    elseif unit >= 0xdc00 and unit < 0xe000 then
      if not high then
        return nil
      end
      unit = 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00)
      high = nil
    end
    if not high then
      out[#out + 1] = utf8.char(unit)
    end
    at = at + 2
  end
  return table.concat(out)
end

-- The label and the value of a line: the label is what we know, or what
-- stands before the first colon that a space follows.
local function split(line)
  local lower = line:lower()

  for _, known in ipairs { keys, fields } do
    for label in pairs(known) do
      if lower:sub(1, #label) == label then
        local value = line:sub(#label + 1):match("^%s*:%s*(.-)%s*$")

        if value then
          return label, value
        end
      end
    end
  end
  return line:match("^(.-)%s*:%s+(.-)%s*$")
end

-- "0.0.0.0:443", "[::]:443", "name:443" or "443".
local function set_key(binding, value)
  local name, port = value:match("^(.*):(%d+)$")

  if binding.kind == "central" then
    name, port = nil, value:match("^(%d+)$")
  end
  binding.key, binding.port = value, math.tointeger(tonumber(port))
  if binding.kind == "host" then
    binding.host = name and name:lower()
  elseif name then
    binding.address = name:gsub("[%[%]]", ""):lower()
  end
  return binding.port ~= nil
end

local reader = {}
reader.__index = reader

function reader:note(line, format, ...)
  self.notes[#self.notes + 1] = {
    where = string.format("%s:%d", self.name, line),
    text = string.format(format, ...),
  }
end

-- End the binding that is read: what it should have said and did not.
function reader:close()
  local binding = self.open

  self.open = nil
  if not binding or binding.negotiate ~= nil then
    return
  end
  if binding.foreign then
    self:note(binding.foreign.line, 'the label "%s" is not English: whether '
      .. "%s negotiates client certificates is not known",
      binding.foreign.label, binding.key)
  else
    self:note(binding.line, "%s does not say whether it negotiates client "
      .. "certificates", binding.key)
  end
end

function reader:take_field(field, value, number)
  local binding = self.open

  if value == "(null)" or value == "" then
    return
  end
  if is_switch[field] then
    value = switches[value:lower()]
    if value == nil then
      self:note(number, "this is neither Enabled nor Disabled, Set nor "
        .. "Not Set: it is not known")
      return
    end
  end
  binding[field] = value
  if field == "negotiate" then
    binding.negotiate_line = number
  end
end

function reader:take(line, number)
  local label, value = split(line)
  local lower = label and label:lower()

  if not label then
    return
  elseif keys[lower] then
    self:close()
    self.open = { kind = keys[lower], line = number, file = self.name }
    if set_key(self.open, value) then
      self.bindings[#self.bindings + 1] = self.open
    else
      self:note(number, '"%s" is no address and port', value)
      self.open = nil
    end
  elseif self.open and fields[lower] then
    self.known = true
    self:take_field(fields[lower], value, number)
  elseif self.open and label:find("[\128-\255]")
      or not self.known and value:find("^%x+$") and #value == 40 then
    self.foreign = self.foreign or { label = label, line = number }
    if self.open then
      self.open.foreign = self.open.foreign or self.foreign
    end
  end
end

return function(name, text)
  local self = setmetatable({ name = name, bindings = {}, notes = {} }, reader)
  local decoded = to_utf8(text)
  local number = 0

  if not decoded then
    return nil
  end
  for line in (decoded .. "\n"):gmatch("(.-)\r?\n") do
    number = number + 1
    if line:find("%S") then
      self:take(line:match("^%s*(.*)$"), number)
    end
  end
  self:close()
  if #self.bindings == 0 and self.foreign then
    self:note(self.foreign.line, 'the label "%s" is not English: nothing of '
      .. "this file was used; run netsh with an English display language",
      self.foreign.label)
  elseif #self.bindings == 0 then
    return nil
  end
  return self.bindings, self.notes
end
