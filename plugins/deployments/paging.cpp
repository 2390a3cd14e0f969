#include "paging.h"

#include <adomcp/azure.hpp>
#include <nlohmann/json.hpp>

namespace adomcp::deployments {

std::string PageToken::text() const {
  std::string out;
  if (!page.empty()) out += 'p' + page;
  if (seen > 0) out += (out.empty() ? "s" : ".s") + std::to_string(seen);
  return out;
}

std::optional<PageToken> PageToken::parse(std::string_view text) {
  PageToken token;
  if (text.empty()) return token;
  if (text.front() == 'p') {
    const std::size_t dot = text.find('.');
    token.page = text.substr(1, dot == std::string_view::npos ? dot : dot - 1);
    if (token.page.empty()) return std::nullopt;
    if (dot == std::string_view::npos) return token;
    text.remove_prefix(dot + 1);
  }
  if (text.empty() || text.front() != 's') return std::nullopt;
  const auto seen = sdk::parse_id(text.substr(1));
  if (!seen) return std::nullopt;
  token.seen = *seen;
  return token;
}

Page take_page(const nlohmann::json& answer, const PageToken& token, std::string_view environment,
               std::size_t room, const std::string& azure_next) {
  Page page;
  std::int64_t seen = token.seen;
  for (const nlohmann::json& deployment : sdk::list_of(answer)) {
    const std::int64_t id = sdk::integer_of(deployment, "id");
    if (token.seen > 0 && id >= token.seen) continue;
    const std::string name =
        sdk::raw_text_of(sdk::member(deployment, "releaseEnvironment"), "name");
    const bool matches = environment.empty() || sdk::iequals(name, environment);
    if (matches && page.matches.size() == room) {
      page.next = PageToken{token.page, seen};
      return page;
    }
    if (matches) page.matches.push_back(deployment);
    seen = id;
  }
  if (!azure_next.empty()) page.next = PageToken{azure_next, 0};
  return page;
}

}  // namespace adomcp::deployments
