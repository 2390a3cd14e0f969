#include "core/chunk_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "support/chunked_bodies.h"

namespace adomcp {
namespace {

/// Gives `step` bytes at a time.
class TextSource final : public ByteSource {
 public:
  TextSource(std::string text, std::size_t step) : text_(std::move(text)), step_(step) {}
  int get() override { return at_ < text_.size() ? text_[at_++] : -1; }
  int read(char* buffer, std::streamsize size) override {
    const auto n = std::min({text_.size() - at_, static_cast<std::size_t>(size), step_});
    std::memcpy(buffer, text_.data() + at_, n);
    at_ += n;
    return static_cast<int>(n);
  }
  std::string rest() const { return text_.substr(at_); }

 private:
  std::string text_;
  std::size_t step_;
  std::size_t at_ = 0;
};

/// The body, or "BROKEN".
std::string body_of(ByteSource& source) {
  ChunkReader reader;
  std::string out;
  std::array<char, 7> buffer{};
  for (;;) {
    const auto got = reader.read(source, buffer.data(), buffer.size());
    EXPECT_EQ(reader.finished(), got == std::size_t{0});
    if (!got) return "BROKEN";
    if (*got == 0) return out;
    out.append(buffer.data(), *got);
  }
}

TEST(ChunkReader, ReadsUpToTheEndAndNoFurther) {
  for (const std::string& chunks : testing_support::good_chunked_bodies()) {
    for (const std::size_t step : {1U, 3U, 100U}) {
      TextSource source(chunks + "NEXT", step);
      EXPECT_EQ(body_of(source), "hello, chunked!") << chunks;
      EXPECT_EQ(source.rest(), "NEXT") << chunks;
    }
  }
}

TEST(ChunkReader, RefusesWhatCouldBeReadDifferently) {
  const auto hostile = testing_support::hostile_chunked_bodies();
  EXPECT_GE(hostile.size(), 40U);
  for (const std::string& chunks : hostile) {
    for (const std::size_t step : {1U, 100U}) {
      TextSource source(chunks + "NEXT", step);
      EXPECT_EQ(body_of(source), "BROKEN") << chunks.substr(0, 100);
    }
  }
}

TEST(ChunkReader, RefusesABodyThatIsCutOffAnywhere) {
  for (const std::string& chunks : testing_support::good_chunked_bodies()) {
    for (std::size_t size = 0; size < chunks.size(); ++size) {
      TextSource source(chunks.substr(0, size), 100);
      EXPECT_EQ(body_of(source), "BROKEN") << chunks.substr(0, size);
    }
  }
}

TEST(ChunkReader, StaysBroken) {
  TextSource source("zz\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 100);
  ChunkReader reader;
  std::array<char, 8> buffer{};
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(reader.read(source, buffer.data(), buffer.size()));
    EXPECT_FALSE(reader.left(source));
    EXPECT_FALSE(reader.finished());
  }
}

TEST(ChunkReader, TellsHowMuchWasAnnounced) {
  TextSource source("ffffffff\r\nhello", 100);
  ChunkReader reader;
  EXPECT_EQ(reader.left(source), 0xFFFFFFFFU);
  std::array<char, 8> buffer{};
  EXPECT_EQ(reader.read(source, buffer.data(), 5), 5U);
  EXPECT_EQ(reader.left(source), 0xFFFFFFFFU - 5);
}

}  // namespace
}  // namespace adomcp
