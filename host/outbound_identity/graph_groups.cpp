#include "outbound_identity/graph_groups.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/text.h"
#include "net/origin.h"
#include "outbound_identity/patient_client.h"
#include "outbound_identity/token_service.h"
#include "outbound_identity/token_text.h"

namespace adomcp::outbound_identity {
namespace {

using nlohmann::json;
using Groups = std::vector<std::string>;

constexpr const char* kName = "Microsoft Graph";
constexpr std::size_t kPeopleKept = 200;
constexpr std::chrono::minutes kFresh{5};
constexpr int kMostPages = 10;
constexpr int kAttempts = 2;
constexpr std::size_t kPageBytes = std::size_t{512} * 1024;
constexpr std::size_t kMostUrlBytes = 8192;

Error unreadable() {
  return {ErrorCode::kUnavailable, "The answer of Microsoft Graph can't be read.", {}};
}

Error refused(const net::HttpReply& reply) {
  const std::string number = " (" + std::to_string(reply.status) + ")";
  switch (reply.status) {
    case 401:
    case 403:
      return {ErrorCode::kUnavailable,
              "Microsoft Graph does not tell this host anybody's groups" + number + ".",
              "Grant its identity the application permissions User.Read.All and "
              "GroupMember.Read.All, or Directory.Read.All."};
    case 404:
      return {ErrorCode::kDenied, "Microsoft Graph does not know who asks" + number + ".",
              "Sign in with an account of this server's directory."};
    default:
      return {ErrorCode::kUnavailable, "Microsoft Graph can't answer now" + number + ".",
              "Try again in a while."};
  }
}

/// Takes the groups of one page, and gives the address of the next one; empty after the last.
Result<std::string> take_page(const std::string& body, Groups& groups) {
  const json page = json_from(body);
  const auto list = page.is_object() ? page.find("value") : page.end();
  if (list == page.end() || !list->is_array()) return unreadable();
  for (const auto& group : *list) {
    const auto id = group.is_object() ? group.find("id") : group.end();
    if (id == group.end() || !id->is_string()) return unreadable();
    groups.push_back(to_lower(id->get<std::string>()));
  }
  const auto next = page.find("@odata.nextLink");
  if (next == page.end()) return std::string();
  if (!next->is_string()) return unreadable();
  return next->get<std::string>();
}

}  // namespace

GraphGroups::GraphGroups(std::string base_url, std::unique_ptr<Credential> credential,
                         const Clock& clock, net::HttpClient http)
    : base_url_(std::move(base_url)),
      credential_(std::move(credential)),
      clock_(clock),
      client_(std::move(http)),
      kept_(kPeopleKept) {
  while (base_url_.ends_with('/')) base_url_.pop_back();
}

Result<Groups> GraphGroups::of(const Principal& person, Deadline deadline) {
  if (person.application || person.object_id.empty()) {
    return Error{ErrorCode::kDenied, "Only people's groups can be looked up.", {}};
  }
  const std::string key = to_lower(person.tenant_id) + '\n' + to_lower(person.object_id);
  {
    const std::lock_guard lock(mutex_);
    if (auto known = kept_.find(key, clock_.now())) return *std::move(known);
  }
  auto groups = ask(person.object_id, deadline);
  if (!groups) return groups;
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  kept_.put(key, *groups, now + kFresh, now);
  return groups;
}

Result<Groups> GraphGroups::ask(const std::string& object_id, Deadline deadline) {
  // The cast to groups is only answered with the count and its header.
  std::string url = base_url_ + "/v1.0/users/" + path_part(object_id) +
                    "/transitiveMemberOf/microsoft.graph.group?$count=true&$select=id&$top=999";
  Groups groups;
  for (int page = 0; page < kMostPages; ++page) {
    auto reply = get(url, deadline);
    if (!reply) return reply.error();
    if (reply->status != 200) return refused(*reply);
    auto next = take_page(reply->body, groups);
    if (!next) return next.error();
    if (next->empty()) return groups;
    if (!same_origin(*next)) {
      return Error{ErrorCode::kUnavailable,
                   "Microsoft Graph points to another place for the rest of the groups.",
                   {}};
    }
    url = std::move(next).value();
  }
  return Error{ErrorCode::kDenied, "You are in more groups than this server looks at.",
               "Ask an administrator to use app roles instead of groups."};
}

Result<net::HttpReply> GraphGroups::get(const std::string& url, Deadline deadline) {
  const CancelToken never;
  for (int attempt = 1;; ++attempt) {
    const auto token = credential_->token(deadline, never);
    if (!token) return token.error();
    net::HttpRequest request;
    request.url = url;
    request.headers = {{"Authorization", token->authorization}, {"ConsistencyLevel", "eventual"}};
    request.max_bytes = kPageBytes;
    auto reply = ask_patiently(
        client_, [&] { return Result<net::HttpRequest>(request); }, Repeats{kAttempts}, kName,
        deadline, never);
    if (!reply || reply->status != 401 || attempt == 2) return reply;
    credential_->invalidate();
  }
}

/// The token goes nowhere else.
bool GraphGroups::same_origin(const std::string& url) const {
  if (url.size() > kMostUrlBytes || !is_header_safe(url)) return false;
  auto there = net::parse_origin(url.substr(0, url.find('?')));
  auto here = net::parse_origin(base_url_);
  return there && here && there->secure == here->secure && there->host == here->host &&
         there->port == here->port;
}

}  // namespace adomcp::outbound_identity
