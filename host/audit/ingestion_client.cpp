#include "audit/ingestion_client.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/json.h"
#include "core/retry_after.h"
#include "core/text.h"
#include "net/origin.h"

namespace adomcp::audit {
namespace {

using nlohmann::json;

constexpr std::string_view kTrack = "/v2.1/track";
constexpr std::string_view kAzureMonitor = ".applicationinsights.azure.com";
constexpr int kMaxRedirects = 5;
constexpr std::size_t kMaxReply = std::size_t{256} * 1024;  // an error for each of 500 items
constexpr std::chrono::milliseconds kOverQuota = std::chrono::minutes(1);
constexpr std::chrono::milliseconds kMaxWait = std::chrono::minutes(10);

bool is_retryable(int status) {
  constexpr int kRetryable[] = {401, 403, 408, 429, 500, 502, 503, 504};
  return std::find(std::begin(kRetryable), std::end(kRetryable), status) != std::end(kRetryable);
}

bool is_over_quota(int status) {
  return status == 402 || status == 439;
}

std::vector<std::size_t> all_of(std::size_t count) {
  std::vector<std::size_t> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i;
  return all;
}

/// 206: some were taken, and the errors say which were not. Where they don't, all counts as lost:
/// sending it again would write records twice.
void read_partial(const net::HttpReply& reply, std::size_t count, Delivery& out) {
  const auto body = json_from(reply.body);
  const auto errors = body.is_object() ? body.find("errors") : body.end();
  if (errors == body.end() || !errors->is_array()) {
    out.lost = count;
    return;
  }
  std::set<std::size_t> seen;
  for (const auto& error : *errors) {
    if (!error.is_object() || !error.contains("index")) continue;
    const auto& index = error["index"];
    if (!index.is_number_unsigned() || index.get<std::size_t>() >= count) continue;
    if (!seen.insert(index.get<std::size_t>()).second) continue;
    const auto status = error.find("statusCode");
    const int code = status != error.end() && status->is_number_integer() ? status->get<int>() : 0;
    if (is_retryable(code)) {
      out.again.push_back(index.get<std::size_t>());
    } else {
      ++out.lost;
    }
  }
}

}  // namespace

Delivery read_reply(const net::HttpReply& reply, std::size_t count) {
  Delivery out;
  if (reply.status == 200) return out;
  out.problem = "Application Insights answered " + std::to_string(reply.status) + ".";
  out.wait =
      parse_retry_after(reply.header("Retry-After"), std::chrono::system_clock::now(), kMaxWait);
  if (reply.status == 206) {
    read_partial(reply, count, out);
  } else if (is_retryable(reply.status)) {
    out.again = all_of(count);
  } else {
    out.lost = count;
    if (is_over_quota(reply.status) && !out.wait) out.wait = kOverQuota;
  }
  return out;
}

IngestionClient::IngestionClient(Ingestion ingestion,
                                 std::unique_ptr<outbound_identity::Credential> credential,
                                 net::HttpClient http)
    : home_(net::parse_origin(ingestion.endpoint).value().host),
      endpoint_(std::move(ingestion.endpoint)),
      credential_(std::move(credential)),
      http_(std::move(http)) {}

Delivery IngestionClient::send(const std::vector<std::string>& items, Deadline deadline,
                               const CancelToken& cancel) {
  std::string body = "[";
  for (const auto& item : items) {
    if (body.size() > 1) body += ',';
    body += item;
  }
  body += ']';
  for (int hop = 0; hop <= kMaxRedirects; ++hop) {
    const auto reply = post(body, deadline, cancel);
    if (!reply) return {all_of(items.size()), 0, reply.error().text(), std::nullopt};
    if (reply->status != 307 && reply->status != 308) {
      if (reply->status == 401 && credential_) credential_->invalidate();
      return read_reply(*reply, items.size());
    }
    if (const auto followed = follow(reply->header("Location")); !followed) {
      return {{}, items.size(), followed.error().text(), std::nullopt};
    }
  }
  return {{}, items.size(), "Application Insights redirects in a circle.", kOverQuota};
}

Result<net::HttpReply> IngestionClient::post(const std::string& body, Deadline deadline,
                                             const CancelToken& cancel) {
  net::HttpRequest request;
  request.method = "POST";
  request.url = endpoint_ + std::string(kTrack);
  request.content_type = "application/json";
  request.body = body;
  request.max_bytes = kMaxReply;
  if (credential_) {
    const auto token = credential_->token(deadline, cancel);
    if (!token) return token.error();
    request.headers.emplace_back("Authorization", token->authorization);
  }
  return http_.send(request, deadline, cancel);
}

/// Records and tokens go on only to Azure Monitor itself, or to the host that was configured.
Status IngestionClient::follow(const std::string& location) {
  const std::string base = location.substr(0, location.find(kTrack));
  const auto origin = net::parse_origin(base);
  const bool ours = origin && (origin->host == home_ ||
                               (origin->secure && origin->host.ends_with(kAzureMonitor)));
  if (!ours) {
    return Error{ErrorCode::kDenied,
                 "Application Insights redirects to a place that isn't its own.",
                 "Put the ingestion endpoint of the resource into the connection string."};
  }
  endpoint_ = base;
  while (endpoint_.ends_with('/')) endpoint_.pop_back();
  return Done{};
}

}  // namespace adomcp::audit
