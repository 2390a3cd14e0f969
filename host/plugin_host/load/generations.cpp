#include "plugin_host/load/generations.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "observe/logging.h"
#include "plugin_host/load/library.h"
#include "plugin_host/load/plugin.h"

namespace adomcp::plugin_host {
namespace {

constexpr std::chrono::seconds kLastWait{5};

struct Loaded {
  std::weak_ptr<const Plugin> plugin;
  std::string id;
  std::string file;
  std::string loaded_from;
};

std::vector<Loaded> libraries_of(const Catalog& catalog) {
  std::vector<Loaded> out;
  for (const auto& plugin : catalog.plugins()) {
    out.push_back({plugin, plugin->id(), plugin->path(), plugin->loaded_from()});
  }
  return out;
}

}  // namespace

struct Generations::State {
  explicit State(std::shared_ptr<spdlog::logger> logger) : log(std::move(logger)) {}

  /// After the end there is no thread for it: a call that came back late takes it apart itself.
  void retire(std::shared_ptr<const Catalog>& catalog) {
    const std::lock_guard lock(mutex);
    if (ended) return;
    retired.push_back(std::move(catalog));
    changed.notify_all();
  }

  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [this] { return ended || !retired.empty(); });
      if (retired.empty()) break;
      auto catalog = std::move(retired.front());
      retired.pop_front();
      lock.unlock();
      const auto still_mapped = take_apart(std::move(catalog));
      lock.lock();
      for (const auto& library : still_mapped) note(library);
      --alive;
      changed.notify_all();
    }
    finished = true;
    changed.notify_all();
  }

  /// Gives the libraries that are in memory still although their plugin is gone.
  static std::vector<Loaded> take_apart(std::shared_ptr<const Catalog> catalog) {
    auto libraries = libraries_of(*catalog);
    catalog.reset();
    std::erase_if(libraries, [](const Loaded& library) {
      return !library.plugin.expired() || !is_mapped(library.loaded_from);
    });
    return libraries;
  }

  void note(const Loaded& library) {
    if (!kept.insert(library.file).second) return;
    log->warn(
        "plugin '{}' was stopped, but the dynamic loader keeps its library {} in memory (unique "
        "symbols, NODELETE, or a thread_local of a thread that lives on); each replacement of it "
        "costs its size until the host restarts",
        library.id, library.file);
  }

  const std::shared_ptr<spdlog::logger> log;
  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::deque<std::shared_ptr<const Catalog>> retired;
  std::set<std::string> kept;  // files
  std::size_t alive = 0;
  bool ended = false;
  bool finished = false;
};

Generations::Generations(std::shared_ptr<spdlog::logger> log)
    : state_(std::make_shared<State>(std::move(log))) {
  thread_ = std::thread([state = state_] { state->run(); });
}

Generations::~Generations() {
  std::unique_lock lock(state_->mutex);
  state_->ended = true;
  state_->changed.notify_all();
  const bool done = state_->changed.wait_for(lock, kLastWait, [this] { return state_->finished; });
  lock.unlock();
  if (done) {
    thread_.join();
    return;
  }
  state_->log->warn("a plugin's stop() does not return; it is left behind");
  thread_.detach();
}

std::shared_ptr<const Catalog> Generations::track(std::shared_ptr<const Catalog> catalog) {
  {
    const std::lock_guard lock(state_->mutex);
    ++state_->alive;
  }
  const Catalog* const plain = catalog.get();
  return {plain, [state = state_, held = std::move(catalog)](const Catalog*) mutable {
            state->retire(held);
          }};
}

std::size_t Generations::draining() const {
  const std::lock_guard lock(state_->mutex);
  return state_->alive > 0 ? state_->alive - 1 : 0;
}

std::size_t Generations::kept_libraries() const {
  const std::lock_guard lock(state_->mutex);
  return state_->kept.size();
}

Status Generations::check_room() const {
  if (draining() < kMostOld) return Done{};
  return Error{ErrorCode::kUnavailable,
               "calls that have not come back keep " + std::to_string(kMostOld) +
                   " old generations of plugins in memory",
               "Wait for these calls to end, or restart the host if they hang."};
}

}  // namespace adomcp::plugin_host
