#pragma once

#include <map>
#include <mutex>
#include <string>

#include "state/store.h"

namespace adomcp::state {

/// Keeps entries in this process, until some time after they expire. When it is full it refuses
/// new ones rather than forget what was used.
class MemoryStore final : public Store {
 public:
  /// `clock` must outlive it.
  explicit MemoryStore(const Clock& clock, std::size_t most = 10000) : clock_(clock), most_(most) {}

  Result<bool> create(const std::string& name, const std::string& value,
                      Clock::TimePoint expires_at, const Patience& patience) override;
  Result<std::optional<std::string>> read(const std::string& name,
                                          const Patience& patience) override;
  bool shared() const override { return false; }

 private:
  struct Entry {
    std::string value;
    Clock::TimePoint expires_at;
  };
  void sweep();

  const Clock& clock_;
  const std::size_t most_;
  std::mutex mutex_;  // guards entries_
  std::map<std::string, Entry> entries_;
};

}  // namespace adomcp::state
