#include "http/session.h"

#include <Poco/Exception.h>
#include <sys/socket.h>

#include <algorithm>

namespace adomcp::http {
namespace {

constexpr std::size_t kStep = 65536;

}  // namespace

bool Session::await_request() {
  try {
    return peek() != std::char_traits<char>::eof();
  } catch (const Poco::Exception&) {
    return false;
  }
}

int Session::next() {
  try {
    return get();
  } catch (const Poco::Exception&) {
    return std::char_traits<char>::eof();
  }
}

Session::HeadEnd Session::read_head(std::string& text, std::size_t limit) {
  text.clear();
  std::size_t line_start = 0;
  for (std::size_t taken = 0; taken < limit; ++taken) {
    const int c = next();
    if (c == std::char_traits<char>::eof()) return HeadEnd::kClosed;
    text += static_cast<char>(c);
    if (c != '\n') continue;
    const bool empty_line = text.size() - line_start == 1 ||
                            (text.size() - line_start == 2 && text[line_start] == '\r');
    if (empty_line && line_start > 0) return HeadEnd::kComplete;
    if (empty_line) text.clear();  // empty lines before a request are skipped, as RFC 9112 asks
    line_start = text.size();
  }
  return HeadEnd::kTooLarge;
}

Session::BodyEnd Session::read_body(const RequestHead& head, std::size_t limit, std::string& body) {
  try {
    if (head.framing == RequestHead::Framing::kChunked) return read_chunks(limit, body);
    if (head.framing == RequestHead::Framing::kNoBody) return BodyEnd::kComplete;
    if (head.length > limit) return BodyEnd::kTooLarge;
    return read_exactly(static_cast<std::size_t>(head.length), body);
  } catch (const Poco::Exception&) {
    return BodyEnd::kBroken;
  }
}

/// Grows with what really arrives, so that an announced length alone costs no memory.
Session::BodyEnd Session::read_exactly(std::size_t length, std::string& body) {
  body.clear();
  std::size_t filled = 0;
  while (filled < length) {
    body.resize(std::min(length, filled + kStep));
    const int n = read(body.data() + filled, static_cast<std::streamsize>(body.size() - filled));
    if (n <= 0) return BodyEnd::kBroken;
    filled += static_cast<std::size_t>(n);
    body.resize(filled);
  }
  return BodyEnd::kComplete;
}

Session::BodyEnd Session::read_chunks(std::size_t limit, std::string& body) {
  body.clear();
  ChunkReader chunks;
  for (;;) {
    const auto left = chunks.left(*this);
    if (!left) return BodyEnd::kBroken;
    if (*left == 0) return BodyEnd::kComplete;
    const std::size_t filled = body.size();
    if (*left > limit - filled) return BodyEnd::kTooLarge;
    body.resize(filled + std::min(static_cast<std::size_t>(*left), kStep));
    const auto got = chunks.read(*this, body.data() + filled, body.size() - filled);
    if (!got) return BodyEnd::kBroken;
    body.resize(filled + *got);
  }
}

bool Session::send(std::string_view bytes) {
  try {
    // No SIGPIPE: the flag works without TLS; below it, Poco blocks the signal in every thread.
    socket().sendBytes(bytes.data(), static_cast<int>(bytes.size()), MSG_NOSIGNAL);
    return true;
  } catch (const Poco::Exception&) {
    return false;
  }
}

}  // namespace adomcp::http
