-- SPDX-License-Identifier: Apache-2.0
-- Loads a policy: runs its files, checks every declaration against the schema
-- as it is made, then the whole, and returns plain data for the C loader.
--
-- load(host, files) returns declarations, diagnostics. `files` is a list of
-- { name =, text = }, in order; `host` is a table of C functions, all optional
-- (see README.md). Declarations are nil when any diagnostic is an error. File
-- names in them are as the author wrote them.

local collector = require "yett.collector"
local report = require "yett.report"
local vocabulary = require "yett.vocabulary"
local whole = require "yett.whole"

-- Run one file; what it declares reaches the collector.
local function run(host, file, environment, collected, found)
  local chunk, message = vocabulary.compile(host, file, environment)

  collected.file, collected.text = file.name, file.text
  if not chunk then
    return found:add("error", "E002", { file = file.name,
      line = math.tointeger(tonumber(message:match(":(%d+):"))) or 1 },
      message)
  end
  local fine, problem = pcall(chunk)

  if not fine then
    found:add("error", "E302", { file = file.name, line = 1 },
      tostring(problem))
  end
end

return function(host, files)
  local found = report.new()
  local collected = collector.new(host, found)
  local environment = vocabulary.environment(collected.words,
    function(name)
      return collected:undefined(name)
    end,
    function(name, value)
      collected:assigned(name, value)
    end)

  for _, file in ipairs(files) do
    run(host, file, environment, collected, found)
  end
  collected:finish()
  whole(collected.declarations, found)
  return found.errors == 0 and collected.declarations or nil,
    (found:finish())
end
