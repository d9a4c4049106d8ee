-- SPDX-License-Identifier: Apache-2.0
-- Prints the page of a code, or the list of all codes.

local did_you_mean = require "yett.diagnosis.did_you_mean"
local pages = require "yett.diagnosis.error_pages"
local refusal_pages = require "yett.diagnosis.refusal_pages"
local sorted_keys = require "yett.text.sorted_keys"

local page = {}

local width = 76

-- A paragraph, filled.
local function fill(text, out)
  local line = ""

  for word in text:gmatch("%S+") do
    if #line + #word + 1 > width then
      out[#out + 1] = line
      line = word
    else
      line = line == "" and word or line .. " " .. word
    end
  end
  out[#out + 1] = line
end

-- Code, indented; what no terminal shows is written as Lua writes it.
local function quote(title, code, out)
  out[#out + 1] = ""
  out[#out + 1] = title
  for line in (code .. "\n"):gmatch("([^\n]*)\n") do
    out[#out + 1] = "    " .. line:gsub("%c", function(byte)
      return "\\" .. byte:byte()
    end)
  end
end

-- All codes with their titles, one a line.
function page.list()
  local out = {}

  for _, code in ipairs(sorted_keys(pages)) do
    out[#out + 1] = code .. "  " .. pages[code].title
  end
  return table.concat(out, "\n") .. "\n"
end

-- The page of a reason, a cause or another name of one; or nil.
local function show_answer(word)
  local out

  for name, answer in pairs(refusal_pages) do
    for _, other in ipairs { name, table.unpack(answer.names) } do
      if word:lower() == other:lower() then
        out = { name .. ": " .. answer.title, "" }
        fill(answer.text, out)
        out[#out + 1] = "\nWhat to do:"
        fill(answer.cure, out)
        return table.concat(out, "\n") .. "\n"
      end
    end
  end
  return nil
end

-- The page of `code`; or nil and the code that was meant, if one is near.
function page.show(code)
  local known = pages[code:upper()]
  local answer = not known and show_answer(code)
  local out = {}

  if answer then
    return answer
  elseif not known then
    return nil, did_you_mean(code:upper(), pages)
  end
  out[1] = code:upper() .. ": " .. known.title
  out[2] = ""
  fill(known.text, out)
  quote("Wrong:", known.wrong, out)
  quote("Right:", known.right, out)
  return table.concat(out, "\n") .. "\n"
end

-- A whole policy of `code`, which a page shows in part; nil when it is not to
-- be loaded.
function page.policy(frame, code)
  local head = 'listen "127.0.0.1:8443"\n'
    .. 'trust "staff" { ca = "ca.pem", crl = "staff.crl" }\n'
  local site = 'site "portal.example" {\n  key = "portal", '
    .. 'upstream = "http://127.0.0.1:8080", trust = "staff",\n'

  if frame == "file" then
    return code .. "\n"
  elseif frame == "top" then
    return head .. site .. "}\n" .. code .. "\n"
  elseif frame == "site" then
    return head .. site .. code .. "\n}\n"
  end
  return nil
end

return page
