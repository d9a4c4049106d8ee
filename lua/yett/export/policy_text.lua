-- SPDX-License-Identifier: Apache-2.0
-- Writes the text of a policy from data, as policy_data.lua makes it. Does not
-- check it: the loader reports what is wrong with it.

local did_you_mean = require "yett.diagnosis.did_you_mean"
local sorted_keys = require "yett.text.sorted_keys"

local keywords = {}
for word in ([[and break do else elseif end false for function goto if in local
    nil not or repeat return then true until while]]):gmatch("%a+") do
  keywords[word] = true
end

-- A text between quotes, on one line.
local function quoted(text)
  return (string.format("%q", text):gsub("\\\n", "\\n"))
end

local function key_text(key)
  if key:find("^[%a_][%w_]*$") and not keywords[key] then
    return key
  end
  return "[" .. quoted(key) .. "]"
end

-- Whether it has members: a table, or what the host makes of JSON.
local function has_members(value)
  return type(value) == "table" or type(value) == "userdata"
end

-- The members in order: positions first, then names.
local function members(value)
  local count, named = 0, {}

  for key, one in pairs(value) do
    if math.type(key) == "integer" then
      count = count + 1
    else
      named[key] = one
    end
  end
  return count, named
end

-- A value as one would write it.
local function literal(value)
  local out = {}

  if type(value) == "string" then
    return quoted(value)
  elseif not has_members(value) then
    return tostring(value)
  end
  local count, named = members(value)

  for i = 1, count do
    out[i] = literal(value[i])
  end
  for _, key in ipairs(sorted_keys(named)) do
    out[#out + 1] = key_text(key) .. " = " .. literal(named[key])
  end
  return #out == 0 and "{ }" or "{ " .. table.concat(out, ", ") .. " }"
end

-- Lines `FIELD = VALUE,` for all but `without`, indented.
local function add_fields(lines, value, indent, without)
  local _, named = members(value)

  for _, key in ipairs(sorted_keys(named)) do
    if not without[key] then
      lines[#lines + 1] = string.format("%s%s = %s,", indent, key_text(key),
        literal(named[key]))
    end
  end
end

-- The word of a rule and its pattern; raises what is told to the author.
local function word_of(rule, site)
  for _, word in ipairs { "path", "exact", "glob" } do
    if has_members(rule) and type(rule[word]) == "string" then
      return word, rule[word]
    end
  end
  error(string.format("site %s has a rule without path, exact or glob",
    quoted(site)), 0)
end

local function add_rule(lines, rule, site)
  local word, pattern = word_of(rule, site)
  local fields = {}

  for _, key in ipairs(sorted_keys(select(2, members(rule)))) do
    if key ~= word then
      fields[#fields + 1] = key_text(key) .. " = " .. literal(rule[key])
    end
  end
  lines[#lines + 1] = string.format("  %s %s { %s },", word, quoted(pattern),
    table.concat(fields, ", "))
end

local function name_of(word, value)
  if not has_members(value) or type(value.name) ~= "string" then
    error(string.format("a %s has no name", word), 0)
  end
  return value.name
end

local function add_site(lines, site)
  local name = name_of("site", site)

  for _, key in ipairs { "client_hello", "request" } do
    if site[key] ~= nil then
      error(string.format("site %s has a %s function, which is no data: "
        .. "keep the policy in Lua", quoted(name), key), 0)
    end
  end
  lines[#lines + 1] = string.format("\nsite %s {", quoted(name))
  add_fields(lines, site, "  ", { name = true, rules = true })
  for _, rule in pairs(site.rules or {}) do
    add_rule(lines, rule, name)
  end
  lines[#lines + 1] = "}"
end

local function add_trust(lines, trust)
  lines[#lines + 1] = string.format("\ntrust %s {", quoted(
    name_of("trust", trust)))
  add_fields(lines, trust, "  ", { name = true })
  lines[#lines + 1] = "}"
end

local function add_listen(lines, listen)
  if not has_members(listen) then
    lines[#lines + 1] = "listen " .. quoted(tostring(listen))
    return
  end
  lines[#lines + 1] = "listen {"
  if type(listen.address) == "string" then
    lines[#lines + 1] = string.format("  %s,", quoted(listen.address))
  elseif not listen.fd then
    error("a listen has no address", 0)
  end
  add_fields(lines, listen, "  ", { address = true })
  lines[#lines + 1] = "}"
end

local writers = {
  gateway = function(lines, gateway)
    lines[#lines + 1] = "gateway {"
    add_fields(lines, gateway, "  ", {})
    lines[#lines + 1] = "}\n"
  end,
  listen = function(lines, listens)
    for _, listen in pairs(listens) do
      add_listen(lines, listen)
    end
  end,
  trust = function(lines, trusts)
    for _, trust in pairs(trusts) do
      add_trust(lines, trust)
    end
  end,
  site = function(lines, sites)
    for _, site in pairs(sites) do
      add_site(lines, site)
    end
  end,
}
local order = { "gateway", "listen", "trust", "site" }

-- The text of the policy that `data` says; raises one sentence when it cannot
-- be one.
return function(data)
  local lines = {}

  if not has_members(data) then
    error("a policy in JSON is an object", 0)
  end
  for key in pairs(data) do
    if not writers[key] then
      local meant = did_you_mean(key, order)

      error(string.format("unknown member %s%s", literal(key), meant
        and string.format("; did you mean %s?", quoted(meant))
        or "; there are " .. table.concat(order, ", ")), 0)
    end
  end
  for _, word in ipairs(order) do
    local value = data[word]

    if value ~= nil then
      if not has_members(value) then
        error(string.format("%s has the wrong type", quoted(word)), 0)
      end
      writers[word](lines, value)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end
