#include "net/body_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace adomcp::net {
namespace {

class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  int get() override { return at_ < text_.size() ? text_[at_++] : -1; }
  int read(char* buffer, std::streamsize size) override {
    const auto n = std::min({text_.size() - at_, static_cast<std::size_t>(size), std::size_t{3}});
    std::memcpy(buffer, text_.data() + at_, n);
    at_ += n;
    return static_cast<int>(n);
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

/// The body, or "ERROR".
std::string read_all(BodyReader reader) {
  std::string out;
  char buffer[64];
  for (;;) {
    const auto got = reader.read(buffer, sizeof buffer);
    if (!got) return "ERROR";
    if (*got == 0) return reader.finished() ? out : out + " (open)";
    out.append(buffer, *got);
  }
}

std::string chunks(const std::string& text) {
  TextSource source(text);
  return read_all(BodyReader::chunked(source));
}

TEST(BodyReader, ReadsChunks) {
  EXPECT_EQ(chunks("4\r\nabcd\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n"), "abcd0123456789");
  EXPECT_EQ(chunks("0\r\nTrailer: x\r\n\r\n"), "");
}

TEST(BodyReader, RefusesBrokenChunks) {
  for (const char* bad :
       {"", "4\r\nabcd", "4\r\nabcd\r\n", "4\r\nabcdX\r\n0\r\n\r\n", "\r\n\r\n", "-4\r\nabcd\r\n",
        "4\nabcd\r\n0\r\n\r\n", "0\r\n", "fffffffffffffffff\r\nab", "0x4\r\nabcd\r\n0\r\n\r\n"}) {
    EXPECT_EQ(chunks(bad), "ERROR") << bad;
  }
  EXPECT_EQ(chunks(std::string(10000, '1')), "ERROR");
}

TEST(BodyReader, CountsFixedBodies) {
  TextSource whole("abcdefNEXT");
  EXPECT_EQ(read_all(BodyReader::fixed(whole, 6)), "abcdef");
  TextSource cut("abc");
  EXPECT_EQ(read_all(BodyReader::fixed(cut, 6)), "ERROR");
  TextSource closing("abc");
  EXPECT_EQ(read_all(BodyReader::until_close(closing)), "abc (open)");
}

}  // namespace
}  // namespace adomcp::net
