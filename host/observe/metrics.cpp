#include "observe/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <set>
#include <shared_mutex>

#include "observe/series.h"

namespace adomcp::observe {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Labels;

constexpr std::string_view kOther = "other";
constexpr std::array<std::string_view, 4> kKinds = {"(prompt)", "(resource)", "(completion)",
                                                    "(task)"};

/// Seconds: from a cached answer to the longest time a call may take.
const Histogram::BucketBoundaries& buckets() {
  static const Histogram::BucketBoundaries boundaries = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                                         1,     2.5,  5,     10,   30,  60};
  return boundaries;
}

/// Those that the conventions for `mcp.server.operation.duration` name.
const Histogram::BucketBoundaries& operation_buckets() {
  static const Histogram::BucketBoundaries boundaries = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1,
                                                         2,    5,    10,   30,  60,  120, 300};
  return boundaries;
}

Series<Counter>::Add counters(prometheus::Registry& registry, const char* name, const char* help) {
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  return [&family](const Labels& labels) -> Counter& { return family.Add(labels); };
}

Series<Histogram>::Add histograms(prometheus::Registry& registry, const char* name,
                                  const char* help, const Histogram::BucketBoundaries& boundaries) {
  auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
  return [&](const Labels& labels) -> Histogram& { return family.Add(labels, boundaries); };
}

/// A number for each tool there is.
class ToolGauges {
 public:
  ToolGauges(prometheus::Registry& registry, const char* name, const char* help)
      : family_(prometheus::BuildGauge().Name(name).Help(help).Register(registry)) {}

  void clear() {
    for (Gauge* gauge : gauges_) family_.Remove(gauge);
    gauges_.clear();
  }
  void add(const std::string& tool, double value) {
    Gauge& gauge = family_.Add({{"tool", tool}});
    gauge.Set(value);
    gauges_.push_back(&gauge);
  }

 private:
  prometheus::Family<Gauge>& family_;
  std::vector<Gauge*> gauges_;
};

double number_of(std::string_view breaker) {
  if (breaker == "open") return 2;
  return breaker == "half_open" ? 1 : 0;
}

}  // namespace

struct Metrics::Parts {
  std::string_view tool_label(std::string_view tool) {
    const std::shared_lock lock(mutex);
    const bool kind = std::find(kKinds.begin(), kKinds.end(), tool) != kKinds.end();
    return kind || tools.find(tool) != tools.end() ? tool : kOther;
  }

  prometheus::Registry registry;
  Series<Counter> requests{"path", "status",
                           counters(registry, "adomcp_requests_total", "HTTP requests answered")};
  Series<Counter> calls{"tool", "status",
                        counters(registry, "adomcp_calls_total",
                                 "calls ended, of tools by name and of each other kind")};
  Series<Histogram> call_durations{
      "tool", "",
      histograms(registry, "adomcp_call_duration_seconds", "how long tool calls took", buckets())};
  Series<Histogram> operations{
      {"mcp_method_name", "gen_ai_tool_name", "error_type"},
      histograms(registry, "mcp_server_operation_duration_seconds",
                 "how long operations took, by OpenTelemetry's conventions", operation_buckets())};
  Counter& spans_sent = prometheus::BuildCounter()
                            .Name("adomcp_spans_sent_total")
                            .Help("spans that the receiver took")
                            .Register(registry)
                            .Add({});
  Series<Counter> spans_dropped{
      "reason", "", counters(registry, "adomcp_spans_dropped_total", "spans that nobody will see")};
  Series<Counter> sign_in_failures{
      "reason", "",
      counters(registry, "adomcp_sign_in_failures_total", "requests without a good sign-in")};
  Series<Counter> audit_failures{
      "sink", "",
      counters(registry, "adomcp_audit_failures_total", "audit records a sink failed to take")};
  Series<Counter> audit_dropped{
      "sink", "",
      counters(registry, "adomcp_audit_dropped_total", "audit records a sink gave up on")};
  Series<Counter> rate_limited{
      "what", "",
      counters(registry, "adomcp_rate_limited_total", "requests refused by a rate limit")};
  Series<Counter> reloads{
      "result", "",
      counters(registry, "adomcp_reloads_total", "reloads of plugins, tools and rules")};
  Series<Counter> upstream_requests{
      "organization", "status",
      counters(registry, "adomcp_upstream_requests_total", "requests sent to Azure DevOps")};
  std::mutex gauges_mutex;  // guards what is in them
  ToolGauges breakers{registry, "adomcp_breaker_state",
                      "whether a tool is called: 0 closed, 1 half open, 2 open"};
  ToolGauges in_flight{registry, "adomcp_tool_calls_in_flight", "tool calls that run now"};
  ToolGauges hung{registry, "adomcp_tool_calls_hung",
                  "tool calls that were given up and have not come back"};
  std::function<void()> bring_up_to_date;
  std::shared_mutex mutex;  // guards tools
  std::set<std::string, std::less<>> tools;
};

