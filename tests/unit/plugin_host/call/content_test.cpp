#include <string>

#include "unit/plugin_host/call_fixture.h"

// What becomes of a tool's content blocks.

namespace adomcp::plugin_host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ContentTest : public LinkedTest {
 protected:
  void SetUp() override { serve({animal("gives_content"), animal("echo")}); }

  CallResult give(int good, int then) {
    return call("gives_content",
                R"({"good":)" + std::to_string(good) + R"(,"then":)" + std::to_string(then) + "}");
  }

  void expect_bad(int good, int then, const std::string& text) {
    const CallResult result = give(good, then);
    EXPECT_EQ(result.outcome, Outcome::kError);
    EXPECT_TRUE(result.is_error);
    EXPECT_EQ(result.error_type, "bad_reply");
    EXPECT_EQ(result.text, text);
    EXPECT_THAT(result.content, IsEmpty());
  }
};

TEST_F(ContentTest, BlocksAreHandedOnInOrder) {
  const CallResult result = give(2, 1);
  EXPECT_EQ(result.outcome, Outcome::kSuccess);
  EXPECT_EQ(result.text, "in words");
  EXPECT_THAT(result.content,
              ElementsAre(R"({"type":"text","text":"1"})", R"({"type":"text","text":"2"})"));
}

TEST_F(ContentTest, BlocksAreAnAnswerByThemselves) {
  const CallResult result = give(100, 0);
  EXPECT_EQ(result.outcome, Outcome::kSuccess);
  EXPECT_FALSE(result.is_error);
  EXPECT_EQ(result.text, "");
  EXPECT_EQ(result.content.size(), 100U);
  EXPECT_EQ(give(0, 0).error_type, "no_reply");
}

TEST_F(ContentTest, OneBlockTooManyIsNoAnswer) {
  expect_bad(101, 0, "The tool gave more than 100 content blocks.");
  expect_bad(101, 1, "The tool gave more than 100 content blocks.");
}

TEST_F(ContentTest, ABadBlockIsNoAnswerAlthoughTheReplyIsGood) {
  expect_bad(1, 3, "The tool's content block 2 has no valid base64 in 'data'.");
}

TEST_F(ContentTest, AllTogetherIsAtMostOneMebibyte) {
  expect_bad(0, 4, "The tool's answer is larger than 1 MiB.");
  expect_bad(0, 6, "The tool's answer is larger than 1 MiB.");
}

TEST_F(ContentTest, AfterTheReplyAndFromAnotherThreadItIsDropped) {
  const CallResult late = give(1, 2);
  EXPECT_EQ(late.outcome, Outcome::kSuccess);
  EXPECT_EQ(late.content.size(), 1U);
  EXPECT_THAT(log_.text(), HasSubstr("[gives-content] content() after reply() is ignored"));

  const CallResult elsewhere = give(1, 7);
  EXPECT_EQ(elsewhere.content.size(), 1U);
  EXPECT_THAT(log_.text(), HasSubstr("[gives-content] content() came from another thread"));
}

TEST_F(ContentTest, AFailureMayBeToldInBlocks) {
  const CallResult told = give(1, 5);
  EXPECT_TRUE(told.is_error);
  EXPECT_EQ(told.error_type, "tool_error");
  EXPECT_EQ(told.text, "");
  EXPECT_EQ(told.content.size(), 1U);
  EXPECT_EQ(give(0, 5).text, "The tool failed and gave no reason.");
}

}  // namespace
}  // namespace adomcp::plugin_host
