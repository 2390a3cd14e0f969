#include "validation.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>

namespace adomcp::failure_logs {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxErrors = 20;
constexpr std::size_t kMaxMessage = 4096;
constexpr std::int64_t kErrorNumber = 2;  // of the enumeration ok, warning, error

bool is_error(const json& result) {
  return sdk::iequals(sdk::raw_text_of(result, "result"), "error") ||
         sdk::integer_of(result, "result") == kErrorNumber;
}

}  // namespace

std::vector<std::string> validation_errors(const json& build) {
  std::vector<std::string> out;
  std::size_t left_out = 0;
  for (const json& result : sdk::list_of(sdk::member(build, "validationResults"))) {
    if (!is_error(result)) continue;
    std::string message(sdk::truncate_utf8(sdk::raw_text_of(result, "message"), kMaxMessage));
    if (sdk::trim(message).empty()) message = "A validation error without a message.";
    if (std::find(out.begin(), out.end(), message) != out.end()) continue;
    if (out.size() == kMaxErrors) {
      ++left_out;
    } else {
      out.push_back(std::move(message));
    }
  }
  if (left_out > 0) out.push_back("… and " + std::to_string(left_out) + " more errors.");
  return out;
}

}  // namespace adomcp::failure_logs
