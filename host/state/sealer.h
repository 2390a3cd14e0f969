#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace adomcp::state {

/// Seals small texts that clients keep for us: AES-256-GCM, so that they can neither be read nor
/// changed, with an end of life inside. Immutable, thread-safe.
class Sealer {
 public:
  static constexpr std::size_t kKeyBytes = 32;

  /// `keys`: 32 bytes each, the newest first; it seals, all of them open. Throws
  /// std::invalid_argument when there is none or one has another length.
  explicit Sealer(const std::vector<std::string>& keys);

  /// Base64url text. `purpose` is bound to it: what was sealed for one can't be opened for another.
  std::string seal(std::string_view text, std::string_view purpose,
                   Clock::TimePoint expires_at) const;

  /// kInvalid: nothing that one of these keys sealed for this purpose, or expired.
  Result<std::string> open(std::string_view sealed, std::string_view purpose,
                           Clock::TimePoint now) const;

 private:
  struct Key {
    std::string id;  ///< 8 bytes of the key's hash, to find it by
    std::string bytes;
  };
  std::vector<Key> keys_;
};

/// Bytes from the operating system's random source. Throws std::runtime_error when there are none.
std::string random_bytes(std::size_t count);

}  // namespace adomcp::state
