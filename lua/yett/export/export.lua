-- SPDX-License-Identifier: Apache-2.0
-- What a policy or its language is to other programs.
--
-- export(host, form, files) returns the text, and what is to be told of the
-- policy; without a text, a third value is the first thing that is wrong:
-- { where =, message = }. `files` are those of a policy, with "lua" the one
-- JSON file; the forms of the language need none.

local data_of = require "yett.export.policy_data"
local diagnostic = require "yett.diagnosis.output"
local editor = require "yett.export.editor_files"
local json = require "yett.text.json_writer"
local load_policy = require "yett.language.load"
local policy_of = require "yett.export.policy_text"
local schema = require "yett.language.schema"
local schema_of = require "yett.export.json_schema"

-- What the files declare, and the diagnostics as text; else nil, that text and
-- the first error.
local function declared(host, files, format)
  local declarations, found = load_policy(host, files)
  local told = #found > 0
    and diagnostic.render(found, files, { format = format }) or ""

  for _, one in ipairs(declarations and {} or found) do
    if one.severity == "error" then
      return nil, told, {
        where = string.format("%s:%d:%d", one.file, one.line or 0,
          one.column or 0),
        message = one.message,
      }
    end
  end
  return declarations, told
end

local forms = {}

function forms.json(host, files, format)
  local declarations, told, wrong = declared(host, files, format)

  if not declarations then
    return nil, told, wrong
  end
  local text = json.encode(data_of(host, schema, declarations))

  if not utf8.len(text) then
    return nil, told, {
      where = files[1].name, message = "a name in it is not UTF-8",
    }
  end
  return text, told
end

-- The policy that came out is loaded, so that JSON that says what no policy
-- may say is refused with the line that it became.
function forms.lua(host, files, format)
  local name = files[1].name
  local fine, result = pcall(function()
    return policy_of(assert(host.read_json(name:match("[^/]*$"))))
  end)

  if not fine then
    return nil, "", {
      where = name, message = (tostring(result):gsub("^[^\n]-:%d+: ", "")),
    }
  end
  local declarations, told, wrong = declared(host,
    { { name = name .. " as Lua", text = result } }, format)

  return declarations and result, told, wrong
end

-- The JSON Schema of what forms.json writes.
function forms.schema()
  return json.encode(schema_of(schema)), ""
end

-- The definitions for the Lua language server.
function forms.luals()
  return editor.luals(schema), ""
end

-- The configuration of luacheck.
function forms.luacheck(host)
  return editor.luacheck(host, schema), ""
end

return function(host, form, files, format)
  return forms[form](host, files, format)
end
