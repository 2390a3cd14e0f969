#include "core/sha256.h"

#include <gtest/gtest.h>

#include <sstream>

namespace adomcp {
namespace {

constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, GivesThePublishedValues) {
  EXPECT_EQ(sha256_hex("abc"), kAbc);
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc").size(), 32U);
  EXPECT_EQ(sha256("abc").substr(0, 2), "\xba\x78");
}

TEST(Sha256, TakesPiecesAndStartsOver) {
  Sha256 digest;
  for (int round = 0; round < 2; ++round) {
    digest.update("a");
    digest.update("");
    digest.update("bc");
    EXPECT_EQ(digest.finish(), kAbc);
  }
}

TEST(Sha256, ReadsAStream) {
  std::istringstream empty;
  EXPECT_EQ(sha256_of(empty).value(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  std::istringstream abc("abc");
  EXPECT_EQ(sha256_of(abc).value(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace adomcp
