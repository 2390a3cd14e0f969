#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/write_gate.h"

namespace adomcp::mcp {

/// How a person was asked; the audit's `confirmation`.
enum class Confirmation { kNone, kElicitation, kTwoStep };

constexpr std::string_view to_string(Confirmation how) {
  switch (how) {
    case Confirmation::kElicitation:
      return "elicitation";
    case Confirmation::kTwoStep:
      return "two_step";
    case Confirmation::kNone:
      break;
  }
  return "none";
}

/// The audit's `error_type`, and what a program is told that would confirm its own writes. Nobody
/// is behind its token; where nobody signs in, whoever is there counts as a person.
inline constexpr const char* kNeedsPerson = "confirmation_needs_person";
inline constexpr const char* kProgramsCannotConfirm =
    "Nothing was started. A program's own token can't confirm: a person has to sign in. An "
    "operator can set confirm: never for what programs may start.";

/// The gate of one call: lets the one write through that a person has confirmed, once, and
/// remembers what else was asked for. Knows nothing of how the person was asked. Thread-safe.
class WriteConfirmation final : public WriteGate {
 public:
  /// So many writes of one call are remembered whole.
  static constexpr std::size_t kMostWrites = 16;

  /// `confirmed_digest`: of the confirmed write; empty when there is none.
  explicit WriteConfirmation(std::string confirmed_digest = {})
      : confirmed_digest_(std::move(confirmed_digest)) {}

  void resolved(const ResolvedWrite& write) override;
  void refused(const Decision& decision) override;
  void passed() override;
  bool confirmed(const PendingWrite& write) override;

  struct Seen {
    std::optional<Decision> refused;          ///< the first write that policy refused
    std::optional<PendingWrite> unconfirmed;  ///< the first one that nobody had confirmed
    bool let_through = false;                 ///< a write went out, so something may have happened
    std::vector<ResolvedWrite> writes;        ///< all that came by, up to kMostWrites
  };

  /// What came by. From now on nothing passes: an abandoned plugin comes too late.
  Seen close();

 private:
  const std::string confirmed_digest_;
  std::mutex mutex_;  // guards what follows
  Seen seen_;
  bool used_ = false;
  bool closed_ = false;
};

}  // namespace adomcp::mcp
