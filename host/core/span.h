#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace adomcp {

/// Where a span is in its trace, as W3C Trace Context has it.
struct SpanContext {
  std::string trace_id;  ///< 32 hex digits; empty: there is none
  std::string span_id;   ///< 16 hex digits
  bool sampled = false;  ///< whether its trace is recorded
};

/// Of the text of a `traceparent` (version 00, or a later one that begins alike); nullopt when it
/// is malformed.
std::optional<SpanContext> parse_traceparent(std::string_view text);

/// As OTLP numbers them.
enum class SpanKind { kInternal = 1, kServer = 2, kClient = 3 };

using SpanValue = std::variant<std::string, std::int64_t, bool>;

/// One piece of work that has ended, for OpenTelemetry.
struct SpanData {
  SpanContext context;
  std::string parent_span_id;  ///< empty: the trace begins here
  std::vector<SpanContext> links;
  std::string name;
  SpanKind kind = SpanKind::kInternal;
  std::uint64_t start_ns = 0;  ///< since 1970
  std::uint64_t end_ns = 0;
  /// Names are literals. Texts come cleaned; 1 KiB of each is kept, 256 bytes of a name.
  std::vector<std::pair<std::string_view, SpanValue>> attributes;
  bool failed = false;
  std::string message;  ///< why it failed; may be empty
};

/// Takes spans. Thread-safe; never waits.
class SpanSink {
 public:
  virtual ~SpanSink() = default;
  /// Whether a trace that begins here is recorded.
  virtual bool samples(std::string_view trace_id) const = 0;
  virtual void take(SpanData span) = 0;
};

class Span;

/// A place in a trace that more work can hang from. Without a sink its spans record nothing.
struct SpanParent {
  std::shared_ptr<SpanSink> sink;
  SpanContext context;

  Span child(std::string name, SpanKind kind) const;
};

/// A piece of work, from its beginning to end() or its destruction. One that isn't recorded costs
/// next to nothing. One thread at a time.
class Span {
 public:
  Span() = default;
  ~Span() { end(); }
  Span(Span&& other) noexcept = default;
  Span& operator=(Span&& other) noexcept;

  /// The first one of this process in its trace: below `caller`, or of a new trace. Without a sink
  /// it has no trace.
  static Span root(const std::shared_ptr<SpanSink>& sink, const std::optional<SpanContext>& caller,
                   std::string name, SpanKind kind);

  bool recorded() const { return data_ != nullptr; }
  const SpanContext& context() const { return context_; }
  SpanParent as_parent() const { return {sink_, context_}; }

  void rename(std::string_view name);
  void set(std::string_view name, SpanValue value);
  void link(const SpanContext& other);
  void fail(std::string_view message = {});
  void end();

 private:
  friend struct SpanParent;
  static Span begin(const std::shared_ptr<SpanSink>& sink, SpanContext context, std::string parent,
                    std::string name, SpanKind kind);

  std::shared_ptr<SpanSink> sink_;
  SpanContext context_;
  std::unique_ptr<SpanData> data_;  ///< null: not recorded
  std::uint64_t began_ = 0;         ///< on the steady clock
};

}  // namespace adomcp
