-- SPDX-License-Identifier: Apache-2.0
-- JSON Schema (2020-12) of what `yett export --json` writes, made from the
-- schema that the checks use.

local json = require "yett.text.json_writer"
local units = require "yett.language.units"

local object

local function strings(spec, pattern)
  return {
    type = "array", minItems = 1, description = spec.doc,
    items = { type = "string", minLength = 1, pattern = pattern },
  }
end

local function list_of_strings(spec)
  return strings(spec)
end

local function text(spec)
  return { type = "string", description = spec.doc, default = spec.default }
end

-- A number with a unit, or 0.
local function with_unit(kind)
  local pattern = "^[0-9]{1,12}\\s*(" .. units.names[kind]:gsub(", ", "|")
    .. ")$"

  return function(spec)
    return {
      description = spec.doc, default = spec.default,
      anyOf = json.list { { type = "string", pattern = pattern },
        { const = 0 } },
    }
  end
end

local function key(spec, ocsp)
  local file = { type = "string", minLength = 1 }

  return {
    type = "object", additionalProperties = false, description = spec.doc,
    required = json.list { "cert", "key" },
    properties = { cert = file, key = file, ocsp = ocsp and file },
  }
end

local kinds = {
  string = text, line = text, domain = text, socket = text,
  names = list_of_strings, files = list_of_strings,
  targets = list_of_strings, host = text, networks = list_of_strings,
  shadow = function(spec)
    return {
      description = spec.doc,
      anyOf = json.list {
        { const = true },
        {
          type = "object", additionalProperties = false,
          required = json.list { "before" },
          properties = { before = { type = "string" } },
        },
      },
    }
  end,
  share = function(spec)
    return {
      type = "object", description = spec.doc, additionalProperties = false,
      required = json.list { "of", "percent" },
      properties = {
        of = { const = "client_ip" },
        percent = { type = "integer", minimum = 0, maximum = 100 },
      },
    }
  end,
  target = function(spec)
    return {
      type = "string", pattern = "^https://", description = spec.doc,
    }
  end,
  duration = with_unit "duration", size = with_unit "size",
  boolean = function(spec)
    return {
      type = "boolean", description = spec.doc, default = spec.default,
    }
  end,
  integer = function(spec)
    return {
      type = "integer", minimum = spec.min, maximum = spec.max,
      description = spec.doc, default = spec.default,
    }
  end,
  enum = function(spec)
    return {
      enum = json.list(table.move(spec.values, 1, #spec.values, 1, {})),
      description = spec.doc, default = spec.default,
    }
  end,
  choices = function(spec)
    local values = strings(spec)

    values.items = {
      enum = json.list(table.move(spec.values, 1, #spec.values, 1, {})),
    }
    return values
  end,
  globs = function(spec)
    return strings(spec, spec.prefix and "^" .. spec.prefix)
  end,
  fingerprints = function(spec)
    return strings(spec, "^[0-9a-f]{64}$")
  end,
  headers = function(spec)
    return {
      type = "object", description = spec.doc,
      additionalProperties = { type = "string" },
    }
  end,
  key = function(spec)
    return key(spec)
  end,
  keys = function(spec)
    return {
      type = "array", minItems = 1, description = spec.doc,
      items = key({}, true),
    }
  end,
  upstreams = function(spec)
    local whole = object(spec.fields)

    whole.required = json.list { "targets" }
    return {
      description = spec.doc,
      anyOf = json.list { list_of_strings {}, whole },
    }
  end,
  ["function"] = function(spec)
    return {
      type = "object", description = spec.doc .. " Named, not written.",
      additionalProperties = false, required = json.list { "function" },
      properties = { ["function"] = { type = "string" } },
    }
  end,
  table = function(spec)
    return object(spec.fields, spec.doc)
  end,
}

-- An object with these fields and no others.
function object(specs, doc)
  local properties, required = {}, json.list {}

  for name, spec in pairs(specs) do
    if spec.kind then
      properties[name] = kinds[spec.kind](spec)
      required[#required + 1] = (spec.required or spec.needed) and name or nil
    end
  end
  table.sort(required)
  return {
    type = "object", description = doc, additionalProperties = false,
    properties = properties, required = #required > 0 and required or nil,
  }
end

-- The object of a word that has a name.
local function named(word)
  local out = object(word.fields, word.doc)

  out.properties.name = { type = "string", minLength = 1 }
  out.required = out.required or json.list {}
  table.insert(out.required, "name")
  return out
end

-- A rule is an object with its word as the member that holds its pattern.
local function rules(words)
  local any = json.list {}

  for i, word in ipairs { "path", "exact", "glob" } do
    any[i] = object(words[word].fields, words[word].doc)
    any[i].properties[word] = { type = "string", pattern = "^/" }
    any[i].required = json.list { word }
  end
  return { type = "array", items = { anyOf = any } }
end

-- A listener is its address, or an object with the address and more.
local function listens(word)
  local whole = object(word.fields, word.doc)
  local address = { type = "string", minLength = 1 }

  whole.properties.address = address
  whole.anyOf = json.list {
    { required = json.list { "address" } }, { required = json.list { "fd" } },
  }
  return {
    type = "array", minItems = 1, description = word.doc,
    items = { anyOf = json.list { address, whole } },
  }
end

-- The JSON Schema, as a table, of the vocabulary `schema`.
return function(schema)
  local words = schema.words
  local site = named(words.site)

  site.properties.rules = rules(words)
  return {
    ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
    title = "The declared layer of a Yett policy",
    type = "object", additionalProperties = false,
    properties = {
      gateway = object(words.gateway.fields, words.gateway.doc),
      listen = listens(words.listen),
      trust = { type = "array", items = named(words.trust) },
      site = { type = "array", items = site },
    },
    required = json.list { "listen", "site" },
  }
end
