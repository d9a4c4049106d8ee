-- SPDX-License-Identifier: Apache-2.0
-- A number with its noun: "1 site", "2 sites".

return function(number, noun)
  return string.format("%d %s%s", number, noun, number == 1 and "" or "s")
end
