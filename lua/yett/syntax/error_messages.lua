-- SPDX-License-Identifier: Apache-2.0
-- The messages for mistakes of syntax: what is wrong and how to write it
-- instead. Each function returns { code, message, help?, line?, column?,
-- length? }; without a place, the place is the current token's.

local error_messages = {}

-- How other languages write what Lua writes differently.
local foreign = {
  ["\u{FEFF}"] = "save the file without a byte order mark",
  ["\u{A0}"] = "write a plain space",
  ["!"] = "write 'not'", ["!="] = "write '~='", ["!=="] = "write '~='",
  ["==="] = "write '=='", ["&&"] = "write 'and'", ["||"] = "write 'or'",
  ["=>"] = "write '>=', or '=' for the value of a field",
  ["\u{201c}"] = 'write plain quotes: "text"',
  ["\u{201d}"] = 'write plain quotes: "text"',
  ["\u{2018}"] = "write plain quotes: 'text'",
  ["\u{2019}"] = "write plain quotes: 'text'",
  ["//"] = "a comment starts with '--'",
  ["/*"] = "a comment starts with '--', or stands in --[[ ... ]]",
  ["*/"] = "a comment starts with '--', or stands in --[[ ... ]]",
  ["#"] = "a comment starts with '--'",
  ["`"] = 'write plain quotes: "text"',
  ["?"] = "write CONDITION and A or B, or if ... then ... else ... end",
}

-- What follows a condition in other languages, where Lua has 'then'.
local no_then = {
  ["in"] = 'write set { "A", "B" } above, and NAME:contains(...)',
  ["{"] = "write if ... then ... end, without braces",
  [":"] = "write if ... then ... end",
  ["return"] = "write if ... then return ... end",
}

-- Words that begin a statement elsewhere.
local no_words = {
  let = "write local NAME = ...", const = "write local NAME = ...",
  var = "write local NAME = ...", my = "write local NAME = ...",
  def = "write local function NAME(...) ... end",
  func = "write local function NAME(...) ... end",
  fn = "write local function NAME(...) ... end",
  switch = "write if ... then ... elseif ... then ... end",
  case = "write if ... then ... elseif ... then ... end",
  elif = "write elseif", elsif = "write elseif",
  import = 'write local NAME = use "FILE.lua"',
  include = 'write local NAME = use "FILE.lua"',
  foreach = "write for _, x in ipairs(LIST) do ... end",
}

local function shown(token)
  if token.kind == "eof" then
    return "the end of the file"
  elseif token.kind == "string" then
    return "a string"
  end
  return string.format("'%s'", token.value or token.kind)
end

local function at(token, problem)
  problem.line, problem.column = token.line, token.column
  problem.length = problem.length or math.max(token.length, 1)
  return problem
end

-- Right behind a token.
local function behind(token, problem)
  problem.line, problem.column = token.last_line, token.last_column + 1
  problem.length = 1
  return problem
end

-- `n += 1` and `n++`: what is written instead; nil when it is something else.
local function change_of(token, previous)
  local operator = token.value == "++" and "+"
    or token.value:match("^([%+%-%*/%%%^.]+)=$")
  local name = previous and previous.kind == "name" and previous.value

  if operator and name then
    return string.format("write %s = %s %s %s", name, name, operator,
      token.value == "++" and "1" or "...")
  end
end

-- Something the lexer could not read, behind the token `previous`.
function error_messages.bad_token(token, previous)
  local unclosed = {
    string = { "this string is never closed",
      "end it on this line with the quote it began with" },
    ["long string"] = { "this string is never closed", "end it with ']]'" },
    comment = { "this comment is never closed", "end it with ']]'" },
  }
  local open = unclosed[token.value]

  if open then
    return at(token, { code = "E003", message = open[1], help = open[2] })
  elseif token.value:find("^%.?%d") then
    return at(token, {
      code = "E002", message = string.format("'%s' is no number", token.value),
    })
  end
  local byte = token.value:byte()
  local text = byte < 32 and string.format("\\%d", byte) or token.value

  return at(token, {
    code = "E002", help = foreign[token.value] or change_of(token, previous),
    message = string.format(token.length > 1 and byte < 128
      and "Lua has no '%s'" or "unexpected character '%s'", text),
  })
end

