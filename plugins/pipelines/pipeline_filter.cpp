#include "pipeline_filter.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace adomcp::pipelines {

namespace {

using nlohmann::json;

/// `*` is any text. Takes as long as both are, multiplied, and no stack.
bool glob(std::string_view text, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = std::string_view::npos;
  std::size_t again = 0;
  while (at < text.size()) {
    if (in < pattern.size() && pattern[in] == '*') {
      star = in++;
      again = at;
    } else if (in < pattern.size() && sdk::lower(pattern[in]) == sdk::lower(text[at])) {
      ++in;
      ++at;
    } else if (star != std::string_view::npos) {
      in = star + 1;
      at = ++again;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in) == std::string_view::npos;
}

}  // namespace

bool name_matches(std::string_view name, std::string_view filter) {
  if (filter.find('*') == std::string_view::npos) return sdk::icontains(name, filter);
  return glob(name, filter);
}

std::string folder_path(std::string_view folder) {
  std::string out(1, '\\');
  for (char c : sdk::trim(folder)) {
    if (c == '/') c = '\\';
    if (c != '\\' || out.back() != '\\') out += c;
  }
  if (out.size() > 1 && out.back() == '\\') out.pop_back();
  return out;
}

bool is_in_folder(std::string_view folder, std::string_view wanted) {
  const std::string own = folder_path(folder);
  if (wanted == "\\") return true;
  if (!sdk::iequals(own.substr(0, wanted.size()), wanted)) return false;
  return own.size() == wanted.size() || own[wanted.size()] == '\\';
}

std::string PageToken::text() const {
  return 's' + std::to_string(seen) + '.' + page;
}

std::optional<PageToken> PageToken::parse(std::string_view text) {
  if (text.empty()) return PageToken{};
  const std::size_t dot = text.find('.');
  if (text.front() != 's' || dot == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(1, dot - 1);
  const auto seen = digits == "0" ? std::optional<std::int64_t>(0) : sdk::parse_id(digits);
  if (!seen) return std::nullopt;
  return PageToken{std::string(text.substr(dot + 1)), *seen};
}

Page take_page(const json& answer, const PageToken& token, const Filter& filter, std::size_t room,
               const std::string& azure_next) {
  const json& list = sdk::list_of(answer);
  const auto is_seen = [&](const json& one) { return sdk::integer_of(one, "id") == token.seen; };
  auto from = token.seen > 0 ? std::find_if(list.begin(), list.end(), is_seen) : list.end();
  Page page;
  page.is_lost = token.seen > 0 && from == list.end();
  if (page.is_lost) return page;
  from = from == list.end() ? list.begin() : std::next(from);
  std::int64_t seen = token.seen;
  for (; from != list.end(); ++from) {
    const bool matches =
        name_matches(sdk::raw_text_of(*from, "name"), filter.name) &&
        (filter.folder.empty() || is_in_folder(sdk::raw_text_of(*from, "path"), filter.folder));
    if (matches && page.matches.size() == room) {
      page.next = PageToken{token.page, seen};
      return page;
    }
    if (matches) page.matches.push_back(*from);
    seen = sdk::integer_of(*from, "id");
  }
  if (!azure_next.empty()) page.next = PageToken{azure_next, 0};
  return page;
}

}  // namespace adomcp::pipelines
