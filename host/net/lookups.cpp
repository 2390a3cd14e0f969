#include "net/lookups.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace adomcp::net {
namespace {

// Names that are looked up at a time: about as many as a host has services to ask, so that one
// whose name servers are silent doesn't keep the others waiting.
constexpr std::size_t kMostThreads = 8;
constexpr std::size_t kMostNames = 64;           // being looked up or waiting for it
constexpr std::chrono::milliseconds kSlice{50};  // how long a cancelled call may go on waiting

}  // namespace

struct Lookups::Lookup {
  std::string name;
  Work work;
  std::size_t waiting = 0;
  std::optional<Result<Names>> found;
};

struct Lookups::State {
  std::mutex mutex;  // guards all below
  std::condition_variable changed;
  std::map<std::string, std::shared_ptr<Lookup>> known;  // not found yet
  std::deque<std::shared_ptr<Lookup>> queue;             // not begun yet
  std::size_t threads = 0;

  /// Works until the queue is empty.
  static void serve(const std::shared_ptr<State>& state) {
    std::unique_lock lock(state->mutex);
    while (!state->queue.empty()) {
      const auto lookup = std::move(state->queue.front());
      state->queue.pop_front();
      lock.unlock();
      auto found = lookup->work();
      lock.lock();
      lookup->found = std::move(found);
      state->known.erase(lookup->name);
      state->changed.notify_all();
    }
    --state->threads;
  }

  /// The lookup of this name, a new one when there is none; null when there are too many. Called
  /// with the lock.
  static std::shared_ptr<Lookup> join(const std::shared_ptr<State>& state, const std::string& name,
                                      Work work) {
    if (const auto same = state->known.find(name); same != state->known.end()) return same->second;
    if (state->known.size() >= kMostNames || !has_thread(state)) return nullptr;
    auto made = std::make_shared<Lookup>(Lookup{name, std::move(work), 0, std::nullopt});
    state->known.emplace(name, made);
    state->queue.push_back(made);
    return made;
  }

  /// One thread more, if there may be; false when the system has none to spare and none is there.
  /// It begins once the lock is let go.
  static bool has_thread(const std::shared_ptr<State>& state) {
    if (state->threads >= kMostThreads) return true;
    try {
      std::thread([state] { serve(state); }).detach();
      ++state->threads;
    } catch (const std::system_error&) {
      return state->threads > 0;
    }
    return true;
  }

  /// Called with the lock.
  void drop(const std::shared_ptr<Lookup>& lookup) {
    const auto place = std::find(queue.begin(), queue.end(), lookup);
    if (place == queue.end()) return;
    queue.erase(place);
    known.erase(lookup->name);
  }
};

Lookups::Lookups() : state_(std::make_shared<State>()) {}

Lookups::~Lookups() {
  const std::lock_guard lock(state_->mutex);
  state_->queue.clear();
}

Result<Lookups::Names> Lookups::find(const std::string& name, Work work, Deadline deadline,
                                     const CancelToken& cancel) {
  std::unique_lock lock(state_->mutex);
  const auto lookup = State::join(state_, name, std::move(work));
  if (lookup == nullptr) {
    return Error{ErrorCode::kUnavailable, "too many names are being looked up", {}};
  }
  ++lookup->waiting;
  while (!lookup->found && !deadline.passed() && !cancel.cancelled()) {
    state_->changed.wait_for(lock, std::min(kSlice, deadline.remaining()));
  }
  --lookup->waiting;
  if (lookup->found) return *lookup->found;
  if (lookup->waiting == 0) state_->drop(lookup);
  if (cancel.cancelled()) return Error{ErrorCode::kCancelled, "cancelled", {}};
  return Error{ErrorCode::kTimeout, "Timeout: deadline passed", {}};
}

}  // namespace adomcp::net