Metrics::Metrics() : parts_(std::make_unique<Parts>()) {}

Metrics::~Metrics() = default;

void Metrics::set_tools(const std::vector<std::string>& names) {
  const std::unique_lock lock(parts_->mutex);
  parts_->tools = {names.begin(), names.end()};
}

void Metrics::set_tool_states(const std::vector<ToolState>& states) {
  Parts& parts = *parts_;
  const std::lock_guard lock(parts.gauges_mutex);
  for (ToolGauges* gauges : {&parts.breakers, &parts.in_flight, &parts.hung}) gauges->clear();
  for (const ToolState& state : states) {
    parts.breakers.add(state.tool, number_of(state.breaker));
    parts.in_flight.add(state.tool, state.in_flight);
    parts.hung.add(state.tool, state.hung);
  }
}

void Metrics::request(std::string_view path, int status) {
  parts_->requests.of(path, std::to_string(status)).Increment();
}

void Metrics::call(std::string_view tool, std::string_view status,
                   std::chrono::duration<double> took) {
  const std::string_view label = parts_->tool_label(tool);
  parts_->calls.of(label, status).Increment();
  parts_->call_durations.of(label).Observe(took.count());
}

void Metrics::operation(std::string_view method, std::string_view tool, std::string_view error_type,
                        std::chrono::duration<double> took) {
  const std::string_view label = tool.empty() ? tool : parts_->tool_label(tool);
  parts_->operations.of(method, label, error_type).Observe(took.count());
}

void Metrics::spans_sent(std::uint64_t spans) {
  parts_->spans_sent.Increment(static_cast<double>(spans));
}

void Metrics::spans_dropped(std::string_view reason, std::uint64_t spans) {
  parts_->spans_dropped.of(reason).Increment(static_cast<double>(spans));
}

void Metrics::sign_in_failure(std::string_view reason) {
  parts_->sign_in_failures.of(reason).Increment();
}

void Metrics::audit_failure(std::string_view sink, std::uint64_t records) {
  parts_->audit_failures.of(sink).Increment(static_cast<double>(records));
}

void Metrics::audit_dropped(std::string_view sink, std::uint64_t records) {
  parts_->audit_dropped.of(sink).Increment(static_cast<double>(records));
}

void Metrics::rate_limited(std::string_view what) {
  parts_->rate_limited.of(what).Increment();
}

void Metrics::reload(std::string_view result) {
  parts_->reloads.of(result).Increment();
}

void Metrics::upstream_request(std::string_view organization, int status) {
  parts_->upstream_requests.of(organization, std::to_string(status)).Increment();
}

void Metrics::on_collect(std::function<void()> bring_up_to_date) {
  parts_->bring_up_to_date = std::move(bring_up_to_date);
}

std::string Metrics::text() const {
  if (parts_->bring_up_to_date) parts_->bring_up_to_date();
  return prometheus::TextSerializer().Serialize(parts_->registry.Collect());
}

}  // namespace adomcp::observe
