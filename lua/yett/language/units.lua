-- SPDX-License-Identifier: Apache-2.0
-- Durations, sizes and dates: "30s" to milliseconds, "64KiB" to bytes,
-- "2027-03-01" to seconds.

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

-- Days since 1970 of a date (proleptic Gregorian calendar).
local function days_of(year, month, day)
  local shifted = month <= 2 and year - 1 or year
  local era = shifted // 400
  local of_era = shifted - era * 400
  local of_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5 + day - 1

  return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year
    - 719468
end

local month_days = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

-- "2027-03-01" or "2027-03-01T12:00:00Z" to seconds since 1970, or nil.
function units.date(text)
  local year, month, day, rest = text:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)(.*)$")
  local hour, minute, second = (rest or ""):match("^T(%d%d):(%d%d):(%d%d)Z$")

  year, month = math.tointeger(year or 0), math.tointeger(month or 0)
  day = math.tointeger(day or 0)
  hour, minute = math.tointeger(hour or 0), math.tointeger(minute or 0)
  if year < 1970 or month < 1 or month > 12 or day < 1
      or rest ~= "" and not second or hour > 23 or minute > 59
      or math.tointeger(second or 0) > 59 then
    return nil
  end
  local leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)

  if day > month_days[month] + (leap and month == 2 and 1 or 0) then
    return nil
  end
  return days_of(year, month, day) * 86400 + hour * 3600 + minute * 60
    + math.tointeger(second or 0)
end

return units
