-- SPDX-License-Identifier: Apache-2.0
-- Counts which outcomes of which rules the tests cover, and what functions
-- returned. A function counts as one outcome, that it decided at all, because
-- its verdicts are not known before it runs.

local plural = require "yett.text.plural"
local sorted_keys = require "yett.text.sorted_keys"

local coverage = {}
coverage.__index = coverage

-- Nothing seen yet.
function coverage.new()
  return setmetatable({
    rules = {}, by_key = {}, functions = {}, policies = {},
  }, coverage)
end

-- A single text as a list of one; nothing as an empty one.
local function list(value)
  return type(value) == "table" and value or { value }
end
coverage.list = list

-- The outcomes that a declared rule can have. On a connection that is older
-- than the rule every need can be late.
local function possible(need, identity, crl, asked)
  local outcomes = { "served" }

  if need == "require" then
    outcomes[#outcomes + 1] = "late"
    if asked then
      table.move({ "not_sent", "untrusted", "expired" }, 1, 3, 3, outcomes)
      outcomes[#outcomes + 1] = crl and "revoked" or nil
      outcomes[#outcomes + 1] = identity and "identity" or nil
    end
  end
  return outcomes
end

-- Add the rules of a policy, as the host told them; once for each policy.
function coverage:add(policy, told)
  local labels, sites = list(told.rule_label), list(told.rule_site)

  if self.policies[policy] then
    return
  end
  self.policies[policy] = true
  for i, label in ipairs(labels) do
    local rule = {
      label = label, site = sites[i], place = list(told.rule_place)[i],
      seen = {}, outcomes = possible(list(told.rule_need)[i],
        list(told.rule_identity)[i] == "true", list(told.rule_crl)[i] == "true",
        list(told.rule_asked)[i] == "true"),
    }

    self.rules[#self.rules + 1] = rule
    self.by_key[policy .. "\n" .. sites[i] .. "\n" .. label] = rule
  end
  for i, name in ipairs(list(told.function_name)) do
    local site = list(told.function_site)[i]
    local one = {
      label = string.format("%s of %s", name, site),
      place = list(told.function_place)[i], said = {},
    }

    self.functions[#self.functions + 1] = one
    self.by_key[policy .. "\n" .. site .. "\n" .. name] = one
  end
end

-- What a function said, if it was asked.
local function count_said(self, policy, site, name, said)
  local one = said and self.by_key[policy .. "\n" .. site .. "\n" .. name]

  if one then
    one.said[said] = true
  end
end

-- What was decided, as the host told it.
function coverage:count(policy, got)
  local rule = got.rule
    and self.by_key[policy .. "\n" .. (got.site or "") .. "\n" .. got.rule]

  if rule then
    rule.seen[got.verdict == "allow" and "served" or got.reason
      or got.verdict] = true
    rule.decided = true
  end
  count_said(self, policy, got.site or "", "client_hello", got.hello_said)
  count_said(self, policy, got.site or "", "request", got.request_said)
end

-- How many of the outcomes were seen, in percent, rounded down.
function coverage:percent()
  local seen, all = 0, 0

  for _, rule in ipairs(self.rules) do
    for _, outcome in ipairs(rule.outcomes) do
      seen, all = seen + (rule.seen[outcome] and 1 or 0), all + 1
    end
  end
  for _, one in ipairs(self.functions) do
    seen, all = seen + (next(one.said) and 1 or 0), all + 1
  end
  -- Without outcomes no policy was loaded: that covers nothing.
  return all == 0 and 0 or seen * 100 // all, seen, all
end

-- The lines that tell it.
function coverage:lines()
  local out, decided = {}, {}

  for i, rule in ipairs(self.rules) do
    decided[i] = string.format("%s %s", rule.label, rule.decided and "yes"
      or "no")
  end
  out[1] = "rules decided at least once: " .. table.concat(decided, ", ")
  for _, rule in ipairs(self.rules) do
    local missing = {}

    for _, outcome in ipairs(rule.outcomes) do
      missing[#missing + 1] = not rule.seen[outcome] and outcome or nil
    end
    if #missing > 0 then
      out[#out + 1] = string.format("outcomes never seen for %s (%s): %s",
        rule.label, rule.place, table.concat(missing, ", "))
    end
  end
  for _, one in ipairs(self.functions) do
    out[#out + 1] = string.format("%s (%s) %s", one.label, one.place,
      next(one.said) and "said: " .. table.concat(sorted_keys(one.said), ", ")
        or "was never asked")
  end
  local percent, seen, all = self:percent()

  out[#out + 1] = string.format("coverage: %d%% (%d of %s)", percent, seen,
    plural(all, "outcome"))
  return out
end

return coverage
