#include "http/session.h"

#include <Poco/Exception.h>
#include <sys/socket.h>

#include <algorithm>

namespace adomcp::http {
namespace {

constexpr std::size_t kStep = 65536;
constexpr std::size_t kPiece = 4096;

}  // namespace

bool Session::await_request() {
  if (!ahead().empty()) return true;
  try {
    return peek() != std::char_traits<char>::eof();
  } catch (const Poco::Exception&) {
    return false;
  }
}

int Session::get() {
  if (ahead().empty()) return HTTPSession::get();
  return static_cast<unsigned char>(ahead_[at_++]);
}

int Session::read(char* buffer, std::streamsize length) {
  const auto here = ahead().substr(0, static_cast<std::size_t>(length));
  if (here.empty()) return HTTPSession::read(buffer, length);
  here.copy(buffer, here.size());
  at_ += here.size();
  return static_cast<int>(here.size());
}

/// More of what arrived; false at the end.
bool Session::fill() {
  ahead_.resize(kPiece);
  at_ = 0;
  int n = 0;
  try {
    n = HTTPSession::read(ahead_.data(), static_cast<std::streamsize>(ahead_.size()));
  } catch (const Poco::Exception&) {
    // The same to whoever reads.
  }
  ahead_.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return n > 0;
}

Session::HeadEnd Session::read_head(std::string& text, std::size_t limit) {
  text.clear();
  std::size_t line_start = 0;
  for (std::size_t taken = 0; taken < limit;) {
    if (ahead().empty() && !fill()) return HeadEnd::kClosed;
    const auto line = ahead().substr(0, ahead().find('\n') + 1);  // all of it where none ends
    const auto piece = (line.empty() ? ahead() : line).substr(0, limit - taken);
    text += piece;
    taken += piece.size();
    at_ += piece.size();
    if (text.back() != '\n') continue;
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
