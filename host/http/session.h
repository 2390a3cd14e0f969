#pragma once

#include <Poco/Net/HTTPSession.h>

#include <string>
#include <string_view>

#include "core/chunk_reader.h"
#include "http/request_head.h"

namespace adomcp::http {

/// The reading side of a connection: Poco's buffered session with limits. Receives block; whoever
/// owns the connection ends them by shutting the socket down (see Watchdog).
class Session final : public Poco::Net::HTTPSession, private ByteSource {
 public:
  enum class HeadEnd { kComplete, kClosed, kTooLarge };
  enum class BodyEnd { kComplete, kTooLarge, kBroken };

  explicit Session(const Poco::Net::StreamSocket& socket) : HTTPSession(socket) {}

  /// Waits for the first byte of the next request; false when there won't be one.
  bool await_request();

  /// Reads up to and including the empty line; `limit` bytes at most.
  HeadEnd read_head(std::string& text, std::size_t limit);

  /// Appends the body that `head` announces to `body`; never more than `limit` bytes.
  BodyEnd read_body(const RequestHead& head, std::size_t limit, std::string& body);

  /// Sends all bytes; false when the other side is gone.
  bool send(std::string_view bytes);

 private:
  int get() override;
  int read(char* buffer, std::streamsize length) override;
  bool fill();
  std::string_view ahead() const { return std::string_view(ahead_).substr(at_); }
  BodyEnd read_exactly(std::size_t length, std::string& body);
  BodyEnd read_chunks(std::size_t limit, std::string& body);

  std::string ahead_;  // what was read with a head and comes after it
  std::size_t at_ = 0;
};

}  // namespace adomcp::http
