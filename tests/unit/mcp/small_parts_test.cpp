#include <gtest/gtest.h>

#include "core/json.h"
#include "core/text.h"
#include "mcp/wire/headers.h"
#include "unit/mcp/fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

TEST(JsonText, LimitsHoldBeforeParsing) {
  const JsonLimits limits{100, 3, 5};
  EXPECT_TRUE(parse_json("[[[1]]]", limits));
  EXPECT_FALSE(parse_json("[[[[1]]]]", limits));
  EXPECT_TRUE(parse_json("[1,2,3,4]", limits));
  EXPECT_FALSE(parse_json("[1,2,3,4,5]", limits));
  EXPECT_TRUE(parse_json(R"("[[[[,,,,,,\"[[[[")", limits));
  EXPECT_FALSE(parse_json(std::string(101, ' '), limits));
  EXPECT_FALSE(parse_json(std::string(1000000, '['), JsonLimits{}));
}

TEST(JsonText, RefusesWhatIsNotJson) {
  for (const char* text : {"", "{", "nul", "1 2", "{\"a\":1,}", "\"\xC3\"", "\"\xED\xA0\x80\"",
                           R"("\ud800")", "1e999", "'a'", "\"\n\"", "NaN", "//x\n1"}) {
    EXPECT_FALSE(parse_json(text)) << text;
  }
  EXPECT_EQ(*parse_json(R"({"a":1,"a":2})"), json({{"a", 2}}));
}

TEST(JsonText, CheckLimitsMatchesParsing) {
  const JsonLimits limits{100, 2, 4};
  EXPECT_TRUE(check_limits(json::parse("[[1]]"), limits));
  EXPECT_FALSE(check_limits(json::parse("[[[1]]]"), limits));
  EXPECT_FALSE(check_limits(json::parse("[1,2,3,4]"), limits));
  EXPECT_FALSE(check_limits(json::parse("9223372036854775808"), limits));
  EXPECT_TRUE(check_limits(json::parse("9223372036854775807"), limits));
}

TEST(JsonText, QuoteIsAlwaysValid) {
  EXPECT_EQ(quote("a\"\n"), R"("a\"\n")");
  EXPECT_TRUE(json::accept(quote("bad \xFF bytes")));
}

TEST(JsonText, ExcerptIsOneShortLine) {
  EXPECT_EQ(excerpt("a\nb\x7F"), "a b ");
  EXPECT_EQ(excerpt(std::string(100, 'x'), 10), "xxxxxxxxxx...");
}

TEST(TraceContext, OnlyTheW3cFormCounts) {
  World world;
  const std::string id = "0af7651916cd43dd8448eb211c80319c";
  const std::string good = "00-" + id + "-00f067aa0ba902b7-01";
  const auto trace = [&](const World::Headers& headers, const json& params) {
    const auto parents =
        trace_parents_of({"tools/call", params, false}, world.http_request(headers));
    return parents.parent() ? parents.parent()->trace_id : std::string();
  };
  EXPECT_EQ(trace({{"Traceparent", good}}, nullptr), id);
  EXPECT_EQ(trace({}, {{"_meta", {{"traceparent", good}}}}), id);
  EXPECT_EQ(trace({{"traceparent", "nonsense"}}, {{"_meta", {{"traceparent", good}}}}), id);
  EXPECT_EQ(trace({{"traceparent", "01-" + good.substr(3) + "-more"}}, nullptr), id);
  for (const std::string& bad :
       {good + "-more", "ff" + good.substr(2), "00-" + std::string(32, '0') + good.substr(35),
        std::string("00-0AF7651916CD43DD8448EB211C80319C-00f067aa0ba902b7-01"), std::string()}) {
    EXPECT_EQ(trace({{"traceparent", bad}}, nullptr), "") << bad;
  }
  EXPECT_EQ(trace({}, {{"_meta", {{"traceparent", 7}}}}), "");
}

}  // namespace
}  // namespace adomcp::mcp
