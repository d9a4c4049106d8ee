-- SPDX-License-Identifier: Apache-2.0
-- Diagnostics as text: FILE:LINE:COLUMN: error: what is wrong [CODE].

local diagnostic = {}

local function first_line(entry)
  return string.format("%s:%d:%d: %s: %s [%s]", entry.file, entry.line,
    entry.column, entry.severity, entry.message, entry.code)
end

-- All of `list` as one string.
function diagnostic.render(list)
  local lines = {}

  for i, entry in ipairs(list) do
    lines[i] = first_line(entry) .. "\n"
  end
  return table.concat(lines)
end

return diagnostic
