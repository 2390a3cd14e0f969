#include "azure_devops/upstream.h"

#include <Poco/URI.h>
#include <algorithm>
#include <random>
#include <stdexcept>

#include "azure_devops/body_sink.h"
#include "azure_devops/rate_headers.h"
#include "azure_devops/request_slots.h"
#include "azure_devops/retry.h"
#include "core/retry_after.h"
#include "core/text.h"
#include "core/trace_mark.h"
#include "observe/logging.h"

namespace adomcp::azure_devops {
namespace {

using outbound_identity::Credential;
using std::chrono::milliseconds;

constexpr std::uint64_t kMaxErrorBody = 64UL * 1024;
constexpr milliseconds kShortWait{2000};  // is waited out, longer ones are refused at once

net::Origin origin_of(const std::string& organization, const std::string& base_url) {
  auto origin = net::parse_origin(base_url);
  if (!origin) throw std::invalid_argument(organization + ": " + origin.error().message);
  return std::move(origin).value();
}

double random_fraction() {
  thread_local std::mt19937 source{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(source);
}

std::string seconds_text(milliseconds time) {
  return std::to_string((time.count() + 999) / 1000) + " s";
}

/// The token of "Bearer …" or "Basic …", to be cut out of messages.
std::string_view secret_of(std::string_view authorization) {
  const auto space = authorization.find(' ');
  return space == std::string_view::npos ? authorization : authorization.substr(space + 1);
}

net::OutgoingRequest outgoing(const char* method, const UpstreamRequest& request,
                              const net::Origin& origin, std::string authorization,
                              std::atomic<std::uint32_t>* sent) {
  return {method,
          origin.base_path + request.target,
          request.accept,
          std::move(authorization),
          request.content_type,
          request.body,
          {{"X-TFS-FedAuthRedirect", "Suppress"}},  // a bad token gets 401, not a sign-in page
          sent};
}

/// How the attempt ended, by the conventions for HTTP clients.
void end_span(Span& span, int status, const Error* error) {
  if (!span.recorded()) return;
  if (status > 0) span.set("http.response.status_code", std::int64_t{status});
  if (error == nullptr) return;
  span.set("error.type", status >= 400 ? std::to_string(status) : std::string("no_answer"));
  span.fail();
}

}  // namespace

std::string api_target(const std::string& organization, const std::string& project_id,
                       const std::string& path, const std::string& query) {
  std::string target = "/";
  Poco::URI::encode(organization, "/?#[]@!$&'()*+,;=%", target);
  if (!project_id.empty()) target += "/" + project_id;
  return target + "/_apis/" + path + "?" + query;
}

struct Upstream::Endpoint {
  std::string organization;
  net::Origin dev;
  net::Origin vsrm;
  net::Origin vstmr;
  outbound_identity::Identities identities;
  std::unique_ptr<RateBudget> budget;
  std::unique_ptr<RequestSlots> slots;

  /// Whose budget a request draws on: with one identity for all, everybody's.
  std::string budget_of(const UpstreamRequest& request) const {
    return request.identity != Identity::kHost && source(request)->per_person() ? request.caller
                                                                                : std::string();
  }

  void learn(const UpstreamRequest& request, const net::ResponseHead& head) const {
    budget->learn(budget_of(request), read_rate_headers(head, std::chrono::system_clock::now()));
  }

  const std::shared_ptr<outbound_identity::IdentitySource>& source(
      const UpstreamRequest& request) const {
    return request.identity == Identity::kWrites ? identities.writes : identities.reads;
  }

  const net::Origin& origin(Service service) const {
    if (service == Service::kVsrm) return vsrm;
    return service == Service::kVstmr ? vstmr : dev;
  }

  std::shared_ptr<Credential> credential_for(const UpstreamRequest& request) const {
    if (request.identity == Identity::kHost) return identities.host;
    return source(request)->of(request.principal, request.user_token);
  }

  /// A whole header value that can't smuggle in another header.
  Result<std::string> authorization(Credential& credential, const UpstreamRequest& request) const {
    auto token = credential.token(request.deadline, request.cancel);
    if (!token) return token.error();
    std::string value(trim(token->authorization));
    const bool plain =
        std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
    if (plain && !value.empty()) return value;
    return Error{
        ErrorCode::kUnavailable,
        "The credential of organization '" + organization + "' gave something that is no token.",
        "Check for line breaks or other stray characters in it."};
  }
};

struct Upstream::Attempt {
  std::optional<UpstreamAnswer> answer;
  Error error;
  int status = 0;
  bool transient = false;      ///< a GET may be sent again
  bool token_refused = false;  ///< … after getting a new token
  bool handed_on = false;      ///< … but not unseen
  std::optional<milliseconds> retry_after;

