#include "inbound_auth/issuer_client.h"

#include <nlohmann/json.hpp>

#include "core/json.h"

namespace adomcp::inbound_auth {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{256} * 1024;

Error unusable(std::string message, std::string hint) {
  return {ErrorCode::kUnavailable, std::move(message), std::move(hint)};
}

}  // namespace

Result<KeySet> IssuerClient::fetch(Deadline deadline, const CancelToken& cancel) {
  const auto url = keys_url(deadline, cancel);
  if (!url) return url.error();
  const auto text = get(*url, deadline, cancel);
  if (!text) return text.error();
  return KeySet::parse(*text, algorithms_);
}

Result<std::string> IssuerClient::keys_url(Deadline deadline, const CancelToken& cancel) {
  const std::string base = issuer_.ends_with('/') ? issuer_.substr(0, issuer_.size() - 1) : issuer_;
  const auto text = get(base + "/.well-known/openid-configuration", deadline, cancel);
  if (!text) return text.error();
  const auto metadata = parse_strict_object(*text, kMaxBytes);
  if (!metadata) return unusable("The metadata of " + issuer_ + " is not a JSON object.", {});
  if (text_at(*metadata, "issuer") != issuer_) {
    return unusable("The metadata of " + issuer_ + " names another issuer.",
                    "Set auth.issuer (or auth.tenant_id) exactly as the issuer writes it.");
  }
  std::string url(text_at(*metadata, "jwks_uri"));
  const bool plain = url.starts_with("http://") && issuer_.starts_with("http://");
  if (!plain && !url.starts_with("https://")) {
    return unusable("The metadata of " + issuer_ + " names no jwks_uri with https.", {});
  }
  return url;
}

Result<std::string> IssuerClient::get(const std::string& url, Deadline deadline,
                                      const CancelToken& cancel) {
  net::HttpRequest request;
  request.url = url;
  request.max_bytes = kMaxBytes;
  auto reply = http_.send(request, deadline, cancel);
  if (!reply) return reply.error();
  if (reply->status == 200) return std::move(reply->body);
  return unusable(
      "The issuer answered " + std::to_string(reply->status) + " when asked for its keys.",
      "Check that " + issuer_ + " serves /.well-known/openid-configuration.");
}

}  // namespace adomcp::inbound_auth
