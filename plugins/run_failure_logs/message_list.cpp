#include "message_list.h"

#include <adomcp/content.hpp>
#include <adomcp/redact.hpp>
#include <nlohmann/json.hpp>
#include <string_view>

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMessageBytes = 600;
constexpr std::size_t kMarkBytes = 40;
constexpr std::string_view kMore = "… and ";

bool is_mark(std::string_view text) {
  return text.substr(0, kMore.size()) == kMore;
}

}  // namespace

std::vector<std::string> message_list(const std::vector<std::string>& messages,
                                      std::size_t max_bytes, std::size_t left_out) {
  std::vector<std::string> out;
  std::size_t used = 2;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const bool last = i + 1 == messages.size() && left_out == 0;
    std::string one = sdk::safe_text(messages[i], kMessageBytes);
    const std::size_t size = sdk::json_text(one).size() + 1;
    if (used + size + (last ? 0 : kMarkBytes) > max_bytes) {
      // The list may end with a mark of its own; then nobody counted what that stands for.
      const bool counted = !is_mark(messages.back());
      left_out += messages.size() - i;
      out.push_back(std::string(kMore) + (counted ? std::to_string(left_out) + " more." : "more."));
      return out;
    }
    used += size;
    out.push_back(std::move(one));
  }
  if (left_out > 0) out.push_back(std::string(kMore) + std::to_string(left_out) + " more.");
  return out;
}

bool is_cut(const std::vector<std::string>& list) {
  return !list.empty() && is_mark(list.back());
}

}  // namespace adomcp::failure_logs
