#include "http/event_writer.h"

#include <Poco/Net/StreamSocket.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <utility>

namespace adomcp::http {
namespace {

using Phase = Watchdog::Phase;

constexpr std::string_view kLastChunk = "0\r\n\r\n";

std::string chunk(std::string_view text) {
  std::array<char, 20> size{};
  const int length = std::snprintf(size.data(), size.size(), "%zx\r\n", text.size());
  std::string out(size.data(), static_cast<std::size_t>(length));
  out.reserve(out.size() + text.size() + 2);
  out += text;
  out += "\r\n";
  return out;
}

constexpr std::string_view kSilence = ":\n\n";  // a line that readers skip

/// Every line of `message`, by whichever of the three line ends, is a data line of its own.
std::string event(std::string_view message, std::string_view id = {},
                  std::chrono::milliseconds retry = {}) {
  std::string out;
  out.reserve(message.size() + id.size() + 32);
  if (!id.empty()) out.append("id: ").append(id) += '\n';
  if (retry.count() > 0) out += "retry: " + std::to_string(retry.count()) + '\n';
  out += "data: ";
  for (std::size_t i = 0; i < message.size(); ++i) {
    const char c = message[i];
    const bool pair = c == '\r' && i + 1 < message.size() && message[i + 1] == '\n';
    if (pair) continue;
    if (c == '\r' || c == '\n') {
      out += "\ndata: ";
    } else {
      out += c;
    }
  }
  return out + "\n\n";
}

/// What was sent still arrives; whoever holds the connection finds out.
void cut(Session& session) {
  ::shutdown(session.socket().impl()->sockfd(), SHUT_RDWR);
}

}  // namespace

EventWriter::EventWriter(Session& session, Watchdog::Ticket& ticket, MakeHead head,
                         std::chrono::milliseconds patience)
    : session_(&session), ticket_(&ticket), head_(std::move(head)), patience_(patience) {}

bool EventWriter::send(std::string_view message) {
  return write_piece(chunk(event(message)));
}

bool EventWriter::send_with_id(std::string_view message, std::string_view id,
                               std::chrono::milliseconds retry) {
  return write_piece(chunk(event(message, id, retry)));
}

bool EventWriter::begin() {
  const std::lock_guard lock(mutex_);
  return begun_ || put(chunk(kSilence));
}

bool EventWriter::write_piece(const std::string& piece) {
  const std::lock_guard lock(mutex_);
  return put(piece);
}

/// With the lock held.
bool EventWriter::put(const std::string& piece) {
  if (closed_ || session_ == nullptr) return false;
  if (begun_) return write(piece);
  const std::string first = head_() + piece;  // before it counts as begun, since it may throw
  begun_ = true;
  return write(first);
}

bool EventWriter::finish(std::string_view message, std::string_view id) {
  std::string rest;
  if (!message.empty()) rest = chunk(event(message, id));
  rest += kLastChunk;
  const std::lock_guard lock(mutex_);
  if (closed_ || session_ == nullptr) return false;
  const bool sent = write(rest);
  closed_ = true;
  return sent;
}

bool EventWriter::keep_alive() {
  const std::lock_guard lock(mutex_);
  return !closed_ && session_ != nullptr && begun_ && write(chunk(kSilence));
}

void EventWriter::close() {
  const std::lock_guard lock(mutex_);
  if (closed_ || session_ == nullptr) return;
  if (begun_) write(kLastChunk);
  closed_ = true;
  if (outlives_) cut(*session_);
}

/// With the lock held. A write that fails ends the stream: half an event may have left.
bool EventWriter::write(std::string_view bytes) {
  const Phase phase = outlives_ ? Phase::kStreaming : Phase::kHandling;
  const bool before = ticket_->enter(phase, Deadline::after(patience_));
  const bool sent = before && writable() && session_->send(bytes);
  const bool alive = ticket_->enter(phase, Deadline());
  if (sent && alive) return true;
  closed_ = true;
  if (outlives_) cut(*session_);
  return false;
}

/// A reader who leaves no room may hold up only themselves.
bool EventWriter::writable() const {
  if (!outlives_) return true;
  pollfd asked{session_->socket().impl()->sockfd(), POLLOUT, 0};
  return ::poll(&asked, 1, 0) == 1 && (asked.revents & POLLOUT) != 0;
}

bool EventWriter::withdraw() {
  const std::lock_guard lock(mutex_);
  if (begun_) return false;
  closed_ = true;
  return true;
}

void EventWriter::outlive_request() {
  const std::lock_guard lock(mutex_);
  outlives_ = true;
  if (!ticket_->enter(Phase::kStreaming, Deadline()) || closed_) {
    cut(*session_);
  }
}

void EventWriter::on_end(std::function<void()> ended) {
  {
    const std::lock_guard lock(mutex_);
    if (!ended_) {
      on_end_ = std::move(ended);
      return;
    }
  }
  ended();
}

void EventWriter::detach() {
  std::function<void()> ended;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    session_ = nullptr;
    ticket_ = nullptr;
    ended_ = true;
    ended = std::exchange(on_end_, nullptr);
  }
  if (ended) ended();
}

}  // namespace adomcp::http
