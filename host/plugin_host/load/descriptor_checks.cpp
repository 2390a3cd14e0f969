#include "plugin_host/load/descriptor_checks.h"

#include <algorithm>

#include "core/text.h"

namespace adomcp::plugin_host {
namespace {

constexpr std::size_t kMaxTitle = 256;
constexpr std::size_t kMaxDescription = std::size_t{16} * 1024;

}  // namespace

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '.' || c == '-';
         });
}

std::string wrong_words(std::string_view title, std::string_view description) {
  if (title.size() > kMaxTitle) return "its title is longer than 256 bytes";
  if (description.size() > kMaxDescription) return "its description is longer than 16 KiB";
  if (!is_utf8(title) || !is_utf8(description)) {
    return "its title or description is not valid UTF-8";
  }
  return "";
}

}  // namespace adomcp::plugin_host
