#pragma once

#include <string>
#include <vector>

namespace adomcp::testing_support {

/// Chunked bodies that must be refused, wherever a body is read. All of them are wrong before their
/// last byte, so that none leaves its reader waiting.
inline std::vector<std::string> hostile_chunked_bodies() {
  const std::string many(10000, 'x');
  std::string trailers;
  for (int i = 0; i < 40; ++i) trailers += "a: b\r\n";
  std::string nagging;  // an extension on every byte
  for (int i = 0; i < 200; ++i) nagging += "1;" + std::string(100, 'x') + "\r\nx\r\n";
  return {
      // What is no size.
      "zz\r\n",
      "5x\r\nhello\r\n0\r\n\r\n",
      "0x5\r\nhello\r\n0\r\n\r\n",
      "0X5\r\nhello\r\n0\r\n\r\n",
      "-1\r\n\r\n",
      "-5\r\nhello\r\n0\r\n\r\n",
      "+5\r\nhello\r\n0\r\n\r\n",
      "5.0\r\nhello\r\n0\r\n\r\n",
      "5,5\r\nhello\r\n0\r\n\r\n",
      "5h\r\nhello\r\n0\r\n\r\n",
      "\"5\"\r\nhello\r\n0\r\n\r\n",
      "\r\n5\r\nhello\r\n0\r\n\r\n",
      "\n5\r\nhello\r\n0\r\n\r\n",
      ";a=b\r\nhello\r\n0\r\n\r\n",
      "hello\r\n0\r\n\r\n",
      "5%\r\nhello\r\n0\r\n\r\n",
      "\xef\xbb\xbf"
      "5\r\nhello\r\n0\r\n\r\n",
      std::string("\0"
                  "5\r\nhello\r\n0\r\n\r\n",
                  16),
      "{\"jsonrpc\":\"2.0\"}",
      // Blanks.
      " 5\r\nhello\r\n0\r\n\r\n",
      "\t5\r\nhello\r\n0\r\n\r\n",
      "5 \r\nhello\r\n0\r\n\r\n",
      "5\t\r\nhello\r\n0\r\n\r\n",
      "5 5\r\nhello\r\n0\r\n\r\n",
      "5 ;a=b\r\nhello\r\n0\r\n\r\n",
      "5\r\nhello\r\n 0\r\n\r\n",
      "5\r\nhello\r\n0 \r\n\r\n",
      "\v5\r\nhello\r\n0\r\n\r\n",
      // Too big, and round the corner of 32 and 64 bits.
      "123456789\r\n",
      "100000005\r\nhello\r\n0\r\n\r\n",
      "10000000000000005\r\nhello\r\n0\r\n\r\n",
      "fffffffffffffffff\r\n",
      "FFFFFFFFFFFFFFFF\r\n",
      "8000000000000000\r\n",
      "00000000000000005\r\nhello\r\n0\r\n\r\n",
      std::string(10000, '1'),
      std::string(10000, '0'),
      // Line ends.
      "5\nhello\r\n0\r\n\r\n",
      "5\rhello\r\n0\r\n\r\n",
      "5\r\rhello\r\n0\r\n\r\n",
      "5\r\r\nhello\r\n0\r\n\r\n",
      "5\r\nhello\n0\r\n\r\n",
      "5\r\nhello\r0\r\n\r\n",
      "5\r\nhello\r\n0\n\r\n",
      "5\r\nhello\r\n0\r\r\n",
      "5\r\nhello\r\n0\r\n\n",
      "5\r\nhello\r\n0\n\n",
      "0\n\n",
      // Data longer or shorter than announced.
      "5\r\nhelloXX\r\n0\r\n\r\n",
      "5\r\nhello0\r\n\r\n",
      "4\r\nhello\r\n0\r\n\r\n",
      "6\r\nhello\r\n0\r\n\r\n",
      "5\r\nhello\r\n\r\n0\r\n\r\n",
      "5\r\nhello\r\nzz\r\n",
      // Extensions.
      "5;a\nhello\r\n0\r\n\r\n",
      "5;a\rb\r\nhello\r\n0\r\n\r\n",
      "5;a\r\rhello\r\n0\r\n\r\n",
      std::string("5;a\0b\r\nhello\r\n0\r\n\r\n", 19),
      "5;\x7f\r\nhello\r\n0\r\n\r\n",
      "5;\xc3\xa4\r\nhello\r\n0\r\n\r\n",
      "5;" + many + "\r\nhello\r\n0\r\n\r\n",
      nagging,
      // Trailers.
      "0\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
      "0\r\nA: b\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
      "0\r\nA: b\r\nPOST /mcp HTTP/1.1\r\n\r\n",
      "0\r\nA: b\r\n folded\r\n\r\n",
      "0\r\n: b\r\n\r\n",
      "0\r\nA : b\r\n\r\n",
      "0\r\n A: b\r\n\r\n",
      "0\r\nA: b\n\r\n",
      "0\r\nA: b\r\n\n",
      "0\r\nA: b\rC: d\r\n\r\n",
      "0\r\nA\r\n\r\n",
      "0\r\nA: \x01\r\n\r\n",
      "0\r\nA(: b\r\n\r\n",
      "0\r\nA: " + many + "\r\n\r\n",
      "0\r\n" + many + ": b\r\n\r\n",
      "0\r\n" + trailers + "\r\n",
  };
}

/// Whole bodies in chunks; each says "hello, chunked!".
inline std::vector<std::string> good_chunked_bodies() {
  return {
      "f\r\nhello, chunked!\r\n0\r\n\r\n",
      "F\r\nhello, chunked!\r\n0\r\n\r\n",
      "5\r\nhello\r\nA\r\n, chunked!\r\n0\r\n\r\n",
      "0005\r\nhello\r\n0000A\r\n, chunked!\r\n000\r\n\r\n",
      "5;ext=1\r\nhello\r\na;x;y=\"z; 1\"\r\n, chunked!\r\n0;last\r\n\r\n",
      "f\r\nhello, chunked!\r\n0\r\nA: b\r\n\r\n",
      "f\r\nhello, chunked!\r\n0\r\nA: b\r\nX-Long-Name:\r\nc:\td e \r\n\r\n",
      "1\r\nh\r\n1\r\ne\r\n1\r\nl\r\n1\r\nl\r\n1\r\no\r\na\r\n, chunked!\r\n0\r\n\r\n",
  };
}

}  // namespace adomcp::testing_support
