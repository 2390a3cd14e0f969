#include "http/sign_in_limit.h"

#include "http/client_address.h"

namespace adomcp::http {

std::chrono::seconds SignInLimit::failed(const std::string& client_ip) {
  constexpr std::chrono::seconds kNone{0};
  const std::string network = ClientAddress::network(client_ip);
  const std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  const auto found = windows_.find(network);
  if (found == windows_.end() && !make_room(now)) return kNone;
  Window& window = found != windows_.end() ? found->second : windows_[network];
  if (is_over(window, now)) window = {now, 0};
  if (window.failures >= kMostFailures) {
    return std::chrono::ceil<std::chrono::seconds>(window.start + kWindow - now);
  }
  ++window.failures;
  return kNone;
}

/// A clock that was set back ends a window too: nobody waits longer than one.
bool SignInLimit::is_over(const Window& window, Clock::TimePoint now) {
  return now < window.start || now >= window.start + kWindow;
}

/// False when the table is full of addresses that are still counted: then a new one isn't.
bool SignInLimit::make_room(Clock::TimePoint now) {
  if (windows_.size() < kMostAddresses) return true;
  std::erase_if(windows_, [now](const auto& entry) { return is_over(entry.second, now); });
  return windows_.size() < kMostAddresses;
}

}  // namespace adomcp::http
