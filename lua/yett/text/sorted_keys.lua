-- SPDX-License-Identifier: Apache-2.0
-- The string keys of a table, sorted.

return function(set)
  local list = {}

  for key in pairs(set) do
    if type(key) == "string" then
      list[#list + 1] = key
    end
  end
  table.sort(list)
  return list
end
