-- SPDX-License-Identifier: Apache-2.0
-- Prints diagnostics. Three forms: "text" shows the line and a caret below the
-- mistake; "short" is one line each, for editors; "json" is one array.

local locator = require "yett.diagnosis.locator"
local report = require "yett.diagnosis.report"

local diagnostic = {}

local colours = {
  error = "\27[1;31m", warning = "\27[1;33m", note = "\27[1;36m",
  bold = "\27[1m", off = "\27[0m",
}

-- Wider lines are shown in part.
local widest = 160

local function paint(options, colour, text)
  if not options.color then
    return text
  end
  return colours[colour] .. text .. colours.off
end

-- What a terminal shows as it stands: control characters would move it.
local function harmless(text)
  if not utf8.len(text) then
    text = text:gsub("[\128-\255]", "?")
  end
  return (text:gsub("[%z\1-\8\11-\31\127]", "?")
    :gsub("\xC2[\x80-\x9F]", "?"))
end

local function first_line(entry, options)
  return string.format("%s:%d:%d: %s %s [%s]", harmless(entry.file),
    entry.line, entry.column, paint(options, entry.severity,
      entry.severity .. ":"), harmless(entry.message):gsub("\n", " "),
    entry.code)
end

-- The part of a long line around a column, and the column in that part.
local function window(text, column)
  if #text <= widest then
    return text, column
  end
  local start = math.max(1, math.min(column - widest // 2,
    #text - widest + 1))

  return text:sub(start, start + widest - 1), column - start + 1
end

-- The source line and the caret below it.
local function source_lines(entry, texts, options, out)
  local text = texts:line(entry.file, entry.line)

  if not text or entry.column < 1 then
    return
  end
  local shown, column = window(text, entry.column)
  local length = math.max(1, math.min(entry.length, #shown - column + 1))
  local before = shown:sub(1, column - 1):gsub("[\128-\191]", "")
  local marked = shown:sub(column, column + length - 1)
    :gsub("[\128-\191]", "")

  out[#out + 1] = string.format("%4d | %s", entry.line, harmless(shown))
  out[#out + 1] = "     | " .. before:gsub("[^\t]", " ")
    .. paint(options, entry.severity, "^"
      .. string.rep("~", math.max(#marked - 1, 0)))
end

local function text_form(entry, texts, options, out)
  out[#out + 1] = first_line(entry, options)
  source_lines(entry, texts, options, out)
  if entry.help then
    out[#out + 1] = "     = " .. paint(options, "bold", "help:") .. " "
      .. harmless(entry.help)
  end
  for _, note in ipairs(entry.notes or {}) do
    out[#out + 1] = string.format("     = %s %s:%d:%d: %s",
      paint(options, "note", "note:"), harmless(note.file), note.line,
      note.column, harmless(note.message))
  end
end

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n" }

local function json_string(text)
  return '"' .. text:gsub('[%c"\\]', function(byte)
    return escapes[byte] or string.format("\\u%04x", byte:byte())
  end) .. '"'
end

local function json_place(entry)
  return string.format('"file":%s,"line":%d,"column":%d,"length":%d,'
    .. '"message":%s', json_string(harmless(entry.file)), entry.line,
    entry.column, entry.length, json_string(entry.message))
end

local function json_form(entry)
  local notes = {}

  for i, note in ipairs(entry.notes or {}) do
    notes[i] = "{" .. json_place(note) .. "}"
  end
  return string.format('{"severity":"%s","code":"%s",%s,%s"notes":[%s]}',
    entry.severity, entry.code, json_place(entry), entry.help
      and '"help":' .. json_string(entry.help) .. "," or "",
    table.concat(notes, ","))
end

local function render_json(list)
  local out = {}

  for i, entry in ipairs(list) do
    out[i] = json_form(entry)
  end
  return "[" .. table.concat(out, ",\n") .. "]\n"
end

-- All of `list` as one string. `files` are those that were loaded; options:
-- format = "text" (the default), "short" or "json", color = true.
function diagnostic.render(list, files, options)
  local texts = locator.new(files or {})
  local out = {}

  options = options or {}
  if options.format == "json" then
    return render_json(list)
  end
  for i, entry in ipairs(list) do
    if options.format == "short" then
      out[#out + 1] = first_line(entry, options)
    else
      out[#out + 1] = i > 1 and "" or nil
      text_form(entry, texts, options, out)
    end
  end
  if (list.hidden or 0) > 0 then
    out[#out + 1] = string.format("%sand %d more",
      options.format == "short" and "" or "\n", list.hidden)
  end
  return #out > 0 and table.concat(out, "\n") .. "\n" or ""
end

-- The same for entries that C collected; options as above and as of
-- report.choose().
function diagnostic.render_findings(entries, files, options)
  local texts = locator.new(files)

  options.all = options.format == "json"
  return diagnostic.render(report.choose(entries, function(anchor)
    return texts:locate(anchor)
  end, options), files, options)
end

return diagnostic
