#include "core/span.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adomcp {
namespace {

using testing::SizeIs;

class Kept final : public SpanSink {
 public:
  explicit Kept(bool samples) : samples_(samples) {}
  bool samples(std::string_view) const override { return samples_; }
  void take(SpanData span) override { spans.push_back(std::move(span)); }
  std::vector<SpanData> spans;

 private:
  bool samples_;
};

constexpr char kTrace[] = "0af7651916cd43dd8448eb211c80319c";
constexpr char kParent[] = "00f067aa0ba902b7";

SpanContext caller(bool sampled) {
  return {kTrace, kParent, sampled};
}

TEST(Traceparent, IsReadByTheW3cForm) {
  const std::string good = std::string("00-") + kTrace + "-" + kParent + "-";
  ASSERT_TRUE(parse_traceparent(good + "01"));
  EXPECT_TRUE(parse_traceparent(good + "01")->sampled);
  EXPECT_TRUE(parse_traceparent(good + "ff")->sampled);
  EXPECT_FALSE(parse_traceparent(good + "00")->sampled);
  EXPECT_EQ(parse_traceparent(good + "00")->span_id, kParent);
  EXPECT_TRUE(parse_traceparent("42" + good.substr(2) + "01-more"));
  for (const std::string& bad :
       {std::string(), good, good + "0", good + "0g", good + "01-more",
        "ff" + good.substr(2) + "01", "00-" + std::string(32, '0') + "-" + kParent + "-01",
        std::string("00-") + kTrace + "-" + std::string(16, '0') + "-01",
        std::string("00-0AF7651916CD43DD8448EB211C80319C-") + kParent + "-01"}) {
    EXPECT_FALSE(parse_traceparent(bad)) << bad;
  }
}

TEST(Span, WithoutASinkNothingIsRecorded) {
  Span span = Span::root(nullptr, caller(true), "x", SpanKind::kServer);
  EXPECT_FALSE(span.recorded());
  EXPECT_EQ(span.context().trace_id, kTrace);  // the audit still names the caller's trace
  EXPECT_FALSE(span.as_parent().child("y", SpanKind::kClient).recorded());
  EXPECT_EQ(Span::root(nullptr, std::nullopt, "x", SpanKind::kServer).context().trace_id, "");
}

TEST(Span, ACallersTraceGoesOnAsItSays) {
  for (const bool sampled : {true, false}) {
    const auto sink = std::make_shared<Kept>(!sampled);  // what it would say of its own traces
    Span::root(sink, caller(sampled), "x", SpanKind::kServer).end();
    ASSERT_THAT(sink->spans, SizeIs(sampled ? 1 : 0));
    if (!sampled) continue;
    EXPECT_EQ(sink->spans[0].context.trace_id, kTrace);
    EXPECT_EQ(sink->spans[0].parent_span_id, kParent);
    EXPECT_NE(sink->spans[0].context.span_id, kParent);
  }
}

TEST(Span, ATraceThatBeginsHereIsSampledByTheSink) {
  for (const bool sampled : {true, false}) {
    const auto sink = std::make_shared<Kept>(sampled);
    Span span = Span::root(sink, std::nullopt, "x", SpanKind::kServer);
    EXPECT_EQ(span.recorded(), sampled);
    EXPECT_THAT(span.context().trace_id, SizeIs(32));
    EXPECT_THAT(span.context().span_id, SizeIs(16));
    EXPECT_EQ(span.as_parent().child("y", SpanKind::kInternal).recorded(), sampled);
  }
}

TEST(Span, TellsWhatItWasAndEndsOnce) {
  const auto sink = std::make_shared<Kept>(true);
  std::string parent;
  {
    Span span = Span::root(sink, std::nullopt, "x", SpanKind::kServer);
    parent = span.context().span_id;
    Span child = span.as_parent().child("GET", SpanKind::kClient);
    child.set("http.request.method", std::string("GET"));
    child.set("n", std::int64_t{7});
    child.link(caller(true));
    child.fail("no answer");
    child.end();
    child.end();
    child.set("late", true);
    Span moved = std::move(span);
    EXPECT_FALSE(span.recorded());  // NOLINT(bugprone-use-after-move): that is what is asked
    moved.rename("y");
  }
  ASSERT_THAT(sink->spans, SizeIs(2));
  const SpanData& child = sink->spans[0];
  EXPECT_EQ(child.parent_span_id, parent);
  EXPECT_THAT(child.attributes, SizeIs(2));
  EXPECT_THAT(child.links, SizeIs(1));
  EXPECT_TRUE(child.failed);
  EXPECT_GE(child.end_ns, child.start_ns);
  EXPECT_EQ(sink->spans[1].name, "y");
  EXPECT_LE(sink->spans[1].start_ns, child.start_ns);
}

TEST(Span, KeepsABoundedPartOfEachText) {
  const auto sink = std::make_shared<Kept>(true);
  const std::string much(100000, 'x');
  Span span = Span::root(sink, std::nullopt, much, SpanKind::kServer);
  span.set("a", much);
  span.fail(much);
  span.end();
  span = Span::root(sink, std::nullopt, "x", SpanKind::kServer);
  span.rename(much);
  span.end();
  ASSERT_THAT(sink->spans, SizeIs(2));
  EXPECT_THAT(sink->spans[0].name, SizeIs(256));
  EXPECT_THAT(sink->spans[1].name, SizeIs(256));
  EXPECT_THAT(sink->spans[0].message, SizeIs(1024));
  EXPECT_THAT(std::get<std::string>(sink->spans[0].attributes[0].second), SizeIs(1024));
}

}  // namespace
}  // namespace adomcp
