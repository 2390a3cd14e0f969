#pragma once

#include <optional>
#include <string>

#include "core/cancel_token.h"
#include "core/clock.h"
#include "core/deadline.h"
#include "core/result.h"

namespace adomcp::state {

/// How long and for whom a store is asked.
struct Patience {
  Deadline deadline = Deadline::after(std::chrono::seconds(10));
  CancelToken cancel;
};

/// What replicas share: values by name ("used/4f…", "keys/1", "tasks/9c…/record"). Thread-safe.
class Store {
 public:
  virtual ~Store() = default;

  /// True for exactly one caller of all replicas, ever; false for the others, also once the value
  /// has expired. An error means that nobody may take the name for created by this call.
  virtual Result<bool> create(const std::string& name, const std::string& value,
                              Clock::TimePoint expires_at, const Patience& patience) = 0;

  /// Creates or replaces; of several writers the last one wins. For names that have one writer, and
  /// that nobody creates. After an error either value may be there.
  virtual Status write(const std::string& name, const std::string& value,
                       Clock::TimePoint expires_at, const Patience& patience) = 0;

  /// No error when there is none. Not for names whose creation counts for good.
  virtual Status remove(const std::string& name, const Patience& patience) = 0;

  /// The value; nullopt when there is none or it has expired.
  virtual Result<std::optional<std::string>> read(const std::string& name,
                                                  const Patience& patience) = 0;

  /// Whether other replicas see it.
  virtual bool shared() const = 0;
};

inline constexpr std::size_t kMaxValue = std::size_t{4} << 20;

/// Names are 1 to 200 of a-z, 0-9, '-' and '/', without empty parts; values at most kMaxValue.
Status check_entry(const std::string& name, const std::string& value);

}  // namespace adomcp::state
