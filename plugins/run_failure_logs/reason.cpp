#include "reason.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <cstddef>
#include <iterator>

#include "reader/line_kind.h"
#include "wording.h"

namespace adomcp::failure_logs {
namespace {

/// The first that tells at all and that `tells` takes.
template <typename Tells>
std::string first_of(const RootCause& cause, std::size_t most, const Tells& tells) {
  for (std::size_t i = 0; i < most; ++i) {
    const std::string& message = cause.messages[i];
    const bool blank = sdk::trim(sdk::safe_text(message, message.size())).empty();
    if (!blank && !is_generic_message(message) && tells(message)) return message;
  }
  return {};
}

}  // namespace

std::string telling_message(const RootCause& cause, bool by_itself) {
  const std::size_t all = cause.messages.size();
  if (by_itself) {
    return first_of(cause, std::min(cause.errors, all), [](const std::string&) { return true; });
  }
  const auto stops = [&](const std::string& said) {
    return kind_of({said}, false, Speaker::kService) == cause.kind;
  };
  std::string out;
  if (cause.kind == Kind::kInfrastructure || cause.kind == Kind::kTimeout) {
    out = first_of(cause, all,
                   [&](const std::string& said) { return stops(said) && !is_announcement(said); });
    if (out.empty()) out = first_of(cause, all, stops);
  }
  if (out.empty()) {
    out = first_of(cause, all, [](const std::string& said) {
      return !is_announcement(said) && !is_cancel_message(said);
    });
  }
  if (out.empty() && cause.kind == Kind::kCanceled) out = first_of(cause, all, is_cancel_message);
  return out;
}

std::vector<std::string> with_reason_first(const RootCause& cause) {
  std::vector<std::string> out = cause.messages;
  if (cause.kind != Kind::kInfrastructure && cause.kind != Kind::kTimeout) return out;
  const auto reason = std::find(out.begin(), out.end(), telling_message(cause, false));
  if (reason != out.end()) std::rotate(out.begin(), reason, std::next(reason));
  return out;
}

}  // namespace adomcp::failure_logs
