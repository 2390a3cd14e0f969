#include "mcp/subscriptions/signed_in_streams.h"

#include <utility>

namespace adomcp::mcp {

/// Looks for those that are gone when the room for more is used up, so that each is looked at as
/// often as another is added.
void SignedInStreams::add(const std::shared_ptr<EventStream>& stream, Clock::TimePoint until) {
  if (until == Clock::TimePoint::max()) return;
  const std::lock_guard lock(mutex_);
  if (entries_.size() == entries_.capacity()) {
    std::erase_if(entries_, [](const Entry& entry) { return entry.stream.expired(); });
  }
  entries_.push_back({stream, until});
}

void SignedInStreams::end_signed_out(Clock::TimePoint now) {
  std::vector<std::shared_ptr<EventStream>> over;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const Entry& entry) {
      auto stream = entry.stream.lock();
      if (stream && now < entry.until) return false;
      if (stream) over.push_back(std::move(stream));
      return true;
    });
  }
  for (const auto& stream : over) stream->close();
}

}  // namespace adomcp::mcp
