-- SPDX-License-Identifier: Apache-2.0
-- Modules of a policy: use "FILE" runs a text of functions and presets, once,
-- and gives the table that it returns. The files of a policy and its modules
-- run in the same order each time, so that every worker has the same functions.

-- More are a mistake, such as a module that makes names of others.
local most = 64

-- use(path) returns the table, or nil, what is wrong and how to cure it.
-- `run(file)` runs one module { name =, text = } and returns what it returned;
-- or nil when that did not work and was told.
return function(host, files, run)
  local folder = (files[1] and files[1].name or ""):match("^(.*/)") or ""
  local known, running, count = {}, {}, 0

  return function(path)
    local name = path:sub(1, 1) == "/" and path or folder .. path

    if running[name] then
      return nil, "it is used by itself, through others or not",
        "move what both need to a third module"
    elseif known[name] ~= nil then
      return known[name]
    elseif count == most then
      return nil, string.format("a policy uses %d modules at most", most)
    end
    local text, message = host.read_module(path, name)

    if not text then
      return nil, message, "file names start from the policy's folder"
    end
    count, running[name] = count + 1, true
    known[name] = run { name = name, text = text }
    running[name] = nil
    if type(known[name]) ~= "table" then
      return nil, string.format("it returns %s, not a table", known[name] == nil
        and "nothing" or "a " .. type(known[name])),
        "end it with return { NAME = FUNCTION, ... }"
    end
    return known[name]
  end
end
