-- SPDX-License-Identifier: Apache-2.0
-- Prints the results of `yett test`: lines for people, TAP, and JUnit XML.

local output = {}
output.__index = output

-- The output that `options` of `yett test` ask for.
function output.new(host, options)
  return setmetatable({
    host = host, verbose = options.verbose == "true",
    tap = options.tap == "true", junit = options.junit == "true",
    results = {}, passed = 0, failed = 0,
  }, output)
end

-- To standard output.
function output:write(text)
  self.host.write { text = text }
end

-- Before the first result.
function output:begin()
  if self.tap then
    self:write("TAP version 13\n")
  end
end

-- Text as comments of TAP, so that the output for people can be read by a
-- program, too.
local function comments(text)
  text = "#   " .. text:gsub("\n$", ""):gsub("\n", "\n#   ")
  return text:gsub(" +\n", "\n") .. "\n"
end

-- One line: a name may hold what TAP or a terminal would take for its own.
local function one_line(name)
  return (name:gsub("%c", " "):gsub("#", "\\#"))
end

-- A test of `file` passed, or failed because of `trouble`, a text of lines.
function output:result(file, name, trouble)
  self.results[#self.results + 1] = {
    file = file, name = name, trouble = trouble,
  }
  if trouble then
    self.failed = self.failed + 1
  else
    self.passed = self.passed + 1
  end
  if self.tap or self.verbose or trouble then
    self:write(string.format("%sok %d - %s\n%s", trouble and "not " or "",
      #self.results, one_line(name), trouble and comments(trouble) or ""))
  end
end

-- Remarks about all of the tests.
function output:remark(lines)
  for _, line in ipairs(lines) do
    self:write("# " .. line .. "\n")
  end
end

local entities = {
  ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;",
  ["\n"] = "&#10;",
}

-- XML 1.0 has no other control characters, and must be UTF-8.
local function xml(text)
  if not utf8.len(text) then
    text = text:gsub("[\128-\255]", "?")
  end
  return (text:gsub("[%z\1-\8\11-\31\127]", "?"):gsub('[&<>"\n]', entities))
end

local function junit_text(self)
  local out = {
    '<?xml version="1.0" encoding="UTF-8"?>',
    string.format('<testsuite name="yett test" tests="%d" failures="%d">',
      #self.results, self.failed),
  }

  for _, result in ipairs(self.results) do
    local start = string.format('  <testcase classname="%s" name="%s"',
      xml(result.file), xml(result.name))

    out[#out + 1] = result.trouble and string.format(
      '%s>\n    <failure message="%s">%s</failure>\n  </testcase>', start,
      xml(result.trouble:match("[^\n]*")), xml(result.trouble))
      or start .. "/>"
  end
  return table.concat(out, "\n") .. "\n</testsuite>\n"
end

-- After the last: the plan or the count, and the file of JUnit.
function output:finish()
  if self.tap then
    self:write(string.format("1..%d\n", #self.results))
  else
    self:write(string.format("%d passed, %d failed\n", self.passed,
      self.failed))
  end
  if self.junit then
    self.host.junit { text = junit_text(self) }
  end
end

-- The run ended before its end, and `arguments.ended` says why: TAP is bailed
-- out of, and JUnit's file has that as its one failure.
function output.bail_out(host, arguments)
  local self = output.new(host, arguments)

  if self.tap then
    self:write("Bail out! " .. one_line(arguments.ended) .. "\n")
  end
  if self.junit then
    self.results[1] = {
      file = "", name = "the tests can be run", trouble = arguments.ended,
    }
    self.failed = 1
    host.junit { text = junit_text(self) }
  end
end

return output
