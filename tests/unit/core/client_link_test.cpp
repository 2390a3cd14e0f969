#include "core/client_link.h"

#include <gtest/gtest.h>

#include <string>

namespace adomcp {
namespace {

TEST(QuestionKey, IsShortAndPlain) {
  for (const auto& good : {std::string("user_name2"), std::string(kMostQuestionKey, 'a')}) {
    EXPECT_TRUE(is_question_key(good)) << good;
  }
  for (const auto& bad : {std::string(), std::string(kMostQuestionKey + 1, 'a'),
                          std::string("Name"), std::string("a.b"), std::string("a b")}) {
    EXPECT_FALSE(is_question_key(bad)) << bad;
  }
}

}  // namespace
}  // namespace adomcp
