-- SPDX-License-Identifier: Apache-2.0
-- Runs the tests of policies: finds the files, loads the policy of each, lets
-- it decide each step and compares. Deciding is the host's, by the functions
-- that the gateway uses; see tools/test.c for what the host has.

local coverage = require "yett.test.coverage"
local diagnostic = require "yett.diagnosis.output"
local output = require "yett.test.output"
local schema = require "yett.test.schema"
local words = require "yett.test.load"

local list = coverage.list

-- The test file beside a policy. If it is missing, a policy that is missing,
-- too, is what is told: its name may be misspelt.
local function beside(host, path)
  local name = path:gsub("%.lua$", "_test.lua")

  if not pcall(host.read, { path = name }) then
    host.read { path = path }
  end
  return name
end

-- The test files that a path of the command line means; nil: it is neither a
-- folder nor named like a policy.
local function files_of(host, path)
  local folder = host.folder_of { path = path }
  local files = {}

  if not folder.is_folder then
    if not path:find "%.lua$" then
      return nil
    end
    files[1] = path:find "_test%.lua$" and path or beside(host, path)
    return files
  end
  for i, name in ipairs(list(folder.name)) do
    files[i] = path:gsub("/$", "") .. "/" .. name
  end
  return files
end

-- --- facts ----------------------------------------------------------------

