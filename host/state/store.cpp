#include "state/store.h"

#include <algorithm>

namespace adomcp::state {
namespace {

constexpr std::size_t kMaxName = 200;

bool is_name(const std::string& name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '/';
  });
  return plain && !name.empty() && name.size() <= kMaxName && name.front() != '/' &&
         name.back() != '/' && name.find("//") == std::string::npos;
}

}  // namespace

Status check_entry(const std::string& name, const std::string& value) {
  if (!is_name(name)) return Error{ErrorCode::kInternal, "This is no name for shared state.", {}};
  if (value.size() <= kMaxValue) return Done{};
  return Error{ErrorCode::kInternal, "The value is too large for shared state.", {}};
}

}  // namespace adomcp::state
