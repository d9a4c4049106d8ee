-- SPDX-License-Identifier: Apache-2.0
-- Content-Length against Transfer-Encoding: who believes which?
local chunked = "Transfer-Encoding: chunked\r\n"
local last = "0\r\n\r\n"
local both = "0\r\n\r\n" .. victim -- behind an empty chunked body

-- CL.TE and TE.CL: both are never right (RFC 9112, section 6.3, 3).
case("length first, then chunked", post .. "Content-Length: " .. len(both)
  .. "\r\n" .. chunked .. "\r\n" .. both, 400)
case("chunked first, then length", post .. chunked .. "Content-Length: 4\r\n"
  .. "\r\n5c\r\n" .. victim .. "\r\n" .. last, 400)
case("length 0 and chunked", post .. "Content-Length: 0\r\n" .. chunked
  .. "\r\n" .. last, 400)
case("length that is right, and chunked", post .. "Content-Length: 5\r\n"
  .. chunked .. "\r\n" .. last, 400)
case("both in a GET", get .. "Content-Length: 5\r\n" .. chunked .. "\r\n"
  .. last, 400)
case("both, HEAD", "HEAD /$id HTTP/1.1\r\n" .. host .. "Content-Length: 5\r\n"
  .. chunked .. "\r\n" .. last, 400)
case("both, and Connection names Content-Length", post
  .. "Connection: Content-Length\r\nContent-Length: 5\r\n" .. chunked .. "\r\n"
  .. last, 400)
case("both, and Connection names Transfer-Encoding", post
  .. "Connection: Transfer-Encoding\r\nContent-Length: 5\r\n" .. chunked
  .. "\r\n" .. last, 400)
case("both, HTTP/1.0", "POST /$id HTTP/1.0\r\n" .. host
  .. "Content-Length: 5\r\n" .. chunked .. "\r\n" .. last, 400)
case("chunked in HTTP/1.0", "POST /$id HTTP/1.0\r\n" .. host .. chunked
  .. "\r\n" .. last, 400)
case("chunked in HTTP/1.0 with keep-alive", "POST /$id HTTP/1.0\r\n" .. host
  .. "Connection: keep-alive\r\n" .. chunked .. "\r\n" .. both, 400)
case("Connection names Content-Length alone: it still frames", post
  .. "Connection: Content-Length\r\nContent-Length: 5\r\n\r\nhello",
  "POST /$id hello")
case("Connection names Transfer-Encoding alone: it still frames", post
  .. "Connection: Transfer-Encoding\r\n" .. chunked .. "\r\n5\r\nhello\r\n"
  .. last, "POST /$id hello")
case("Connection names Host: it stays", get .. "Connection: Host\r\n\r\n",
  "GET /$id")
case("Connection: close, Content-Length", post
  .. "Connection: close, Content-Length\r\nContent-Length: 5\r\n\r\nhello",
  "POST /$id hello", { closes = true })

-- TE.TE: everything but the one word.
local function te(name, value, ...)
  case("Transfer-Encoding: " .. name, post .. "Transfer-Encoding:" .. value
    .. "\r\n\r\n" .. both, ...)
end
te("no space before the value", "chunked", "POST /$id", 500)
te("a tab before the value", "\tchunked", "POST /$id", 500)
te("white space around", " \t chunked \t ", "POST /$id", 500)
te("other case", " cHuNkEd", "POST /$id", 500)
te("xchunked", " xchunked", 501)
te("chunkedx", " chunkedx", 501)
te("chunk", " chunk", 501)
te("identity", " identity", 501)
te("identity, chunked", " identity, chunked", 501)
te("chunked, identity", " chunked, identity", 501)
te("gzip, chunked", " gzip, chunked", 501)
te("chunked, gzip", " chunked, gzip", 501)
te("gzip", " gzip", 501)
te("compress;q=1, chunked", " compress;q=1, chunked", 400)
te("chunked, chunked", " chunked, chunked", 400)
te("chunked,", " chunked,", 400)
te(",chunked", " ,chunked", 400)
te(", ,chunked", " , ,chunked", 400)
te("in quotes", ' "chunked"', 400)
te("in single quotes", " 'chunked'", 501)
te("with a parameter", " chunked;foo=bar", 400)
te("with q=0", " chunked;q=0", 400)
te("with a comment", " chunked (really)", 400)
te("two words", " chunked foo", 400)
te("empty", "", 400)
te("white space alone", " \t", 400)
te("vertical tab before", " \vchunked", 400)
te("vertical tab after", " chunked\v", 400)
te("form feed before", " \fchunked", 400)
te("form feed after", " chunked\f", 400)
te("backspace before", " \bchunked", 400)
te("DEL after", " chunked\x7f", 400)
te("no-break space before", " \xa0chunked", 400)
te("NUL after", " chunked\0", 400)
te("NUL within", " chun\0ked", 400)
te("bare CR before", " \rchunked", 400)
te("bare CR after", " chunked\r", 400)
te("bare LF before", "\nchunked", 400)
te("folded", "\r\n chunked", 400)
te("folded with a tab", "\r\n\tchunked", 400)
te("a dash in the word", " chun-ked", 501)
te("UTF-8 K", " chun\xe2\x84\xaaed", 400)
te("a colon before", ": chunked", 400)
te("an equal sign before", "= chunked", 400)
te("0", " 0", 501)

