#include "config/environment.h"

#include <unistd.h>

#include <algorithm>

namespace adomcp::config {
namespace {

constexpr int kMostNested = 2;

bool is_variable_name(std::string_view name) {
  const auto letter = [](char c) {
    return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c); });
}

bool is_hosting_variable(std::string_view name) {
  return name == "FUNCTIONS_CUSTOMHANDLER_PORT" || name == "KUBERNETES_SERVICE_HOST" ||
         name.starts_with("WEBSITE_") || name.starts_with("CONTAINER_APP_");
}

/// Where the reference ends that `text` begins with: at its own `}`, past those of references
/// within its default. npos: nowhere.
std::size_t end_of_reference(std::string_view text) {
  std::size_t open = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("${")) {
      ++open;
    } else if (text[at] == '}' && --open == 0) {
      return at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

Environment process_environment() {
  Environment out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view line(*entry);
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    out.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return out;
}

std::string variable(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::string hosting_variable(const Environment& environment) {
  const auto found = std::find_if(environment.begin(), environment.end(), [](const auto& entry) {
    return is_hosting_variable(entry.first);
  });
  return found == environment.end() ? std::string() : found->first;
}

std::optional<std::string> Expander::expand(std::string_view text, Mark mark) {
  std::string out;
  while (!text.empty()) {
    const auto dollar = text.find('$');
    out += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    if (text.starts_with("$${")) {
      out += "${";
      text.remove_prefix(3);
      continue;
    }
    if (!text.starts_with("${")) {
      out += '$';
      text.remove_prefix(1);
      continue;
    }
    const auto end = end_of_reference(text);
    if (end == std::string_view::npos) {
      problems_.add(mark, "'${' has no closing '}'; write $${ for a literal one");
      return std::nullopt;
    }
    const auto value = reference(text.substr(2, end - 2), mark);
    if (!value) return std::nullopt;
    if (value->size() > bytes_left_) {
      problems_.add(mark, "the environment's values make this file too big");
      return std::nullopt;
    }
    bytes_left_ -= value->size();
    out += *value;
    text.remove_prefix(end + 1);
  }
  return out;
}

std::optional<std::string> Expander::reference(std::string_view body, Mark mark) {
  const auto split = body.find(":-");
  const auto name = body.substr(0, split);
  if (!is_variable_name(name)) {
    problems_.add(mark, "'${" + std::string(body) +
                            "}' must be ${NAME} or ${NAME:-default}; write $${ for a literal '${'");
    return std::nullopt;
  }
  const auto found = environment_.find(name);
  const bool has_default = split != std::string_view::npos;
  if (has_default && (found == environment_.end() || found->second.empty())) {
    if (depth_ == kMostNested) {
      problems_.add(mark, "a default within a default within a default is too deep");
      return std::nullopt;
    }
    ++depth_;
    auto value = expand(body.substr(split + 2), mark);
    --depth_;
    return value;
  }
  if (found != environment_.end()) return found->second;
  problems_.add(mark, "the environment variable " + std::string(name) +
                          " is not set; set it, or write ${" + std::string(name) + ":-default}");
  return std::nullopt;
}

}  // namespace adomcp::config
