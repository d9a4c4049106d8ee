-- SPDX-License-Identifier: Apache-2.0
-- Did you mean: finds the known word that is nearest to a misspelt one.

local sorted_keys = require "yett.text.sorted_keys"

-- Edit distance where swapping two neighbours counts as one edit.
local function distance(a, b)
  local before, previous = {}, {}

  for j = 0, #b do
    previous[j] = j
  end
  for i = 1, #a do
    local current = { [0] = i }

    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)

      current[j] = math.min(previous[j] + 1, current[j - 1] + 1,
        previous[j - 1] + (same and 0 or 1))
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1)
          and a:byte(i - 1) == b:byte(j) then
        current[j] = math.min(current[j], before[j - 2] + 1)
      end
    end
    before, previous = previous, current
  end
  return previous[#b]
end

-- How many letters two words begin with in common.
local function common(a, b)
  local count = 0

  while count < #a and a:byte(count + 1) == b:byte(count + 1) do
    count = count + 1
  end
  return count
end

-- The one of `known` (a list, or a table with the words as keys) nearest to
-- `word`; nil when none is near enough to be what was meant.
return function(word, known)
  local best, least
  local list = known

  if type(word) ~= "string" or #word > 64 then
    return nil
  end
  if #known == 0 then
    list = sorted_keys(known)
  end
  for _, candidate in ipairs(list) do
    local edits = distance(word:lower(), candidate:lower())

    if edits <= math.max(1, math.min(#word, #candidate) // 3)
        and (not least or edits < least or edits == least
          and common(word, candidate) > common(word, best)) then
      best, least = candidate, edits
    end
  end
  return best
end
