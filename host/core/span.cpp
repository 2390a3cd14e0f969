#include "core/span.h"

#include <algorithm>
#include <chrono>

#include "core/text.h"

namespace adomcp {
namespace {

template <typename Clock>
std::uint64_t now_ns() {
  const auto since = Clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string::npos;
}

constexpr std::size_t kMostName = 256;
constexpr std::size_t kMostText = 1024;

std::string new_span_id() {
  constexpr std::size_t kDigits = 16;
  std::string id = random_id().substr(0, kDigits);
  if (is_zero(id)) id.back() = '1';
  return id;
}

}  // namespace

std::optional<SpanContext> parse_traceparent(std::string_view text) {
  constexpr std::size_t kLength = 55;
  constexpr std::size_t kLongest = 512;
  if (text.size() < kLength || text.size() > kLongest) return std::nullopt;
  if (text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  const auto version = text.substr(0, 2);
  const auto trace = text.substr(3, 32);
  const auto parent = text.substr(36, 16);
  const auto flags = text.substr(53, 2);
  if (!is_hex(version) || !is_hex(trace) || !is_hex(parent) || !is_hex(flags)) return std::nullopt;
  if (version == "ff" || is_zero(trace) || is_zero(parent)) return std::nullopt;
  if (text.size() > kLength && (version == "00" || text[kLength] != '-')) return std::nullopt;
  const bool sampled = (hex_value(flags[1]) & 1) != 0;
  return SpanContext{std::string(trace), std::string(parent), sampled};
}

Span SpanParent::child(std::string name, SpanKind kind) const {
  if (!sink) {
    Span span;
    span.context_ = context;
    return span;
  }
  return Span::begin(sink, {context.trace_id, new_span_id(), context.sampled}, context.span_id,
                     std::move(name), kind);
}

Span Span::root(const std::shared_ptr<SpanSink>& sink, const std::optional<SpanContext>& caller,
                std::string name, SpanKind kind) {
  Span span;
  if (!sink) {
    if (caller) span.context_ = *caller;
    return span;
  }
  if (caller) return SpanParent{sink, *caller}.child(std::move(name), kind);
  SpanContext context{random_id(), new_span_id(), false};
  context.sampled = sink->samples(context.trace_id);
  return begin(sink, std::move(context), {}, std::move(name), kind);
}

Span Span::begin(const std::shared_ptr<SpanSink>& sink, SpanContext context, std::string parent,
                 std::string name, SpanKind kind) {
  Span span;
  span.sink_ = sink;
  span.context_ = std::move(context);
  if (!span.context_.sampled) return span;
  span.data_ = std::make_unique<SpanData>();
  span.data_->context = span.context_;
  span.data_->parent_span_id = std::move(parent);
  name.resize(truncate_utf8(name, kMostName).size());
  span.data_->name = std::move(name);
  span.data_->kind = kind;
  span.data_->start_ns = now_ns<std::chrono::system_clock>();
  span.began_ = now_ns<std::chrono::steady_clock>();
  return span;
}

Span& Span::operator=(Span&& other) noexcept {
  if (this == &other) return *this;
  end();
  sink_ = std::move(other.sink_);
  context_ = std::move(other.context_);
  data_ = std::move(other.data_);
  began_ = other.began_;
  return *this;
}

void Span::rename(std::string_view name) {
  if (data_) data_->name = truncate_utf8(name, kMostName);
}

void Span::set(std::string_view name, SpanValue value) {
  if (!data_) return;
  if (auto* text = std::get_if<std::string>(&value)) *text = truncate_utf8(*text, kMostText);
  data_->attributes.emplace_back(name, std::move(value));
}

void Span::link(const SpanContext& other) {
  if (data_) data_->links.push_back(other);
}

void Span::fail(std::string_view message) {
  if (!data_) return;
  data_->failed = true;
  data_->message = truncate_utf8(message, kMostText);
}

/// Its length is the steady clock's, whatever is done to the system's meanwhile.
void Span::end() {
  if (!data_) return;
  data_->end_ns = data_->start_ns + (now_ns<std::chrono::steady_clock>() - began_);
  sink_->take(std::move(*data_));
  data_.reset();
}

}  // namespace adomcp
