#include "mcp/confirmation/write_confirmation.h"

namespace adomcp::mcp {

void WriteConfirmation::resolved(const ResolvedWrite& write) {
  const std::lock_guard lock(mutex_);
  if (!closed_ && seen_.writes.size() < kMostWrites) seen_.writes.push_back(write);
}

void WriteConfirmation::refused(const Decision& decision) {
  const std::lock_guard lock(mutex_);
  if (!closed_ && !seen_.refused) seen_.refused = decision;
}

void WriteConfirmation::passed() {
  const std::lock_guard lock(mutex_);
  seen_.let_through = true;
}

bool WriteConfirmation::confirmed(const PendingWrite& write) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  const bool this_one =
      write.hidden.empty() && !confirmed_digest_.empty() && write.digest == confirmed_digest_;
  if (this_one && !used_) {
    used_ = seen_.let_through = true;
    return true;
  }
  if (!seen_.unconfirmed) seen_.unconfirmed = write;
  return false;
}

WriteConfirmation::Seen WriteConfirmation::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  return seen_;
}

}  // namespace adomcp::mcp