-- A token of this kind was needed; `where` reads "after the condition".
function error_messages.expected(kind, where, token, previous)
  local problem = {
    code = "E002", message = string.format("%s expected %s, got %s",
      kind == "name" and "a name" or string.format("'%s'", kind), where,
      shown(token)),
  }

  problem.help = kind == "then" and no_then[token.kind] or nil
  if kind == "then" and token.kind == "=" then
    problem.message = "'=' assigns: a condition compares with '=='"
    problem.help = "write '=='"
  elseif token.line > previous.last_line or token.kind == "eof" then
    return behind(previous, problem)
  end
  return at(token, problem)
end

-- Something opened is not closed where it must be.
function error_messages.unclosed(kind, open, token)
  local opener = open.value or open.kind
  local problem = {
    code = "E003",
    message = string.format("'%s' is never closed", opener),
    help = string.format("'%s' is missing before %s", kind, shown(token)),
  }

  if token.kind ~= "eof" then
    problem.message = string.format("'%s' is not closed before %s in line %d",
      opener, shown(token), token.line)
  end
  return at(open, problem)
end

-- The same where an `else if` took the 'end' that is missed.
function error_messages.else_if(first)
  return at(first, {
    code = "E003", length = #"else if",
    message = "this 'if' inside of 'else' is never closed",
    help = "write elseif, in one word: it needs no 'end' of its own",
  })
end

-- { "key": value }, as JSON has it.
function error_messages.colon(key, colon)
  return at(colon, {
    code = "E002", message = "a field is written with '=', not with ':'",
    help = string.format("write %s = ...", key.value:find("^[%a_][%w_]*$")
      and key.value or string.format('["%s"]', key.value)),
  })
end

local starts_field = {
  name = true, ["["] = true, string = true, number = true, ["{"] = true,
  ["true"] = true, ["false"] = true, ["nil"] = true, ["function"] = true,
}

-- A field follows without a comma; nil when what follows is no field.
function error_messages.missing_comma(token, previous)
  if not starts_field[token.kind] then
    return nil
  end
  return behind(previous, {
    code = "E001", message = "missing ',' between fields",
    help = token.line > previous.last_line
      and string.format("line %d starts a new field: %s", token.line,
        shown(token))
      or string.format("put it before %s", shown(token)),
  })
end

-- What follows the field `node` is neither a comma, a brace nor a field.
function error_messages.after_field(open, token, node)
  if token.kind == "=" and node.value.kind == "call" then
    return at(token, {
      code = "E002", message = "a declaration has no '='",
      help = 'write path "/admin" { ... }',
    })
  elseif token.kind == "=" then
    return at(token, {
      code = "E002", message = "'=' must follow the name of a field",
      help = "a name that is not one word is written [\"so\"] = value",
    })
  elseif foreign[token.kind] then
    return at(token, {
      code = "E002", message = string.format("unexpected %s", shown(token)),
      help = foreign[token.kind],
    })
  end
  return error_messages.unclosed("}", open, token)
end

-- A value was needed.
function error_messages.no_value(token, previous)
  local problem = {
    code = "E002", message = string.format("a value expected, got %s",
      shown(token)),
  }

  if foreign[token.kind] then
    problem.help = foreign[token.kind]
  elseif token.kind == "=" then
    problem.help = "'==' compares, '=' gives a field its value"
  elseif token.kind == ":" and previous and previous.kind == "name" then
    problem.help = "write '=' alone"
  end
  return at(token, problem)
end

-- A value stands where a statement must.
function error_messages.no_statement(first, token)
  local problem = {
    code = "E002", message = "a value alone does nothing",
    help = "write a declaration, as in listen \"127.0.0.1:8443\"",
  }

  if first.kind == "name" then
    problem.message = string.format("'%s' must be followed by %s",
      first.value, "what it applies to")
    if no_words[first.value] then
      problem.message = string.format("Lua has no '%s'", first.value)
      problem.help = no_words[first.value]
    elseif token.kind == ":" then
      problem.help = "a declaration has no ':'; write "
        .. first.value .. " \"NAME\" { ... }"
    end
  end
  return at(first, problem)
end

-- What stands before '=' is neither a name nor a field.
function error_messages.no_target(target)
  return at(target, {
    code = "E002", message = "only a name or a field can be assigned",
    help = "a declaration has no '=': write site \"portal.example\" { ... }",
  })
end

-- A closing word without anything open.
function error_messages.closes_nothing(token)
  return at(token, {
    code = "E002", message = string.format("%s closes nothing", shown(token)),
    help = "remove it, or look for one too many above",
  })
end

return error_messages
