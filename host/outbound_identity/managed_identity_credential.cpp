#include "outbound_identity/managed_identity_credential.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/URI.h>

#include <algorithm>
#include <array>
#include <istream>
#include <nlohmann/json.hpp>
#include <utility>

#include "outbound_identity/token_text.h"

namespace adomcp::outbound_identity {
namespace {

using std::chrono::milliseconds;

constexpr int kAttempts = 4;
constexpr milliseconds kAttemptTime{10000};
constexpr milliseconds kSlice{20};
constexpr std::size_t kMaxAnswerBytes = std::size_t{64} * 1024;

Error cancelled() {
  return {ErrorCode::kCancelled, "The call was cancelled.", {}};
}

Error out_of_time() {
  return {ErrorCode::kTimeout, "No time was left for the managed identity endpoint.", {}};
}

Error no_endpoint(const std::string& missing) {
  return {ErrorCode::kUnavailable, "There is no managed identity here: " + missing + " is not set.",
          "Enable a managed identity on this app, or configure another credential."};
}

Error unreadable(const std::string& what) {
  return {ErrorCode::kUnavailable, "The managed identity endpoint's answer " + what + ".", {}};
}

Poco::Timespan to_timespan(milliseconds time) {
  return {std::max<Poco::Timespan::TimeDiff>(1, time.count()) * Poco::Timespan::MILLISECONDS};
}

/// What the endpoint said of a failure; its answers are JSON with `message` or `error_description`.
std::string explanation(const std::string& body) {
  const auto answer = nlohmann::json::parse(body, nullptr, false);
  if (!answer.is_object()) return {};
  for (const char* key : {"message", "error_description", "Message", "error"}) {
    const auto found = answer.find(key);
    if (found != answer.end() && found->is_string()) {
      return safe_excerpt(found->get<std::string>());
    }
  }
  return {};
}

}  // namespace

struct ManagedIdentityCredential::Reply {
  int status = 0;  ///< 0: no answer came
  std::string body;

  bool worth_repeating() const { return status == 0 || status == 429 || status >= 500; }
};

namespace {

/// Waits for the first byte of the answer in slices, so that cancel is noticed.
Status await_answer(Poco::Net::HTTPClientSession& session, Deadline until,
                    const CancelToken& cancel) {
  while (!session.socket().poll(to_timespan(std::min(kSlice, until.remaining())),
                                Poco::Net::Socket::SELECT_READ)) {
    if (cancel.cancelled()) return cancelled();
    if (until.passed()) return out_of_time();
  }
  return Done{};
}

/// False when the body outgrows its bound or its time.
bool read_body(std::istream& in, Deadline until, std::string& body) {
  std::array<char, 4096> piece{};
  while (in.good()) {
    in.read(piece.data(), piece.size());
    body.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (body.size() > kMaxAnswerBytes || until.passed()) return false;
  }
  return true;
}

}  // namespace

ManagedIdentityCredential::ManagedIdentityCredential(ManagedIdentitySettings settings,
                                                     std::string_view resource, const Clock& clock,
                                                     Variables variables, milliseconds first_pause)
    : settings_(std::move(settings)),
      resource_(resource),
      clock_(clock),
      variables_(std::move(variables)),
      first_pause_(first_pause) {}

Result<AccessToken> ManagedIdentityCredential::token(Deadline deadline, const CancelToken& cancel) {
  milliseconds pause = first_pause_;
  for (int attempt = 1;; ++attempt) {
    // The platform rotates the header's value, so both are read again for each attempt.
    const std::string endpoint = variables_("IDENTITY_ENDPOINT");
    const std::string secret = variables_("IDENTITY_HEADER");
    if (endpoint.empty()) return no_endpoint("IDENTITY_ENDPOINT");
    if (!is_header_safe(secret)) return no_endpoint("IDENTITY_HEADER");
    const auto reply = ask(endpoint, secret, deadline, cancel);
    if (!reply) return reply.error();
    if (!reply->worth_repeating() || attempt == kAttempts) return read(*reply);
    if (deadline.remaining() <= pause) return out_of_time();
    if (cancel.wait_until(Deadline::after(pause))) return cancelled();
    pause *= 2;
  }
}

/// An Error ends the matter; a Reply of status 0 stands for a connection that failed.
Result<ManagedIdentityCredential::Reply> ManagedIdentityCredential::ask(
    const std::string& endpoint, const std::string& secret, Deadline deadline,
    const CancelToken& cancel) const {
  const Deadline until = deadline.earlier(Deadline::after(kAttemptTime));
  if (cancel.cancelled()) return cancelled();
  if (until.passed()) return out_of_time();
  Reply reply;
  try {
    const Poco::URI uri(endpoint);
    if (uri.getScheme() != "http" || uri.getHost().empty()) {
      return Error{ErrorCode::kInvalid, "IDENTITY_ENDPOINT is not an http URL.", {}};
    }
    Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
    session.setTimeout(to_timespan(until.remaining()));
    Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_GET,
                                   path_and_query(uri.getPathEtc()),
                                   Poco::Net::HTTPRequest::HTTP_1_1);
    request.set("X-IDENTITY-HEADER", secret);
    session.sendRequest(request);
    session.flushRequest();
    if (auto waited = await_answer(session, until, cancel); !waited) {
      if (deadline.passed() || waited.error().code != ErrorCode::kTimeout) return waited.error();
      return reply;
    }
    Poco::Net::HTTPResponse response;
    std::istream& in = session.receiveResponse(response);
    if (!read_body(in, until, reply.body)) return unreadable("is too long or too slow");
    reply.status = static_cast<int>(response.getStatus());
    return reply;
  } catch (const Poco::SyntaxException&) {
    return Error{ErrorCode::kInvalid, "IDENTITY_ENDPOINT is not an http URL.", {}};
  } catch (const Poco::Exception&) {
    return Reply{};
  }
}

std::string ManagedIdentityCredential::path_and_query(const std::string& path_etc) const {
  std::string out = path_etc.empty() ? "/" : path_etc;
  out += out.find('?') == std::string::npos ? '?' : '&';
  out += "resource=";
  Poco::URI::encode(resource_, "&=+?#", out);
  out += "&api-version=2019-08-01";
  if (!settings_.client_id.empty()) {
    out += "&client_id=";
    Poco::URI::encode(settings_.client_id, "&=+?#", out);
  }
  return out;
}

Result<AccessToken> ManagedIdentityCredential::read(const Reply& reply) const {
  if (reply.status == 0) {
    return Error{ErrorCode::kUnavailable, "The managed identity endpoint does not answer.", {}};
  }
  if (reply.status != 200) {
    const std::string said = explanation(reply.body);
    return Error{ErrorCode::kUnavailable,
                 "The managed identity endpoint answered " + std::to_string(reply.status) +
                     (said.empty() ? "." : ": " + said),
                 "Check that the identity is assigned to this app and AZURE_MI_CLIENT_ID is its "
                 "client id."};
  }
  const auto answer = nlohmann::json::parse(reply.body, nullptr, false);
  if (!answer.is_object()) return unreadable("is not JSON");
  const auto token = answer.find("access_token");
  if (token == answer.end() || !token->is_string()) return unreadable("holds no access_token");
  const auto secret = token->get<std::string>();
  if (!is_header_safe(secret)) return unreadable("holds an access_token of the wrong form");
  const auto expires_at = expiry_of(answer, clock_.now());
  if (!expires_at) return unreadable("does not say when the token expires");
  return AccessToken{"Bearer " + secret, *expires_at};
}

}  // namespace adomcp::outbound_identity
