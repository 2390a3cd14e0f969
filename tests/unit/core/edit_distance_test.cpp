#include "core/edit_distance.h"

#include <gtest/gtest.h>

namespace adomcp {
namespace {

TEST(EditDistance, CountsWhatMustChange) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("a*c", "abc"), 1U);
}

TEST(PatternDistance, TakesWildcardsAsTheyAre) {
  EXPECT_EQ(pattern_distance("*", "anything"), 0U);
  EXPECT_EQ(pattern_distance("run_*", "run_pipeline"), 0U);
  EXPECT_EQ(pattern_distance("ran_*", "run_pipeline"), 1U);
  EXPECT_EQ(pattern_distance("r?n", "run"), 0U);
  EXPECT_EQ(pattern_distance("r?n", "rn"), 1U);
}

}  // namespace
}  // namespace adomcp
