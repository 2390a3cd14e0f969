#include "http/sign_in_limit.h"

#include <Poco/Net/IPAddress.h>

#include <functional>

namespace adomcp::http {
namespace {

/// Whoever has one IPv6 address has all of its /64.
std::string network_of(const std::string& client_ip) {
  using Poco::Net::IPAddress;
  if (client_ip.find(':') == std::string::npos) return client_ip;
  IPAddress address;
  if (!IPAddress::tryParse(client_ip, address)) return client_ip;
  return (address & IPAddress(64, IPAddress::IPv6)).toString();
}

std::size_t hash_of(std::string_view token) {
  return std::hash<std::string_view>()(token);
}

}  // namespace

std::chrono::seconds SignInLimit::wait(const std::string& client_ip, std::string_view token) {
  constexpr std::chrono::seconds kNone{0};
  const std::size_t hash = hash_of(token);
  if (slot(hash).load(std::memory_order_relaxed) == hash) return kNone;
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  const auto found = windows_.find(network_of(client_ip));
  if (found == windows_.end() || is_over(found->second, now)) return kNone;
  if (found->second.failures < kMostFailures) return kNone;
  return std::chrono::ceil<std::chrono::seconds>(found->second.start + kWindow - now);
}

void SignInLimit::failed(const std::string& client_ip, std::string_view token) {
  std::size_t hash = hash_of(token);
  slot(hash).compare_exchange_strong(hash, 0, std::memory_order_relaxed);
  const auto now = clock_.now();
  const std::string network = network_of(client_ip);
  const std::lock_guard lock(mutex_);
  const auto found = windows_.find(network);
  if (found == windows_.end() && !make_room(now)) return;
  Window& window = found != windows_.end() ? found->second : windows_[network];
  if (is_over(window, now)) window = {now, 0};
  ++window.failures;
}

void SignInLimit::succeeded(std::string_view token) {
  const std::size_t hash = hash_of(token);
  Slot& place = slot(hash);
  if (place.load(std::memory_order_relaxed) != hash) place.store(hash, std::memory_order_relaxed);
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
