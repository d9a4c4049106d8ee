-- SPDX-License-Identifier: Apache-2.0
-- Durations and sizes: "30s" to milliseconds, "64KiB" to bytes.

local units = {}

local scales = {
  duration = {
    ms = 1, s = 1000, m = 60000, h = 3600000, d = 86400000,
  },
  size = {
    B = 1, KiB = 1 << 10, MiB = 1 << 20, GiB = 1 << 30,
  },
}
local order = {
  duration = { "d", "h", "m", "s", "ms" },
  size = { "GiB", "MiB", "KiB", "B" },
}

units.names = { duration = "ms, s, m, h, d", size = "B, KiB, MiB, GiB" }

-- The number of milliseconds or bytes that `text` means, or nil.
function units.parse(kind, text)
  local digits, unit = text:match("^(%d+)%s*(%a+)$")
  local scale = unit and scales[kind][unit]

  if not scale or #digits > 12 then
    return nil
  end
  return math.tointeger(digits) * scale
end

-- The shortest text that parse() reads back as `number`.
function units.write(kind, number)
  for _, unit in ipairs(order[kind]) do
    local scale = scales[kind][unit]

    if number ~= 0 and number % scale == 0 then
      return string.format("%d%s", number // scale, unit)
    end
  end
  return string.format("%d", number)
end

return units
