#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace adomcp::observe {

/// How one tool does at this moment.
struct ToolState {
  std::string tool;
  std::string_view breaker = "closed";  ///< "closed", "half_open" or "open"
  unsigned in_flight = 0;               ///< calls that run
  unsigned hung = 0;                    ///< calls that were given up and haven't come back
};

/// What this process counts, for Prometheus. Counting costs a look-up and an atomic addition, and
/// no caller can make it grow without end. Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// The tools that calls are counted for by name; all others are "other". Set at each reload.
  void set_tools(const std::vector<std::string>& names);

  /// All of the tools that there are; what was told of others is forgotten.
  void set_tool_states(const std::vector<ToolState>& states);

  /// `path`: one of a fixed set, never what a client sent.
  void request(std::string_view path, int status);
  /// `tool`: what clients name, or another kind of operation in parentheses.
  void call(std::string_view tool, std::string_view status, std::chrono::duration<double> took);
  /// The same by the names of OpenTelemetry's conventions. `method`: one of the protocol's that
  /// this host has. `tool`: empty for what isn't one. `error_type`: one of a fixed set; empty: it
  /// went well.
  void operation(std::string_view method, std::string_view tool, std::string_view error_type,
                 std::chrono::duration<double> took);
  void spans_sent(std::uint64_t spans);
  /// `reason`: one of a fixed set.
  void spans_dropped(std::string_view reason, std::uint64_t spans);
  void sign_in_failure(std::string_view reason);
  void audit_failure(std::string_view sink, std::uint64_t records = 1);
  void audit_dropped(std::string_view sink, std::uint64_t records = 1);
  void rate_limited(std::string_view what);
  /// `result`: reloaded, unchanged or refused.
  void reload(std::string_view result);
  void upstream_request(std::string_view organization, int status);

  /// `bring_up_to_date` is called before each text, for what is counted elsewhere. Once, before
  /// anybody asks for the text.
  void on_collect(std::function<void()> bring_up_to_date);

  /// Everything in the text format of Prometheus, version 0.0.4.
  std::string text() const;

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace adomcp::observe