  Result<UpstreamAnswer> result() && {
    if (answer) return std::move(*answer);
    return std::move(error);
  }
};

Upstream::Upstream(const std::vector<Site>& sites, UpstreamOptions options,
                   std::shared_ptr<spdlog::logger> log)
    : options_(std::move(options)), log_(std::move(log)) {
  for (const auto& site : sites) {
    const auto& [host, reads, writes] = site.identities;
    if (!host || !reads || !writes) {
      throw std::invalid_argument(site.organization + ": an identity is missing");
    }
    auto& endpoint = endpoints_.emplace_back();
    endpoint.organization = site.organization;
    endpoint.dev = origin_of(site.organization, site.base_urls.dev);
    endpoint.vsrm = origin_of(site.organization, site.base_urls.vsrm);
    endpoint.vstmr = origin_of(site.organization, site.base_urls.vstmr);
    endpoint.identities = site.identities;
    endpoint.budget = std::make_unique<RateBudget>(site.organization, options_.now);
    endpoint.slots = std::make_unique<RequestSlots>(site.organization);
  }
}

Upstream::~Upstream() = default;

const Upstream::Endpoint* Upstream::find(const std::string& organization) const {
  for (const auto& endpoint : endpoints_) {
    if (iequals(endpoint.organization, organization)) return &endpoint;
  }
  return nullptr;
}

/// Before a request, not before its own retries: those wait as they were asked to.
Status Upstream::admit(const UpstreamRequest& request, const Endpoint& endpoint) const {
  const auto identity = endpoint.budget_of(request);
  const auto wait = endpoint.budget->wait(identity);
  if (wait > kShortWait || (wait.count() > 0 && wait >= request.deadline.remaining())) {
    return endpoint.budget->asked_to_wait(wait);
  }
  if (wait.count() > 0 && options_.wait(request.cancel, wait)) {
    return Error{ErrorCode::kCancelled, "The call was cancelled.", {}};
  }
  return endpoint.budget->spend(identity, request.caller);
}

Result<UpstreamAnswer> Upstream::get(const UpstreamRequest& request) {
  const Endpoint* endpoint = find(request.asked.organization);
  if (endpoint == nullptr) return Error{ErrorCode::kDenied, "Unknown organization.", {}};
  if (const auto admitted = admit(request, *endpoint); !admitted) return admitted.error();
  const auto credential = endpoint->credential_for(request);
  bool new_token = false;
  for (int retries = 0;;) {
    Attempt attempt = try_get(request, *endpoint, *credential);
    if (attempt.answer || attempt.handed_on) return std::move(attempt).result();
    if (attempt.token_refused) credential->invalidate();
    if (attempt.token_refused && !new_token) {
      new_token = true;
      continue;
    }
    if (!attempt.transient || retries >= options_.max_retries) return std::move(attempt).result();
    if (auto error = wait_for_retry(request, attempt, retries)) return std::move(*error);
    ++retries;
  }
}

std::optional<Error> Upstream::wait_for_retry(const UpstreamRequest& request,
                                              const Attempt& attempt, int retries) const {
  const auto wait = retry_wait(retries, attempt.retry_after, random_fraction());
  const auto left = request.deadline.remaining();
  if (wait >= left) {
    Error error = attempt.error;
    error.hint = attempt.retry_after ? "It asks to wait " + seconds_text(wait) +
                                           ", which is more than is left of this call (" +
                                           seconds_text(left) + "); try again then."
                                     : "No time is left in this call to try once more.";
    return error;
  }
  log_->debug("azure devops {} {}: status {}, retry in {} ms{}", request.asked.organization,
              request.asked.path, attempt.status, wait.count(),
              trace_mark(request.trace.context.trace_id));
  if (!options_.wait(request.cancel, wait)) return std::nullopt;
  return Error{ErrorCode::kCancelled, "The call was cancelled.", {}};
}

Upstream::Attempt Upstream::try_get(const UpstreamRequest& request, const Endpoint& endpoint,
                                    Credential& credential) {
  Attempt attempt;
  const auto authorization = endpoint.authorization(credential, request);
  if (!authorization) {
    attempt.error = authorization.error();
    return attempt;
  }
  const auto slot = endpoint.slots->take(request.caller, request.deadline, request.cancel);
  if (!slot) {
    attempt.error = slot.error();
    return attempt;
  }
  Span span = begin_span("GET", request, endpoint);
  auto reply = send("GET", request, endpoint, *authorization, request.count);
  if (!reply) {
    end_span(span, 0, &reply.error());
    attempt.error = reply.error();
    attempt.transient = attempt.error.code == ErrorCode::kUnavailable;
    return attempt;
  }
  endpoint.learn(request, reply->head);
  receive(request, *authorization, *reply, attempt);
  end_span(span, attempt.status, attempt.answer ? nullptr : &attempt.error);
  return attempt;
}

/// The path without its query, which holds names and addresses.
Span Upstream::begin_span(const char* method, const UpstreamRequest& request,
                          const Endpoint& endpoint) const {
  Span span = request.trace.child(method, SpanKind::kClient);
  if (!span.recorded()) return span;
  const net::Origin& origin = endpoint.origin(request.service);
  const std::string path = origin.base_path + request.target.substr(0, request.target.find('?'));
  span.set("http.request.method", std::string(method));
  span.set("server.address", origin.host);
  span.set("server.port", std::int64_t{origin.port});
  span.set("url.full", std::string(origin.secure ? "https://" : "http://") + origin.host + ":" +
                           std::to_string(origin.port) + path);
  return span;
}

Result<net::StreamedReply> Upstream::send(const char* method, const UpstreamRequest& request,
                                          const Endpoint& endpoint,
                                          const std::string& authorization,
                                          std::atomic<std::uint32_t>* sent) {
  const net::Origin& origin = endpoint.origin(request.service);
  return options_.http.exchange(origin, outgoing(method, request, origin, authorization, sent),
                                {request.deadline, request.cancel, options_.connect_timeout});
}

void Upstream::receive(const UpstreamRequest& request, const std::string& authorization,
                       net::StreamedReply& reply, Attempt& attempt) const {
  const net::ResponseHead& head = reply.head;
  attempt.status = head.status;
  if (options_.metrics != nullptr) {
    options_.metrics->upstream_request(request.asked.organization, head.status);
  }
  const bool html =
      contains_any(head.content_type, {"html"}) && !contains_any(request.accept, {"html"});
  const bool good = head.status >= 200 && head.status < 300;
  if (head.status == 203 || (head.status >= 300 && head.status < 400) || (good && html)) {
    attempt.token_refused = true;
    attempt.error = explain_sign_in(request.asked);
    return;
  }
  UpstreamAnswer answer{
      {head.status, head.content_type, {}, head.header("x-ms-continuationtoken"), false},
      head.header("Date")};
  if (!good) {
    UpstreamRequest kept = request;
    kept.on_chunk = nullptr;
    // A body that breaks off still gives its status.
    (void)BodySink(kept, kMaxErrorBody, false).read_from(*reply.connection, answer.response);
    attempt.token_refused = head.status == 401;
    attempt.transient = worth_retrying(head.status);
    attempt.retry_after =
        parse_retry_after(head.header("Retry-After"), std::chrono::system_clock::now());
    attempt.error = explain_status(head.status, head.content_type, answer.response.body,
                                   secret_of(authorization), request.asked);
    if (attempt.retry_after) {
      attempt.error.retry_after = std::chrono::ceil<std::chrono::seconds>(*attempt.retry_after);
    }
    return;
  }
  const bool streams = static_cast<bool>(request.on_chunk);
  const std::uint64_t kept = request.max_bytes == 0 ? options_.max_body : options_.max_asked;
  const std::uint64_t most = streams ? options_.max_stream : kept;
  const std::uint64_t limit = request.max_bytes == 0 ? most : std::min(most, request.max_bytes);
  BodySink sink(request, limit, !streams && contains_any(head.content_type, {"json"}));
  const auto read = sink.read_from(*reply.connection, answer.response);
  attempt.handed_on = sink.handed_on();
  if (read) {
    attempt.answer = std::move(answer);
    return;
  }
  attempt.error = read.error();
  attempt.transient = attempt.error.code == ErrorCode::kUnavailable;
}

bool Upstream::in_own_name(const UpstreamRequest& request) const {
  const Endpoint* endpoint = find(request.asked.organization);
  return endpoint != nullptr && request.identity != Identity::kHost && request.user_token &&
         !request.principal.application && endpoint->source(request)->per_person();
}

Result<UpstreamAnswer> Upstream::write_once(const char* method, const UpstreamRequest& request) {
  const Endpoint* endpoint = find(request.asked.organization);
  if (endpoint == nullptr) return Error{ErrorCode::kDenied, "Unknown organization.", {}};
  if (const auto admitted = admit(request, *endpoint); !admitted) return admitted.error();
  const auto credential = endpoint->credential_for(request);
  const auto authorization = endpoint->authorization(*credential, request);
  if (!authorization) return authorization.error();
  const auto slot = endpoint->slots->take(request.caller, request.deadline, request.cancel);
  if (!slot) return slot.error();
  std::atomic<std::uint32_t> sent = 0;
  Span span = begin_span(method, request, *endpoint);
  auto reply = send(method, request, *endpoint, *authorization, &sent);
  if (request.count != nullptr) *request.count += sent;
  if (!reply) end_span(span, 0, &reply.error());
  if (!reply && sent == 0) return reply.error();
  if (!reply) return Error{ErrorCode::kUnknown, reply.error().message, {}};
  endpoint->learn(request, reply->head);
  Attempt attempt;
  receive(request, *authorization, *reply, attempt);
  end_span(span, attempt.status, attempt.answer ? nullptr : &attempt.error);
  if (attempt.token_refused) credential->invalidate();
  const int status = attempt.status;
  const bool definite = attempt.answer || (status >= 300 && status < 500);
  if (!definite && status != 203) attempt.error.code = ErrorCode::kUnknown;
  return std::move(attempt).result();
}

}  // namespace adomcp::azure_devops
