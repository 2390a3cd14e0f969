#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <variant>

namespace adomcp {

/// Why something expected went wrong. Unexpected things throw (start-up) or crash.
enum class ErrorCode {
  kInvalid,      ///< the caller's input is wrong
  kDenied,       ///< policy, allowlist or Azure DevOps says no
  kNotFound,     ///< no such thing, or not visible
  kTimeout,      ///< the deadline passed
  kCancelled,    ///< the caller went away
  kThrottled,    ///< a limit was hit; try again later
  kUnavailable,  ///< the other side can't answer now
  kUnknown,      ///< a write may or may not have happened
  kUnconfirmed,  ///< a person has to confirm it first
  kInternal,     ///< a defect here
};

/// `message` is for a person and never holds a token, a secret or a stack trace.
/// `hint` says what to change; it may be empty.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string hint;
  std::chrono::seconds retry_after{0};  ///< with kThrottled and kUnavailable; zero: not known

  std::string text() const { return hint.empty() ? message : message + " " + hint; }
};

/// A value or an Error. Test before reading: `if (!result) return result.error();`
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  const T& value() const& { return std::get<0>(state_); }
  T& value() & { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

/// A Result without a value.
struct Done {};
using Status = Result<Done>;

}  // namespace adomcp