local function name(about, field, status)
  case("the name " .. about, post .. field .. ": chunked\r\n"
    .. "Content-Length: 5\r\n\r\n" .. "hello", status)
end
name("in capitals", "TRANSFER-ENCODING", 400)
name("with a space before the colon", "Transfer-Encoding ", 400)
name("with a tab before the colon", "Transfer-Encoding\t", 400)
name("with a space before", " Transfer-Encoding", 400)
name("with a tab before", "\tTransfer-Encoding", 400)
name("with an underscore", "Transfer_Encoding", 400)
name("with a space for the dash", "Transfer Encoding", 400)
name("with a vertical tab", "Transfer-Encoding\v", 400)
name("with a NUL", "Transfer-Encoding\0", 400)
name("with a bare CR before", "\rTransfer-Encoding", 400)
name("with a bare CR after", "Transfer-Encoding\r", 400)
name("with a bare LF before", "X: y\nTransfer-Encoding", 400)
name("in quotes", '"Transfer-Encoding"', 400)
name("in brackets", "[Transfer-Encoding]", 400)
name("with a byte above 127", "Transfer-Encoding\x85", 400)
-- Another name is another field: it goes on as it is, and frames nothing.
name("without its dash", "TransferEncoding", "POST /$id hello")
name("with two dashes", "Transfer--Encoding", "POST /$id hello")
name("with an S", "Transfer-Encodings", "POST /$id hello")

case("chunked twice", post .. chunked .. chunked .. "\r\n" .. both, 400)
case("chunked, then identity", post .. chunked
  .. "Transfer-Encoding: identity\r\n\r\n" .. both, 400)
case("identity, then chunked", post .. "Transfer-Encoding: identity\r\n"
  .. chunked .. "\r\n" .. both, 400)
case("chunked, then none", post .. chunked .. "Transfer-Encoding:\r\n\r\n"
  .. both, 400)
case("chunked twice, other cases", post .. chunked
  .. "transfer-encoding: chunked\r\n\r\n" .. both, 400)
case("TE is no framing", post .. "TE: chunked\r\nContent-Length: 5\r\n\r\n"
  .. "hello", "POST /$id hello")
case("TE: trailers is dropped", get .. "TE: trailers\r\nConnection: TE\r\n\r\n",
  "GET /$id")
case("X-Transfer-Encoding is no framing", post
  .. "X-Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello",
  "POST /$id hello")
case("Content-Encoding is no framing", post
  .. "Content-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello",
  "POST /$id hello")
case("no framing: what follows is a request", post .. "\r\n" .. victim,
  "POST /$id", 500)
case("a GET with a body", get .. "Content-Length: 5\r\n\r\nhello",
  "GET /$id hello")
case("a GET with a chunked body that looks like a request", get .. chunked
  .. "\r\n" .. ("%x\r\n%s\r\n"):format(len(victim), victim) .. last,
  "GET /$id " .. victim)
case("a body that looks like a request", post .. "Content-Length: "
  .. len(victim) .. "\r\n\r\n" .. victim, "POST /$id " .. victim)
case("a HEAD with a body", "HEAD /$id HTTP/1.1\r\n" .. host
  .. "Content-Length: 5\r\n\r\nhello", "HEAD /$id hello")
case("an OPTIONS with a body", "OPTIONS /$id HTTP/1.1\r\n" .. host
  .. "Content-Length: 5\r\n\r\nhello", "OPTIONS /$id hello")
case("a DELETE with a chunked body", "DELETE /$id HTTP/1.1\r\n" .. host
  .. chunked .. "\r\n5\r\nhello\r\n" .. last, "DELETE /$id hello")