-- A certificate of a person or a machine, described; its dates are around now
-- unless they are told.
local function describe_certificate(with, facts)
  local year = 365 * 86400
  local uris = table.move(with.uri or {}, 1, #(with.uri or {}), 1, {})

  uris[#uris + 1] = with.spiffe
  facts.issuer = with.issuer
  facts.subject = with.subject or with.cn and "CN=" .. with.cn:gsub(
    '[,+"\\<>;]', "\\%0")
  facts.issued_by = with.issued_by or "CN=" .. with.issuer
  facts.serial, facts.fingerprint = with.serial or "01", with.fingerprint
  facts.dns, facts.email, facts.uri = with.dns, with.email, uris
  facts.revoked, facts.crl_unavailable = with.revoked, with.crl_unavailable
  facts.wrong_purpose = with.wrong_purpose
  facts.not_before = with.not_before or facts.now - 2 * year
  facts.not_after = with.not_after
    or facts.now + (with.expired and -86400 or year)
end

local function describe_connection(on, facts)
  facts.tls, facts.alpn, facts.from = on.tls, on.alpn, on.from
  facts.sni = on.sni or facts.sni
  facts.learned = on.learned
  if on.asked then
    facts.was_not_asked = #on.asked == 0
    facts.was_asked = on.asked
  end
end

-- A step as the facts that the host decides.
local function facts_of(host, step)
  local fields = step.fields
  local facts = {
    sni = step.facts.sni, host = step.facts.host, target = step.facts.target,
    method = step.facts.method, now = fields.at or host.now(),
    header_name = {}, header_value = {},
  }

  for i, header in ipairs(fields.headers or {}) do
    facts.header_name[i], facts.header_value[i] = header.name, header.value
  end
  if fields.on then
    describe_connection(fields.on, facts)
  end
  if fields.with and fields.with.issuer then
    describe_certificate(fields.with, facts)
  end
  return facts
end

-- --- what was expected, and why it is not so -------------------------------

local function shown(field, value)
  if value == nil then
    return "nothing"
  elseif field == "hresult" then
    return string.format("0x%08X", tonumber(value))
  elseif field == "status" or type(value) == "boolean" then
    return tostring(value)
  end
  return string.format(value:find '"' and "'%s'" or '"%s"', value)
end

-- The value that was decided, in the form that `expect` has it.
local function decided(field, got)
  local value = got[field]

  if field == "close" and value then
    return value == "true"
  elseif field == "status" or field == "hresult" then
    return math.tointeger(tonumber(value or field == "hresult" and got.status
      and 0))
  end
  return value
end

local reasons = {
  late = "the handshake did not ask for this certificate",
  not_sent = "the handshake asked and no certificate was sent",
  expired = "the certificate is outside its dates",
  revoked = "the certificate is revoked, or that cannot be told",
  wrong_purpose = "the certificate was not issued for clients",
  identity = "the certificate is good, but is none of those the rule means",
  misdirected = "the host is of another site than the server name",
  denied = "a function denied it",
}

local function because(got, facts)
  local text

  if got.handshake == "refused" then
    text = "the handshake itself was refused"
  elseif got.reason == "untrusted" then
    text = string.format('no trust of the rule accepts issuer "%s"',
      facts.issuer)
  elseif got.reason == "policy_error" then
    text = "a function of the policy failed: " .. (got.error or "")
  else
    text = got.refused and "the request itself is refused: " .. got.refused
      or reasons[got.reason] or got.verdict == "redirect"
      and "a function redirects it" or "it is allowed"
  end
  if got.reason then
    text = string.format("%s (reason %s%s)", text, got.reason, got.cause
      and ", cause " .. got.cause or "")
  end
  if got.rule then
    text = string.format("%s, by %s (%s)", text, got.rule, got.rule_place)
  end
  return text
end

-- FIELD = VALUE in the text, with a caret under it.
local function underlined(file, call, field)
  local anchor = { file = call.file, line = call.line, call = call,
    path = { field }, part = "key" }
  local line, column, length = file.texts:locate(anchor)

  anchor.part = "value"
  local last_line, last_column, last_length = file.texts:locate(anchor)

  if last_line == line then
    length = last_column + last_length - column
  end
  return line, column, length
end

-- The text of one expectation that was not met, without the reason.
local function unmet(file, expect, field, got)
  local line, column, length = underlined(file, expect.call, field)
  local entry = {
    severity = "error", code = "", file = expect.call.file, line = line,
    column = column, length = length, message = "",
  }
  local picture = diagnostic.render({ entry }, { file.file }, {})

  return string.format("%s:%d:%d: expected %s %s, got %s\n%s",
    expect.call.file, line, column, field, shown(field, expect.fields[field]),
    shown(field, decided(field, got)), picture:match("\n(.*)") or "")
end

-- All expectations of a step that are not met, as text; nil when there is none.
local function compare(file, step, got, facts)
  local out = {}

  for _, expect in ipairs(step.expects) do
    for _, field in ipairs(schema.expected) do
      local wanted = expect.fields[field]

      if wanted ~= nil and wanted ~= decided(field, got) then
        out[#out + 1] = unmet(file, expect, field, got)
      end
    end
  end
  return #out > 0 and table.concat(out) .. "because: " .. because(got, facts)
    or nil
end

-- --- running ----------------------------------------------------------------

local runner = {}
runner.__index = runner

-- Run one test of a file under its policy, and tell its result.
function runner:test(file, policy, test)
  local trouble

  for _, step in ipairs(test.steps) do
    local facts = facts_of(self.host, step)
    local fine, got = pcall(self.host.decide, facts)

    if not fine then
      trouble = string.format("%s:%d: %s", step.call.file, step.call.line,
        tostring(got))
      break
    end
    self.coverage:count(policy, got)
    trouble = compare(file, step, got, facts)
    if trouble then
      break
    end
  end
  self.output:result(file.file.name, test.name, trouble)
end

-- Where the policy of a test file is.
local function policy_of(file)
  local name = file.file.name

  if not file.policy then
    return (name:gsub("_test%.lua$", ".lua"))
  elseif file.policy:sub(1, 1) == "/" then
    return file.policy
  end
  return (name:match("^(.*/)") or "") .. file.policy
end

-- Whether the file has mistakes; they are told as a failure.
function runner:is_wrong(file)
  if file.found.errors > 0 then
    self.output:result(file.file.name, file.file.name .. " can be run",
      diagnostic.render(file:mistakes(), { file.file }))
    return true
  end
end

-- Read a file of tests and run them all.
function runner:file(path)
  local text = self.host.read({ path = path }).text

  self.host.reading { path = path }
  local file = words(self.host, { name = path, text = text })

  self.host.reading {}
  local policy = policy_of(file)

  if self:is_wrong(file) then
    return
  end
  local told = self.host.policy { path = policy }

  if not told.fine then
    return self.output:result(path, policy .. " can be loaded", told.told)
  end
  file:look_at(list(told.trust))
  if self:is_wrong(file) then
    return
  end
  self.coverage:add(policy, told)
  for _, test in ipairs(file.tests) do
    if not self.filter or test.name:find(self.filter, 1, true) then
      self:test(file, policy, test)
    end
  end
end

-- What is not named like a policy may be none: then that is told, and else how
-- to name it.
function runner:misnamed(path)
  local told = self.host.policy { path = path }

  self.output:result(path, path .. " is a policy with tests", told.told
    or "its name must end in .lua, that of its tests in _test.lua")
end

-- The end of all output, and whether that is a success.
function runner:finish(options)
  local least = tonumber(options.coverage_min)
  local percent = self.coverage:percent()

  if #self.output.results == 0 then
    self.output:result("", "there is a test", self.filter and string.format(
      'no test has "%s" in its name', self.filter) or "no test was found")
  end
  if options.coverage == "true" or percent < least then
    self.output:remark(self.coverage:lines())
  end
  if percent < least then
    self.output:result("", string.format("coverage is at least %d%%", least),
      string.format("it is %d%%", percent))
  end
  self.output:finish()
  return self.output.failed == 0
end

-- Run what the options say; returns 1 when all is well.
return function(host, options)
  local self = setmetatable({
    host = host, output = output.new(host, options),
    coverage = coverage.new(), filter = options.filter,
  }, runner)

  self.output:begin()
  for _, path in ipairs(list(options.path)) do
    local files = files_of(host, path)

    for _, file in ipairs(files or {}) do
      self:file(file)
    end
    if not files then
      self:misnamed(path)
    end
  end
  return self:finish(options) and 1 or 0
end
