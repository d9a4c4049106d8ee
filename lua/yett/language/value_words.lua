-- SPDX-License-Identifier: Apache-2.0
-- The words that make a value at load time and declare nothing: cidr, set,
-- data and use. Each function returns the word for one collector; where a value
-- cannot be made the word reports it and gives the value that is known to be
-- wrong, so that one mistake is told once.

local field_check = require "yett.check.field_check"
local sandbox = require "yett.language.sandbox"

local value_words = {}

--- Call a host function that makes a value; nil, message, index on failure.
function value_words.attempt(make, given)
  local fine, value, message, index = pcall(make, given)

  if not fine then
    return nil, (tostring(value):gsub("^[^\n]-:%d+: ", ""))
  end
  return value, message, index
end

-- The call that is under way, as a place for messages.
local function call_of(collector, word, given, line)
  return {
    word = word, name = type(given) == "string" and given or nil,
    file = collector.file, line = line or 0,
  }
end

-- What `make` gives; without one, for tests, the value is a stand-in.
local function value_of(collector, code, call, make, given)
  local value, message, index = {}, nil, nil

  if make then
    value, message, index = value_words.attempt(make, given)
  end
  if value == nil then
    collector.cursor:enter(call)
    collector.report:add("error", code, {
      file = call.file, line = call.line, call = call,
      part = index and "value" or "name", element = index,
    }, string.format("%s: %s", field_check.label(call), message or "malformed"))
    return collector.unknown
  end
  collector.texts[value] = given
  return value
end

--- cidr and set: `word`, made by `make` of a list of texts.
function value_words.matcher(collector, word, make)
  local caller = sandbox.caller(collector.host)

  return function(given)
    local _, line = caller(2)
    local call = call_of(collector, word, given, line)

    if given == collector.unknown then
      return given
    end
    if type(given) == "table" and getmetatable(given) == nil
        and next(given) ~= nil and #given == 0 then
      collector.cursor:enter(call)
      collector.cursor:misnamed("E122", word .. " takes a list of texts",
        string.format('write %s { "%s" }', word, word == "cidr"
          and "10.0.0.0/8" or tostring((next(given)))))
      return collector.unknown
    end
    return value_of(collector, "E122", call, make, given)
  end
end

--- data "FILE": the JSON in it, frozen.
function value_words.data(collector)
  local host = collector.host
  local caller = sandbox.caller(host)
  local read = host.read_json and function(name)
    if host.exists and not host.exists(name) then
      return nil, "there is no such file, or it cannot be read"
    end
    return host.read_json(name)
  end

  return function(given)
    local _, line = caller(2)

    if given == collector.unknown then
      return given
    end
    return value_of(collector, "E120",
      call_of(collector, "data", given, line), read, given)
  end
end

--- use "FILE": what that module returns. `collector.use` is load.lua's to set.
function value_words.module(collector)
  local caller = sandbox.caller(collector.host)

  return function(path)
    local _, line = caller(2)
    local call = call_of(collector, "use", path, line)

    if path == collector.unknown then
      return path
    elseif type(path) ~= "string" or path == "" then
      collector:misused(call, "needs a file name as a string")
      return collector.unknown
    end
    local value, message, help = collector.use(path)

    -- A module that returns what another does has no line to tell: the call
    -- is its last.
    if call.line == 0 then
      call.line = collector:lines_with("use", collector.file)[1] or 1
    end
    if value == nil then
      collector.cursor:enter(call)
      collector.cursor:misnamed("E125", string.format("%s: %s",
        field_check.label(call), message), help)
    end
    return value or collector.unknown
  end
end

return value_words
