#include "http/stream_hub.h"

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

namespace adomcp::http {
namespace {

constexpr std::size_t kEventsAtATime = 64;

Descriptor required(int descriptor) {
  if (descriptor < 0) throw std::runtime_error("http: no descriptor is left for streams");
  return Descriptor(descriptor);
}

void watch(int epoll, int descriptor, std::uint32_t what) {
  epoll_event event{};
  event.events = what;
  event.data.fd = descriptor;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

}  // namespace

StreamHub::StreamHub(std::chrono::milliseconds keep_alive_every)
    : every_(keep_alive_every), epoll_(required(::epoll_create1(EPOLL_CLOEXEC))) {
  watch(epoll_.get(), wake_.descriptor(), EPOLLIN);
  thread_ = std::thread([this] { run(); });
}

StreamHub::~StreamHub() {
  stopping_ = true;
  wake_.set();
  thread_.join();
  held_.clear();
}

void StreamHub::hold(std::unique_ptr<Held> held) {
  const int descriptor = held->descriptor();
  {
    const std::lock_guard lock(mutex_);
    held_[descriptor] = std::move(held);
  }
  // What happened before is reported too: the events are states, not edges.
  watch(epoll_.get(), descriptor, EPOLLRDHUP);
}

std::size_t StreamHub::open() const {
  const std::lock_guard lock(mutex_);
  return held_.size();
}

void StreamHub::run() {
  auto next = std::chrono::steady_clock::now() + every_;
  std::array<epoll_event, kEventsAtATime> events{};
  while (!stopping_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        next - std::chrono::steady_clock::now());
    const int timeout = static_cast<int>(std::max<std::int64_t>(0, left.count()));
    const int count = ::epoll_wait(epoll_.get(), events.data(), kEventsAtATime, timeout);
    for (int i = 0; i < count; ++i) {
      const int descriptor = events.at(static_cast<std::size_t>(i)).data.fd;
      if (descriptor != wake_.descriptor()) let_go(descriptor);
    }
    if (std::chrono::steady_clock::now() < next) continue;
    keep_all_alive();
    next = std::chrono::steady_clock::now() + every_;
  }
}

void StreamHub::let_go(int descriptor) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
  std::unique_ptr<Held> ended;  // goes without the lock: its end is told to others
  {
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(descriptor);
    if (found == held_.end()) return;
    ended = std::move(found->second);
    held_.erase(found);
  }
}

/// Only this thread takes streams away, so the pointers stay good without the lock.
void StreamHub::keep_all_alive() {
  std::vector<std::pair<int, Held*>> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [descriptor, held] : held_) all.emplace_back(descriptor, held.get());
  }
  for (const auto& [descriptor, held] : all) {
    if (!held->keep_alive()) let_go(descriptor);
  }
}

}  // namespace adomcp::http
