#include "mcp/sessions/legacy_session.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

namespace adomcp::mcp {

std::int64_t PendingAnswers::open() {
  const std::lock_guard lock(mutex_);
  open_.emplace(next_, std::nullopt);
  return next_++;
}

void PendingAnswers::deliver(std::int64_t id, nlohmann::json response) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(id);
    if (found == open_.end() || found->second) return;
    found->second = std::move(response);
  }
  changed_.notify_all();
}

std::optional<nlohmann::json> PendingAnswers::wait(std::int64_t id, Deadline until,
                                                   const std::function<bool()>& interrupted) {
  constexpr std::chrono::milliseconds kLook{50};  // how often `interrupted` is asked
  std::unique_lock lock(mutex_);
  std::optional<nlohmann::json> answer;
  const auto here = [&] { return stopped_ || open_[id].has_value(); };
  while (!here()) {
    changed_.wait_for(lock, std::min(kLook, until.remaining()), here);
    if (here() || until.passed()) break;
    lock.unlock();  // it may take locks of its own
    const bool enough = interrupted && interrupted();
    lock.lock();
    if (enough) break;
  }
  answer = std::move(open_[id]);
  open_.erase(id);
  return answer;
}

void PendingAnswers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

namespace {

/// The first revision whose clients know an event without data for what it is.
constexpr std::string_view kPrimedRevision = "2025-11-25";

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

}  // namespace

LegacySession::LegacySession(Terms terms, const std::shared_ptr<ReplayBudget>& budget)
    : terms_(std::move(terms)),
      kept_(std::make_shared<ReplayStore>(budget)),
      last_used_(terms_.begun) {}

void LegacySession::used(Clock::TimePoint now) {
  const std::lock_guard lock(mutex_);
  last_used_ = now;
}

Clock::TimePoint LegacySession::last_used() const {
  const std::lock_guard lock(mutex_);
  return last_used_;
}

bool LegacySession::busy() const {
  const std::lock_guard lock(mutex_);
  return !calls_.empty() || std::any_of(listening_.begin(), listening_.end(),
                                        [](const auto& stream) { return stream->connected(); });
}

bool LegacySession::has_calls() const {
  const std::lock_guard lock(mutex_);
  return !calls_.empty();
}

/// With the lock held.
std::shared_ptr<LegacyStream> LegacySession::make_stream() {
  return std::make_shared<LegacyStream>(next_stream_++, kept_, terms_.revision == kPrimedRevision);
}

std::shared_ptr<LegacyStream> LegacySession::new_post() {
  const std::lock_guard lock(mutex_);
  auto stream = make_stream();
  posts_.emplace(stream->number(), stream);
  return stream;
}

void LegacySession::over(const LegacyStream& post) {
  const std::lock_guard lock(mutex_);
  posts_.erase(post.number());
}

std::optional<LegacySession::Call> LegacySession::begin(
    const std::string& id, const std::shared_ptr<LegacyStream>& stream) {
  const std::lock_guard lock(mutex_);
  const auto [place, added] = calls_.try_emplace(id, Call{{}, stream});
  if (!added) return std::nullopt;
  if (ended_) place->second.cancelled.cancel();
  return place->second;
}

void LegacySession::end(const std::string& id) {
  const std::lock_guard lock(mutex_);
  calls_.erase(id);
}

std::optional<LegacySession::Call> LegacySession::call(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = calls_.find(id);
  if (found == calls_.end()) return std::nullopt;
  return found->second;
}

void LegacySession::cancel(const std::string& id) const {
  if (const auto running = call(id)) running->cancelled.cancel();
}

std::string LegacySession::log_level() const {
  const std::lock_guard lock(mutex_);
  return log_level_;
}

void LegacySession::set_log_level(std::string level) {
  const std::lock_guard lock(mutex_);
  log_level_ = std::move(level);
}

bool LegacySession::subscribe(const std::string& uri) {
  const std::lock_guard lock(mutex_);
  if (subscriptions_.size() >= kMostSubscriptions && !subscriptions_.contains(uri)) return false;
  subscriptions_.insert(uri);
  return true;
}

void LegacySession::unsubscribe(const std::string& uri) {
  const std::lock_guard lock(mutex_);
  subscriptions_.erase(uri);
}

bool LegacySession::subscribed(const std::string& uri) const {
  const std::lock_guard lock(mutex_);
  return subscriptions_.contains(uri);
}

std::shared_ptr<LegacyStream> LegacySession::listen(
    const std::shared_ptr<EventStream>& connection) {
  std::shared_ptr<LegacyStream> made;
  std::shared_ptr<LegacyStream> dropped;
  {
    const std::lock_guard lock(mutex_);
    if (!listens_) return nullptr;
    if (listening_.size() >= kMostListening) {
      const auto silent = std::find_if(listening_.begin(), listening_.end(),
                                       [](const auto& stream) { return !stream->connected(); });
      const auto place = silent == listening_.end() ? listening_.begin() : silent;
      dropped = *place;
      listening_.erase(place);
    }
    made = make_stream();
    listening_.push_back(made);
  }
  if (dropped) dropped->end();
  // It may have ended since: then nobody would ever close this connection.
  return made->go_on(connection, 0) ? made : nullptr;
}

/// With the lock held.
std::shared_ptr<LegacyStream> LegacySession::find_stream(std::uint64_t wanted) const {
  if (const auto post = posts_.find(wanted); post != posts_.end()) return post->second;
  for (const auto& stream : listening_) {
    if (stream->number() == wanted) return stream;
  }
  return nullptr;
}

LegacySession::Resumed LegacySession::resume(const std::shared_ptr<EventStream>& connection,
                                             std::string_view last_event_id) {
  const auto dash = last_event_id.find('-');
  if (dash == std::string_view::npos) return {};
  const auto stream_number = number(last_event_id.substr(0, dash));
  const auto event = number(last_event_id.substr(dash + 1));
  if (!stream_number || !event) return {};
  std::shared_ptr<LegacyStream> stream;
  {
    const std::lock_guard lock(mutex_);
    stream = find_stream(*stream_number);
  }
  if (!stream) {
    if (kept_->after(*stream_number, *event).empty()) return {};
    // Answered meanwhile: what is left of it, and then it is over.
    stream = std::make_shared<LegacyStream>(*stream_number, kept_, false);
    stream->end();
  }
  const bool goes_on = stream->go_on(connection, *event);
  return {goes_on ? std::move(stream) : nullptr, true};
}

void LegacySession::tell(const std::string& message) {
  std::shared_ptr<LegacyStream> stream;
  {
    const std::lock_guard lock(mutex_);
    if (listening_.empty()) return;
    const auto there = std::find_if(listening_.rbegin(), listening_.rend(),
                                    [](const auto& one) { return one->connected(); });
    stream = there == listening_.rend() ? listening_.back() : *there;
  }
  stream->send(message);
}

void LegacySession::stop_listening() {
  std::vector<std::shared_ptr<LegacyStream>> streams;
  {
    const std::lock_guard lock(mutex_);
    listens_ = false;
    streams.swap(listening_);
  }
  for (const auto& stream : streams) stream->end();
  answers_.stop();
}

void LegacySession::end_all() {
  std::vector<std::shared_ptr<LegacyStream>> streams;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    for (const auto& [id, running] : calls_) running.cancelled.cancel();
    for (const auto& [place, stream] : posts_) streams.push_back(stream);
  }
  for (const auto& stream : streams) stream->end();
  stop_listening();
  kept_->clear();
}

}  // namespace adomcp::mcp
