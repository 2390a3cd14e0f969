#include "policy/wording.h"

#include <algorithm>

#include "core/cleaning.h"

namespace adomcp::policy {
namespace {

constexpr std::size_t kNamesTold = 10;
constexpr std::size_t kNameBytes = 100;

}  // namespace

std::string in_quotes(std::string_view name) {
  return quoted(name, kNameBytes, '\'');
}

std::string called(const Operation& operation) {
  const char* joint = operation.kind == OperationKind::kCompletion ? " of " : " ";
  return std::string(to_string(operation.kind)) + joint + in_quotes(operation.name);
}

std::string listed(const std::vector<std::string>& names) {
  if (names.empty()) return "none";
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kNamesTold); ++i) {
    out += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kNamesTold) {
    out += " and " + std::to_string(names.size() - kNamesTold) + " more";
  }
  return out;
}

}  // namespace adomcp::policy
