#include "plugin_host/call/change_notifier.h"

#include <adomcp/changes.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace adomcp::plugin_host {

struct ChangeNotifier::State {
  explicit State(Listener told) : listener(std::move(told)) {}

  bool add(std::int32_t what, std::string_view uri) {
    const std::lock_guard lock(mutex);
    if (what != ADOMCP_CHANGED_RESOURCE) {
      lists.insert(what);
    } else if (resources.size() < kMostResources || resources.count(uri) > 0) {
      resources.emplace(uri);
    } else {
      return false;
    }
    changed.notify_one();
    return true;
  }

  void run(std::chrono::milliseconds pause) {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return ended || !lists.empty() || !resources.empty(); });
      if (ended) return;
      const auto now_lists = std::exchange(lists, {});
      const auto now_resources = std::exchange(resources, {});
      lock.unlock();
      for (const std::int32_t what : now_lists) tell(what, "");
      for (const std::string& uri : now_resources) tell(ADOMCP_CHANGED_RESOURCE, uri);
      lock.lock();
      if (changed.wait_for(lock, pause, [this] { return ended; })) return;
    }
  }

  void tell(std::int32_t what, const std::string& uri) const noexcept {
    try {
      listener(what, uri);
    } catch (...) {  // who listens misses one
      return;
    }
  }

  const Listener listener;
  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::set<std::int32_t> lists;
  std::set<std::string, std::less<>> resources;
  bool ended = false;
};

namespace {

template <typename Notifier>
struct Table {
  std::mutex mutex;  // guards notifiers
  std::vector<std::shared_ptr<Notifier>> notifiers;

  /// Never destroyed: a plugin that was left behind may post after everything else has ended.
  static Table& only() {
    static auto* const kept = new Table;
    return *kept;
  }
};

}  // namespace

ChangeNotifier::ChangeNotifier(Listener listener, std::chrono::milliseconds pause)
    : state_(std::make_shared<State>(std::move(listener))) {
  thread_ = std::thread([state = state_, pause] { state->run(pause); });
  auto& table = Table<State>::only();
  const std::lock_guard lock(table.mutex);
  table.notifiers.push_back(state_);
}

ChangeNotifier::~ChangeNotifier() {
  auto& table = Table<State>::only();
  {
    const std::lock_guard lock(table.mutex);
    std::erase(table.notifiers, state_);
  }
  {
    const std::lock_guard lock(state_->mutex);
    state_->ended = true;
  }
  state_->changed.notify_all();
  thread_.join();
}

bool ChangeNotifier::post(std::int32_t what, std::string_view uri) {
  auto& table = Table<State>::only();
  const std::lock_guard lock(table.mutex);
  bool room = true;
  for (const auto& notifier : table.notifiers) room = notifier->add(what, uri) && room;
  return room;
}

}  // namespace adomcp::plugin_host
