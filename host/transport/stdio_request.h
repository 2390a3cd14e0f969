#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string_view>

#include "core/event_stream.h"
#include "transport/line_writer.h"

namespace adomcp::transport {

/// One request on standard input: where its answer goes, and what is told before it. Nothing
/// follows its answer, or its cancellation. Thread-safe.
class StdioRequest final : public EventStream {
 public:
  /// `gone` is told once that it is over, before its answer leaves.
  StdioRequest(std::shared_ptr<LineWriter> writer, std::function<void()> gone)
      : writer_(std::move(writer)), gone_(std::move(gone)) {}

  bool send(std::string_view message) override;
  void close() override;
  void on_end(std::function<void()> ended) override;

  /// The last line; empty: none.
  void answer(std::string_view body);

  void cancel();
  /// Answered, closed or cancelled.
  bool ended() const;
  bool cancelled() const;

 private:
  bool end(bool cancelled);

  const std::shared_ptr<LineWriter> writer_;
  const std::function<void()> gone_;
  std::mutex sending_;        // held while a line leaves, so that none follows the answer
  mutable std::mutex mutex_;  // guards all below; never held while a line leaves
  bool ended_ = false;
  bool cancelled_ = false;
  std::function<void()> on_end_;
};

}  // namespace adomcp::transport
