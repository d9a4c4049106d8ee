-- SPDX-License-Identifier: Apache-2.0
-- Content-Length: one field of digits, or none.
local function length(name, value, ...)
  case("Content-Length: " .. name, post .. "Content-Length:" .. value
    .. "\r\n\r\nhello", ...)
end
length("with no space", "5", "POST /$id hello")
length("white space around", "\t 5 \t", "POST /$id hello")
length("leading zeros", " 0000000005", "POST /$id hello")
length("+5", " +5", 400)
length("-5", " -5", 400)
length("-0", " -0", 400)
length("0x5", " 0x5", 400)
length("5x", " 5x", 400)
length("5 5", " 5 5", 400)
length("5, 5", " 5, 5", 400)
length("5,5", " 5,5", 400)
length("5, 6", " 5, 6", 400)
length("5;", " 5;", 400)
length("5.0", " 5.0", 400)
length("5e0", " 5e0", 400)
length("5_0", " 5_0", 400)
length("in quotes", ' "5"', 400)
length("a word", " five", 400)
length("hex digits", " A", 400)
length("octal", " 0o5", 400)
length("empty", "", 400)
length("white space alone", " ", 400)
length("vertical tab", " \v5", 400)
length("form feed", " 5\f", 400)
length("NUL", " 5\0", 400)
length("NUL before", " \0005", 400)
length("bare CR", " 5\r6", 400)
length("bare LF", " 5\nX: y", 400)
length("folded", "\r\n 5", 400)
length("in Arabic digits", " \xd9\xa5", 400)
length("in fullwidth digits", " \xef\xbc\x95", 400)
length("superscript", " \xc2\xb2", 400)
length("2^31", " 2147483648", { cut = "POST /$id" })
length("2^32 + 5", " 4294967301", { cut = "POST /$id" })
length("2^63", " 9223372036854775808", 400)
length("2^64", " 18446744073709551616", 400)
length("2^64 + 5", " 18446744073709551621", 400)
length("a hundred digits", " " .. ("9"):rep(100), 400)
length("a thousand zeros and 5", " " .. ("0"):rep(1000) .. "5",
  "POST /$id hello")

local function two(name, first, second)
  case(name, post .. first .. "\r\n" .. second .. "\r\n\r\nhello", 400)
end
two("two lengths that differ", "Content-Length: 5", "Content-Length: 6")
two("two lengths, the same", "Content-Length: 5", "Content-Length: 5")
two("two lengths, one 0", "Content-Length: 0", "Content-Length: 5")
two("two lengths in two cases", "Content-Length: 5", "content-length: 6")
two("two lengths, one empty", "Content-Length: 5", "Content-Length:")
two("a length with an underscore", "Content-Length: 5", "Content_Length: 6")
two("an underscore alone", "Content_Length: 5", "X: y")
two("a space before its colon", "Content-Length : 5", "X: y")
two("a tab before its colon", "Content-Length\t: 5", "X: y")
two("a space before it", "X: y", " Content-Length: 5")
two("no colon", "Content-Length 5", "X: y")
two("an equal sign", "Content-Length= 5", "X: y")
two("two colons", "Content-Length:: 5", "X: y")

-- A body and what it says of itself.
case("shorter than the body: the rest is a request", post
  .. "Content-Length: 5\r\n\r\nhello" .. victim,
  "POST /$id hello", 500)
case("shorter, and the rest is no request", post
  .. "Content-Length: 3\r\n\r\nhello\r\n\r\n", "POST /$id hel", 400)
case("length 0 and a body", post .. "Content-Length: 0\r\n\r\n" .. victim,
  "POST /$id", 500)
case("longer than the body, and the client goes", post
  .. "Content-Length: 500\r\n\r\n" .. victim, { cut = "POST /$id" })
case("longer by one", post .. "Content-Length: 6\r\n\r\nhello",
  { cut = "POST /$id" })
case("an empty line more behind a body", post
  .. "Content-Length: 5\r\n\r\nhello\r\n" .. next_get,
  "POST /$id hello", "GET /next/$id")
case("two empty lines more behind a body", post
  .. "Content-Length: 5\r\n\r\nhello\r\n\r\n" .. next_get,
  "POST /$id hello", 400)
