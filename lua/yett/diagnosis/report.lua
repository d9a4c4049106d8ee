-- SPDX-License-Identifier: Apache-2.0
-- Collects what is wrong with a policy. Where exactly (the column) is found
-- out at the end, and only for the diagnostics that will be shown.
--
-- A mistake in a declaration is anchored to its call: { file, line, word,
-- name, ordinal }, a path of fields below it, and a part: "name", "key" or
-- "value". A mistake found in the text itself has its column already.

local report = {}
report.__index = report

-- More than this is kept for nobody; a generated policy may have millions.
local most_kept = 1000

report.most_shown = 20

-- An empty report.
function report.new()
  return setmetatable({ list = {}, errors = 0, total = 0 }, report)
end

-- What the author wrote may be anything; messages are UTF-8, and readers of JSON
-- may know no NUL.
local function clean(text)
  if text and not utf8.len(text) then
    text = text:gsub("[\128-\255]", "?")
  end
  return text and (text:gsub("\0", "\\0"))
end

-- Add a diagnostic; `anchor` is { file, line, column?, length?, call?, path?,
-- part?, element? } and `extra` may have help and notes (anchors too, each
-- with a message).
function report:add(severity, code, anchor, message, extra)
  if severity == "error" then
    self.errors = self.errors + 1
  end
  self.total = self.total + 1
  if #self.list >= most_kept then
    return
  end
  self.list[#self.list + 1] = {
    severity = severity, code = code, anchor = anchor,
    message = clean(message),
    order = self.total,
    help = clean(extra and extra.help), notes = extra and extra.notes,
  }
end

local function before(a, b)
  if a.file ~= b.file then
    return a.file < b.file
  end
  if a.line ~= b.line then
    return a.line < b.line
  end
  if a.column ~= b.column then
    return a.column < b.column
  end
  if a.code ~= b.code then
    return a.code < b.code
  end
  return a.order < b.order
end

-- Give the anchor's place in the text to `target`.
local function settle(target, anchor, locate)
  target.file = anchor.file
  target.line, target.column = anchor.line, anchor.column or 0
  target.length = anchor.length or 0
  if not anchor.column and locate then
    local line, column, length = locate(anchor)

    if line then
      target.line, target.column, target.length = line, column, length
    end
  end
  return target
end

-- What loops and functions declare again and again is told once.
local function without_repeats(list)
  local kept, last = {}, nil

  for _, entry in ipairs(list) do
    if not last or entry.code ~= last.code or entry.message ~= last.message
        or entry.line ~= last.line or entry.column ~= last.column
        or entry.file ~= last.file then
      kept[#kept + 1] = entry
    end
    last = entry
  end
  return kept
end

-- The anchor of a declaration by its label, as C knows it: `path "/admin"`,
-- the line, and the field whose value is meant, or an element and a member of
-- that.
local function anchor_of(entry)
  local word, name = (entry.label or ""):match '^(%a+) "(.*)"$'
  local path = entry.field and { entry.field, entry.element }

  word = word or (entry.label or ""):match "^%a+$"

  if path then
    path[#path + 1] = entry.member
  end
  return {
    file = entry.file, line = entry.line,
    call = word and {
      word = word, name = name, file = entry.file, line = entry.line,
    },
    path = path,
    part = entry.field and "value" or "name",
  }
end

-- What was found, located and sorted; `hidden` counts what was not kept.
-- `locate(anchor)` returns line, column and length, or nothing.
function report:finish(locate)
  local list = {}

  for i, entry in ipairs(self.list) do
    local notes = {}

    for _, note in ipairs(entry.notes or {}) do
      notes[#notes + 1] = settle({ message = note.message }, note.anchor,
        locate)
    end
    list[i] = settle({
      severity = entry.severity, code = entry.code, message = entry.message,
      order = entry.order, help = entry.help, notes = notes,
    }, entry.anchor, locate)
  end
  table.sort(list, before)
  list = without_repeats(list)
  list.hidden = self.total - #self.list
  return list
end

-- What is to be shown of `entries`, which C collected from here and elsewhere:
-- those without a column are located, all are sorted, repeats are dropped.
-- options: notes = true shows those too, all = true more than `most_shown`.
function report.choose(entries, locate, options)
  local list, shown = {}, {}

  for i, entry in ipairs(entries) do
    if entry.severity ~= "note" or options.notes then
      entry.order, entry.message = i, clean(entry.message)
      entry.help = clean(entry.help)
      if entry.column == 0 then
        settle(entry, anchor_of(entry), locate)
      end
      for _, note in ipairs(entry.notes) do
        if note.column == 0 then
          settle(note, anchor_of(note), locate)
        end
      end
      list[#list + 1] = entry
    end
  end
  table.sort(list, before)
  list = without_repeats(list)
  for i = 1, options.all and #list or math.min(#list, report.most_shown) do
    shown[i] = list[i]
  end
  shown.hidden = #list - #shown + (options.dropped or 0)
  return shown
end

return report
