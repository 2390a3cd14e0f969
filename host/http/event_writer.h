#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "core/event_stream.h"
#include "http/session.h"
#include "http/watchdog.h"

namespace adomcp::http {

/// Writes one answer's events to its connection, in HTTP chunks. Lives as long as anybody wants to
/// send; the connection may be gone before. Thread-safe.
class EventWriter final : public EventStream {
 public:
  /// Makes the answer's head, which is sent before the first event.
  using MakeHead = std::function<std::string()>;

  /// A write may take `patience`. All of it must live until detach().
  EventWriter(Session& session, Watchdog::Ticket& ticket, MakeHead head,
              std::chrono::milliseconds patience);

  bool send(std::string_view message) override;
  bool send_with_id(std::string_view message, std::string_view id,
                    std::chrono::milliseconds retry) override;
  bool begin() override;
  void close() override;
  void on_end(std::function<void()> ended) override;

  /// A line that readers skip, so that nobody on the way takes the connection for dead. False as in
  /// send().
  bool keep_alive();

  /// Ends the stream with its last event; an empty message is none. False when its connection can't
  /// serve another request.
  bool finish(std::string_view message, std::string_view id);

  /// Ends the stream if nothing was sent on it. True: nothing will be, so the answer goes out
  /// without it. False: its head has left, and finish() is the only way to answer. One step, since
  /// a call that was given up may send at any time.
  bool withdraw();

  /// The stream outlives its request: from now on a client that isn't reading is let go at once,
  /// and close() closes the connection.
  void outlive_request();

  /// The connection is about to go, or to serve its next request. Tells on_end's listener.
  void detach();

 private:
  bool write(std::string_view bytes);
  bool write_piece(const std::string& piece);
  bool put(const std::string& piece);
  bool writable() const;

  mutable std::mutex mutex_;  // guards all below; held while writing
  Session* session_;          // null once detached
  Watchdog::Ticket* ticket_;
  MakeHead head_;
  std::chrono::milliseconds patience_;
  bool begun_ = false;
  bool closed_ = false;
  bool outlives_ = false;
  bool ended_ = false;
  std::function<void()> on_end_;
};

}  // namespace adomcp::http
