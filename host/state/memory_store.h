#pragma once

#include <map>
#include <mutex>
#include <string>

#include "state/store.h"

namespace adomcp::state {

/// Keeps entries in this process, until some time after they expire. When it is full, by number or
/// by bytes, it refuses new ones rather than forget what was used.
class MemoryStore final : public Store {
 public:
  /// `clock` must outlive it.
  explicit MemoryStore(const Clock& clock, std::size_t most = 10000,
                       std::size_t most_bytes = std::size_t{256} << 20)
      : clock_(clock), most_(most), most_bytes_(most_bytes) {}

  Result<bool> create(const std::string& name, const std::string& value,
                      Clock::TimePoint expires_at, const Patience& patience) override;
  Status write(const std::string& name, const std::string& value, Clock::TimePoint expires_at,
               const Patience& patience) override;
  Status remove(const std::string& name, const Patience& patience) override;
  Result<std::optional<std::string>> read(const std::string& name,
                                          const Patience& patience) override;
  bool shared() const override { return false; }

 private:
  struct Entry {
    std::string value;
    Clock::TimePoint expires_at;
  };
  using Entries = std::map<std::string, Entry>;

  bool has_room(std::size_t entries, std::size_t bytes) const;
  Status make_room(std::size_t entries, std::size_t bytes);
  void put(const std::string& name, Entry entry);
  Entries::iterator erase(Entries::iterator at);
  void sweep();

  const Clock& clock_;
  const std::size_t most_;
  const std::size_t most_bytes_;
  std::mutex mutex_;  // guards what follows
  Entries entries_;
  std::size_t bytes_ = 0;  // of all names and values
};

}  // namespace adomcp::state
