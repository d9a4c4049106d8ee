-- SPDX-License-Identifier: Apache-2.0
-- Loads a policy: runs its files, checks every declaration against the schema
-- as it is made, then the whole, and returns plain data for the C loader.
--
-- load(host, files) returns declarations, diagnostics. `files` is a list of
-- { name =, text = }, in order; `host` is a table of C functions, each of which
-- may be missing. Declarations are nil when any diagnostic is an error. File
-- names in them are as the author wrote them.

local cross_check = require "yett.check.cross_check"
local declarations = require "yett.language.declarations"
local foreign_words = require "yett.diagnosis.foreign_words"
local locator = require "yett.diagnosis.locator"
local use_module = require "yett.language.use_module"
local report = require "yett.diagnosis.report"
local sandbox = require "yett.language.sandbox"
local scope = require "yett.lint.scope"
local site_functions = require "yett.lint.site_functions"
local syntax = require "yett.syntax.parser"
local verdict_paths = require "yett.lint.verdict_paths"

-- Lua's message without the place it starts with, and the line in it.
local function split(message, file)
  local text = tostring(message)

  if text:sub(1, #file.name + 1) == file.name .. ":" then
    local line, rest = text:sub(#file.name + 2):match("^(%d+): (.*)$")

    if line then
      return rest, math.tointeger(tonumber(line))
    end
  end
  return text, 1
end

-- The server whose configuration a text is; nil when it may be a policy.
local function other_server(text)
  for _, one in ipairs(foreign_words.configurations) do
    if ("\n" .. text):find(one[1]) or text:find(one[1]) then
      return one[2]
    end
  end
end

-- What is wrong with the syntax of a file that Lua cannot compile.
local function add_syntax(file, message, found)
  local other = other_server(file.text)

  if other then
    found:add("error", "E005", { file = file.name, line = 1 }, string.format(
      "this looks like a configuration of %s: a policy is Lua", other), {
        help = "`yett init DIR` writes a policy to begin with, `yett explain "
          .. "E005` shows one",
      })
    return nil
  end
  local tree, problems = syntax(file.text)

  for _, problem in ipairs(problems) do
    found:add("error", problem.code, {
      file = file.name, line = problem.line, column = problem.column,
      length = problem.length,
    }, problem.message, { help = problem.help })
  end
  if #problems == 0 then
    local text, line = split(message, file)

    found:add("error", "E002", { file = file.name, line = line }, text)
  end
  return tree
end

-- A file beyond this was written by a program, which repeats no field.
local most_by_hand = 1 << 20

-- E109: of two fields of one name in a table Lua keeps the last, silently; a
-- path could be opened by a line that was forgotten.
local function add_repeated(file, tree, found)
  local function anchor(key)
    return { file = file.name, line = key.line, column = key.column,
      length = key.length }
  end

  for _, repeated in ipairs(tree.repeated) do
    found:add("error", "E109", anchor(repeated.key),
      string.format("'%s' is set twice in one table", repeated.name), {
        help = "remove one",
        notes = {
          { message = "first set here", anchor = anchor(repeated.first) },
        },
      })
  end
end

-- E302: a file failed as it ran, unless the text told why: `blamed` has the
-- lines in which something is wrong.
local function add_failure(file, collected, found, blamed)
  local failure = collected.failed[file.name]

  if failure and not (blamed and blamed[failure.line]) then
    found:add("error", "E302", { file = file.name, line = failure.line },
      failure.message)
  end
end

-- What running a file does not tell: fields that are set twice, and what its
-- functions would do wrong when they are called. Of a very long file a tree is
-- made only if there is a function, or if running told of an undefined name.
local function look_at(file, tree, collected, found)
  if not tree and not collected.suspect[file.name]
      and #file.text > most_by_hand
      and not file.text:find("function", 1, true) then
    return add_failure(file, collected, found)
  end
  tree = tree or syntax(file.text)
  if tree then
    add_repeated(file, tree, found)
    add_failure(file, collected, found, scope(tree, file.name, collected,
      found))
    collected.verdict_paths[file.name] = verdict_paths(tree)
  else
    add_failure(file, collected, found)
  end
end

-- Run one file; what it declares reaches the collector. Returns its tree, if
-- one was made; and, if it ran to its end, true and what it returned.
local function run(host, file, environment, collected, found)
  local chunk, message

  collected.file = file.name
  collected.texts_of[file.name] = file.text
  if file.text:find("^\27") or file.text:find("\0", 1, true) then
    collected.incomplete = true
    found:add("error", "E004", { file = file.name, line = 1, column = 1,
      length = 1 }, "a policy is text, this is something else")
    return nil
  end
  -- No chunk of Lua begins with a brace.
  if file.text:find("^%s*{") then
    collected.incomplete = true
    found:add("error", "E005", { file = file.name, line = 1, column = 1,
      length = 1 }, "this is data, not a policy", {
        help = string.format("if it is what `yett export --json` wrote: yett "
          .. "export --lua %s >policy.lua", file.name),
      })
    return nil
  end
  chunk, message = sandbox.compile(host, file, environment)
  if not chunk then
    collected.incomplete = true
    return add_syntax(file, message, found)
  end
  local fine, result = pcall(chunk)

  if not fine then
    collected.incomplete = true
    if not collected.suspect[file.name] then
      local text, line = split(result, file)

      collected.failed[file.name] = { message = text, line = line }
    end
  end
  return nil, fine, result
end

-- An environment for the words of a policy.
local function environment_of(collected, words)
  return sandbox.environment(words, function(name)
    return collected:undefined(name)
  end, function(name, value)
    collected:assigned(name, value)
  end)
end

-- Let the policy use modules. They are added to `modules`, with their trees.
local function let_use(host, files, collected, found, modules)
  local environment = environment_of(collected, collected:module_words())

  collected.use = use_module(host, files, function(file)
    local outer = collected.file

    modules[#modules + 1] = file
    local tree, fine, value = run(host, file, environment, collected, found)

    modules.trees[file] = tree
    collected.file = outer
    if not fine then
      return collected.unknown -- it was told why
    end
    return value
  end)
end

return function(host, files)
  -- Nearly all that loading makes stays for good; the collector starts again
  -- when much is held.
  collectgarbage("generational")
  collectgarbage("stop")

  local found = report.new()
  local collected = declarations.new(host, found)
  local trees, modules = {}, { trees = {} }
  local environment = environment_of(collected, collected.words)

  let_use(host, files, collected, found, modules)
  for _, file in ipairs(files) do
    trees[file] = run(host, file, environment, collected, found)
  end
  collected:finish()
  for _, file in ipairs(files) do
    look_at(file, trees[file], collected, found)
  end
  for _, file in ipairs(modules) do
    look_at(file, modules.trees[file], collected, found)
  end
  local texts = locator.new(table.move(modules, 1, #modules, #files + 1,
    table.move(files, 1, #files, 1, {})))

  site_functions(collected, found)
  cross_check(collected, files, found)
  return found.errors == 0 and collected.declarations or nil,
    found:finish(function(anchor)
      return texts:locate(anchor)
    end)
end
