#include "plugin_host/call/call_handle.h"

#include <bit>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

namespace adomcp::plugin_host {
namespace {

struct Table {
  std::shared_mutex mutex;  // guards what follows
  std::uintptr_t last = 0;
  std::unordered_map<std::uintptr_t, std::shared_ptr<Call>> running;
};

/// Never destroyed: calls that were given up may end after everything else.
Table& table() {
  static auto* const kept = new Table;
  return *kept;
}

}  // namespace

CallHandle::CallHandle(std::shared_ptr<Call> call) {
  Table& known = table();
  const std::unique_lock lock(known.mutex);
  number_ = ++known.last;
  known.running.emplace(number_, std::move(call));
}

CallHandle::~CallHandle() {
  Table& known = table();
  std::shared_ptr<Call> over;  // goes without the lock
  const std::unique_lock lock(known.mutex);
  const auto found = known.running.find(number_);
  over = std::move(found->second);
  known.running.erase(found);
}

adomcp_call* CallHandle::get() const {
  return std::bit_cast<adomcp_call*>(number_);
}

std::shared_ptr<Call> CallHandle::find(const adomcp_call* handle) {
  Table& known = table();
  const std::shared_lock lock(known.mutex);
  const auto found = known.running.find(std::bit_cast<std::uintptr_t>(handle));
  return found == known.running.end() ? nullptr : found->second;
}

}  // namespace adomcp::plugin_host
