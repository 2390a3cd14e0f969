#include "mcp/wire/headers.h"

#include <gtest/gtest.h>

#include "unit/mcp/fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

TEST(DecodeHeader, PlainTextStaysAndPaddingGoes) {
  EXPECT_EQ(decode_header("  us-west1\t"), "us-west1");
  EXPECT_EQ(decode_header("SGVsbG8="), "SGVsbG8=");
  EXPECT_EQ(decode_header("=?base64?SGVsbG8="), "=?base64?SGVsbG8=");
  EXPECT_EQ(decode_header("=?BASE64?SGVsbG8=?="), "=?BASE64?SGVsbG8=?=");
  EXPECT_EQ(decode_header(""), "");
}

TEST(DecodeHeader, SentinelIsDecodedStrictly) {
  EXPECT_EQ(decode_header("=?base64?SGVsbG8=?="), "Hello");
  EXPECT_EQ(decode_header("=?base64?SGVsbG8sIOS4lueVjA==?="), "Hello, 世界");
  EXPECT_EQ(decode_header("=?base64?IHBhZGRlZCA=?="), " padded ");
  EXPECT_EQ(decode_header("=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="), "=?base64?literal?=");
  EXPECT_EQ(decode_header(std::string("=?base64?") + "?="), "");
}

TEST(DecodeHeader, MalformedValuesAreRefused) {
  for (const char* value : {"=?base64?SGVsbG8?=",      // no padding
                            "=?base64?SGVs!!!bG8=?=",  // not the alphabet
                            "=?base64?SGVsbG8= ?=",    // blank
                            "=?base64?SGVsbG9=?=",     // bits that say nothing
                            "=?base64?A===?=",         // too much padding
                            "=?base64?SG==bG8=?=",     // padding inside
                            "=?base64?/w==?=",         // not UTF-8
                            "caf\xC3\xA9", "a\x01z"}) {
    EXPECT_EQ(decode_header(value), std::nullopt) << value;
  }
}

struct Case {
  const char* name;
  json arguments;
  World::Headers headers;
  bool accepted;
};

class ParamHeaders : public testing::TestWithParam<Case> {};

TEST_P(ParamHeaders, MustMirrorTheArguments) {
  World world;
  const auto reply = world.modern(
      "tools/call", {{"name", "routed"}, {"arguments", GetParam().arguments}}, GetParam().headers);
  EXPECT_EQ(!reply.error.has_value(), GetParam().accepted);
  if (reply.error) {
    EXPECT_EQ(world.invoker.calls, 0);
    EXPECT_EQ(reply.error->code, -32020);
    EXPECT_EQ(reply.error->http_status, 400);
  }
}

const json kHello = {{"region", "Hello"}};

INSTANTIATE_TEST_SUITE_P(
    Rows, ParamHeaders,
    testing::Values(
        Case{"plain", kHello, {{"mcp-param-region", "Hello"}}, true},
        Case{"encoded", kHello, {{"Mcp-Param-Region", "=?base64?SGVsbG8=?="}}, true},
        Case{"no_padding", kHello, {{"Mcp-Param-Region", "=?base64?SGVsbG8?="}}, false},
        Case{"bad_alphabet", kHello, {{"Mcp-Param-Region", "=?base64?SGVs!!!bG8=?="}}, false},
        Case{"literal", {{"region", "SGVsbG8="}}, {{"Mcp-Param-Region", "SGVsbG8="}}, true},
        Case{"half_sentinel",
             {{"region", "=?base64?SGVsbG8="}},
             {{"Mcp-Param-Region", "=?base64?SGVsbG8="}},
             true},
        Case{"other_value", kHello, {{"Mcp-Param-Region", "hello"}}, false},
        Case{"missing", kHello, {}, false}, Case{"null_argument", {{"region", nullptr}}, {}, true},
        Case{"absent_argument", json::object(), {}, true},
        Case{"header_without_argument", json::object(), {{"Mcp-Param-Region", "x"}}, false},
        Case{"integer", {{"level", 42}}, {{"Mcp-Param-Level", "42"}}, true},
        Case{"integer_as_decimal", {{"level", 42}}, {{"Mcp-Param-Level", "42.0"}}, true},
        Case{"integer_negative", {{"level", -7}}, {{"Mcp-Param-Level", "-7"}}, true},
        Case{"integer_other", {{"level", 42}}, {{"Mcp-Param-Level", "43"}}, false},
        Case{"integer_text", {{"level", 42}}, {{"Mcp-Param-Level", "42x"}}, false},
        Case{"nested_boolean", {{"deep", {{"on", true}}}}, {{"Mcp-Param-On", "true"}}, true},
        Case{"nested_boolean_case", {{"deep", {{"on", true}}}}, {{"Mcp-Param-On", "True"}}, false},
        Case{"nested_missing", {{"deep", {{"on", false}}}}, {}, false}),
    [](const auto& row) { return row.param.name; });

TEST(ParamHeadersLegacy, AreNotAskedFor) {
  World world;
  const auto reply = world.legacy("tools/call", {{"name", "routed"}, {"arguments", kHello}});
  EXPECT_FALSE(reply.error);
  EXPECT_EQ(world.invoker.calls, 1);
}

}  // namespace
}  // namespace adomcp::mcp
