#pragma once

#include <string>

#include "core/decision.h"
#include "core/resolved_write.h"

namespace adomcp {

/// A write as Azure DevOps itself resolved it, before it is sent.
struct PendingWrite {
  std::string summary;      ///< all of it, in lines for the person who confirms it
  std::string digest;       ///< SHA-256 of everything that will be sent, 64 hex digits
  bool two_step = false;    ///< its project takes a second call as the person's answer
  std::string hidden = {};  ///< why a person can't be shown all of it: then nobody may confirm it
  bool starts = true;       ///< a run; otherwise it changes one
};

/// How a refusal of it begins.
inline std::string nothing_done(const PendingWrite& write) {
  return write.starts ? "Nothing was started" : "Nothing was changed";
}

/// What a call's writes pass on their way out. Outlives an abandoned call. Thread-safe.
class WriteGate {
 public:
  virtual ~WriteGate() = default;

  /// What one write, or preview, would send. Comes before anything else is said of it.
  virtual void resolved(const ResolvedWrite&) {}

  /// Policy refused the resolved write.
  virtual void refused(const Decision& decision) = 0;

  /// A write that nobody has to confirm goes out.
  virtual void passed() {}

  /// Policy allows the write once a person has confirmed it: true when one has confirmed exactly
  /// this. Otherwise it must not be sent.
  virtual bool confirmed(const PendingWrite& write) = 0;
};

}  // namespace adomcp
