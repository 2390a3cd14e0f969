#pragma once

#include <chrono>
#include <functional>
#include <string_view>

namespace adomcp {

/// An answer that comes in pieces: server-sent events, one JSON-RPC message each. Thread-safe.
class EventStream {
 public:
  virtual ~EventStream() = default;

  /// Sends `message`, one line of text, as one event; the first one also sends the answer's head.
  /// False when it can't reach the client any more: they left, take nothing, or close() was called.
  virtual bool send(std::string_view message) = 0;

  /// The same, with what lets its client come back for what follows: the event's id and how long to
  /// wait before that; zero: not said. An empty message is an event without data. Streams that know
  /// no ids leave them out.
  virtual bool send_with_id(std::string_view message, std::string_view, std::chrono::milliseconds) {
    return message.empty() || send(message);
  }

  /// Sends the answer's head when nothing was sent yet, for a stream that begins with silence.
  virtual bool begin() { return true; }

  /// Ends the stream for good. What follows is dropped.
  virtual void close() = 0;

  /// `ended` is called once, on any thread: when the client left or close() was called. At once
  /// when that is past.
  virtual void on_end(std::function<void()> ended) = 0;
};

}  // namespace adomcp
