#include "telemetry/otlp_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace adomcp::telemetry {
namespace {

using nlohmann::json;

TEST(OtlpJson, HasTheProtocolsShape) {
  SpanData span;
  span.context = {"0af7651916cd43dd8448eb211c80319c", "00f067aa0ba902b7", true};
  span.parent_span_id = "1111111111111111";
  span.links = {{"22222222222222222222222222222222", "3333333333333333", true}};
  span.name = "tools/call get_run";
  span.kind = SpanKind::kServer;
  span.start_ns = 1700000000000000001;
  span.end_ns = 1700000000000000002;
  span.attributes = {{"a", std::string("b")}, {"n", std::int64_t{-7}}, {"f", true}};
  span.failed = true;
  span.message = "tool_error";
  const auto request = json::parse(export_request({"adomcp", "0.1.0", "one"}, {span}));
  EXPECT_EQ(request["resourceSpans"].size(), 1U);
  EXPECT_EQ(request["resourceSpans"][0]["resource"]["attributes"], json::parse(R"([
    {"key":"service.name","value":{"stringValue":"adomcp"}},
    {"key":"service.version","value":{"stringValue":"0.1.0"}},
    {"key":"service.instance.id","value":{"stringValue":"one"}}])"));
  EXPECT_EQ(request["resourceSpans"][0]["scopeSpans"][0]["spans"], json::parse(R"([{
    "traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00f067aa0ba902b7",
    "parentSpanId":"1111111111111111","name":"tools/call get_run","kind":2,
    "startTimeUnixNano":"1700000000000000001","endTimeUnixNano":"1700000000000000002",
    "attributes":[{"key":"a","value":{"stringValue":"b"}},{"key":"n","value":{"intValue":"-7"}},
                  {"key":"f","value":{"boolValue":true}}],
    "links":[{"traceId":"22222222222222222222222222222222","spanId":"3333333333333333"}],
    "status":{"code":2,"message":"tool_error"}}])"));
}

TEST(OtlpJson, LeavesOutWhatIsNotThere) {
  SpanData span;
  span.kind = SpanKind::kClient;
  const auto request = json::parse(export_request({"adomcp", "0.1.0", ""}, {span, span}));
  const auto& spans = request["resourceSpans"][0]["scopeSpans"][0]["spans"];
  ASSERT_EQ(spans.size(), 2U);
  for (const char* key : {"parentSpanId", "links", "status"}) EXPECT_FALSE(spans[0].contains(key));
  EXPECT_EQ(spans[0]["kind"], 3);
}

TEST(OtlpJson, ReadsHowManyWereRefused) {
  EXPECT_EQ(rejected_spans(R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"x"}})"), 3U);
  EXPECT_EQ(rejected_spans(R"({"partialSuccess":{"rejectedSpans":3}})"), 3U);
  for (const char* none :
       {"", "{}", "[]", R"({"partialSuccess":{}})", "no json",
        R"({"partialSuccess":{"rejectedSpans":"x"}})", R"({"partialSuccess":{"rejectedSpans":-1}})",
        R"({"partialSuccess":7})"}) {
    EXPECT_EQ(rejected_spans(none), 0U) << none;
  }
}

}  // namespace
}  // namespace adomcp::telemetry
