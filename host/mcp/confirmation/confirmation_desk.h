#pragma once

#include <optional>
#include <string>

#include "core/deadline.h"
#include "core/result.h"

namespace adomcp::mcp {

/// Whose confirmation of what: nobody else's, and for nothing else, is accepted.
struct ConfirmationBinding {
  std::string object_id;
  std::string tenant_id;
  std::string operation;         ///< the tool's name
  std::string arguments_sha256;  ///< of all arguments but the confirmation itself
};

/// Gives out confirmations and takes each back once, on whichever replica. Thread-safe.
class ConfirmationDesk {
 public:
  virtual ~ConfirmationDesk() = default;

  /// A text that stands for the write with this digest, for a few minutes.
  virtual Result<std::string> issue(const ConfirmationBinding& binding,
                                    const std::string& write_digest, Deadline deadline) = 0;

  /// The digest of the confirmed write. An Error says why it isn't accepted: expired, used before,
  /// somebody else's, for other arguments, or nobody can tell.
  virtual Result<std::string> redeem(const std::string& confirmation,
                                     const ConfirmationBinding& binding, Deadline deadline) = 0;

  /// Why nothing can be confirmed here at all, and what to configure; nullopt when it can.
  virtual std::optional<std::string> unavailable() const = 0;
};

}  // namespace adomcp::mcp
