#pragma once

#include <string_view>

namespace adomcp {

/// How an Operation ended; the `status` of its audit record.
enum class Outcome {
  kSuccess,
  kError,
  kInvalid,
  kDenied,
  kCancelled,
  kTimeout,
  kCrashed,
  kRateLimited,
  kUnknown,
};

constexpr std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kSuccess:
      return "success";
    case Outcome::kError:
      return "error";
    case Outcome::kInvalid:
      return "invalid";
    case Outcome::kDenied:
      return "denied";
    case Outcome::kCancelled:
      return "cancelled";
    case Outcome::kTimeout:
      return "timeout";
    case Outcome::kCrashed:
      return "crashed";
    case Outcome::kRateLimited:
      return "rate_limited";
    case Outcome::kUnknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace adomcp
