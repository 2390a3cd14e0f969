#include "http/request_head.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace adomcp::http {
namespace {

using Framing = RequestHead::Framing;

struct Parsed {
  int refused = 0;  ///< the status of the refusal, 0 for none
  RequestHead head;
};

Parsed parse(const std::string& text) {
  Parsed parsed;
  const auto refusal = parse_head(text, parsed.head);
  if (refusal) parsed.refused = refusal->status;
  return parsed;
}

Parsed parse_fields(const std::string& fields) {
  return parse("POST /mcp HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
}

TEST(RequestHead, ReadsTheParts) {
  const Parsed parsed = parse(
      "POST /mcp?a=b?c HTTP/1.1\r\nHost: localhost\r\nX-Two:  one \r\nx-two: two\r\n"
      "Content-Length: 12\r\n\r\n");
  ASSERT_EQ(parsed.refused, 0);
  EXPECT_EQ(parsed.head.method, "POST");
  EXPECT_EQ(parsed.head.path, "/mcp");
  EXPECT_EQ(parsed.head.query, "a=b?c");
  EXPECT_EQ(parsed.head.header("HOST"), "localhost");
  EXPECT_EQ(parsed.head.header("X-TWO"), "one, two");
  EXPECT_EQ(parsed.head.header("absent"), std::nullopt);
  EXPECT_EQ(parsed.head.framing, Framing::kLength);
  EXPECT_EQ(parsed.head.length, 12u);
  EXPECT_TRUE(parsed.head.keep_alive);
}

// Poco takes "=?base64?…?=" for an RFC 2047 word and drops its beginning.
TEST(RequestHead, LeavesEncodedWordsAlone) {
  const Parsed parsed = parse(
      "POST /mcp?x=?y HTTP/1.1\r\nA: =?base64?SGVsbG8=?=\r\nB: =?utf-8?q?=0D=0AX:_y?=\r\n\r\n");
  ASSERT_EQ(parsed.refused, 0);
  EXPECT_EQ(parsed.head.header("A"), "=?base64?SGVsbG8=?=");
  EXPECT_EQ(parsed.head.header("B"), "=?utf-8?q?=0D=0AX:_y?=");
  EXPECT_EQ(parsed.head.query, "x=?y");
}

TEST(RequestHead, RefusesMalformedRequestLines) {
  for (const char* line :
       {"", "GET", "GET /", "GET  HTTP/1.1", "G\"T / HTTP/1.1", "GET: / HTTP/1.1", "GET / HTP/1.1",
        "GET /a b HTTP/1.1", "GET * HTTP/1.1", "GET http://localhost/mcp HTTP/1.1",
        "GET\r\n/\r\nHTTP/1.1", "GET / HTTP/1.1 x", "GET / HTTP/1.1 ", " GET / HTTP/1.1",
        "GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET\t/ HTTP/1.1", "GET /\tHTTP/1.1",
        "GET / HTTP/1.1\t"}) {
    EXPECT_EQ(parse(std::string(line) + "\r\nHost: h\r\n\r\n").refused, 400) << line;
  }
  EXPECT_EQ(parse("PRI * HTTP/2.0\r\n\r\n").refused, 505);
  EXPECT_EQ(parse("GET / HTTP/1.2\r\n\r\n").refused, 505);
  EXPECT_EQ(parse(std::string(40, 'A') + " / HTTP/1.1\r\n\r\n").refused, 400);
}

TEST(RequestHead, RefusesLinesThatAreNoFields) {
  for (const char* fields :
       {"no colon\r\n", "A: b\r\n folded\r\n", "A : b\r\n", ": b\r\n", "A b: c\r\n", " A: b\r\n",
        "A: b\r\n \r\n", "Content-Length: 5\r\n\t\r\n", " \r\n", "\t\r\nA: b\r\n",
        "Content-Length : 5\r\n", "Content-Length\r\n", "A: b\x01\r\n", "A: b\rC: d\r\n"}) {
    EXPECT_EQ(parse_fields(fields).refused, 400) << fields;
  }
  EXPECT_EQ(parse_fields(std::string("A: b\0c\r\n", 8)).refused, 400);
}

TEST(RequestHead, RefusesRepeatsOfWhatMustBeThereOnce) {
  for (const char* fields :
       {"host: other\r\n", "Origin: a\r\nOrigin: a\r\n", "Authorization: a\r\nauthorization: b\r\n",
        "Content-Type: a\r\nContent-Type: a\r\n", "Content-Length: 5\r\nContent-Length: 5\r\n"}) {
    EXPECT_EQ(parse_fields(fields).refused, 400) << fields;
  }
}

TEST(RequestHead, RefusesTooMuch) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "A: b\r\n";
  EXPECT_EQ(parse_fields(many).refused, 431);
  EXPECT_EQ(parse_fields(many.substr(6)).refused, 0);
  EXPECT_EQ(parse_fields("A: " + std::string(33000, 'x') + "\r\n").refused, 431);
  EXPECT_EQ(parse_fields("A: " + std::string(8000, 'x') + "\r\n").refused, 0);
  EXPECT_EQ(parse_fields(std::string(300, 'n') + ": x\r\n").refused, 400);
}

TEST(RequestHead, RefusesAmbiguousLengths) {
  for (const char* value : {"", "-1", "+5", "5x", "0x5", "5, 5", "5 5", "1e3", "٣"}) {
    EXPECT_EQ(parse_fields(std::string("Content-Length: ") + value + "\r\n").refused, 400) << value;
  }
  EXPECT_EQ(parse_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n").refused, 400);
  EXPECT_EQ(parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").refused, 400);
  const Parsed huge = parse_fields("Content-Length: 99999999999999999999999\r\n");
  EXPECT_EQ(huge.refused, 0);
  EXPECT_EQ(huge.head.length, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parse_fields("Content-Length: 0\r\n").head.framing, Framing::kNoBody);
}

TEST(RequestHead, KnowsOneTransferEncoding) {
  EXPECT_EQ(parse_fields("Transfer-Encoding: Chunked\r\n").head.framing, Framing::kChunked);
  for (const char* value : {"gzip", "gzip, chunked", "identity", "xchunked", ""}) {
    EXPECT_EQ(parse_fields(std::string("Transfer-Encoding: ") + value + "\r\n").refused, 501)
        << value;
  }
  EXPECT_EQ(parse_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n").refused,
            501);
}

TEST(RequestHead, KeepsAliveAsTheVersionAndTheHeaderSay) {
  EXPECT_TRUE(parse_fields("").head.keep_alive);
  EXPECT_FALSE(parse_fields("Connection: Close\r\n").head.keep_alive);
  EXPECT_FALSE(parse_fields("Connection: keep-alive, close\r\n").head.keep_alive);
  EXPECT_FALSE(parse_fields("Connection: x\r\nConnection: close\r\n").head.keep_alive);
  EXPECT_FALSE(parse_fields("Trailer: X\r\n").head.keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").head.keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").head.keep_alive);
}

TEST(RequestHead, KnowsOneExpectation) {
  EXPECT_TRUE(parse_fields("Expect: 100-Continue\r\n").head.expects_continue);
  EXPECT_EQ(parse_fields("Expect: miracles\r\n").refused, 417);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").head.expects_continue);
}

}  // namespace
}  // namespace adomcp::http
