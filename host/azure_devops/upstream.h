#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "azure_devops/client.h"
#include "azure_devops/error_message.h"
#include "azure_devops/rate_budget.h"
#include "core/settings.h"
#include "net/http_client.h"
#include "observe/metrics.h"
#include "outbound_identity/make_identities.h"

namespace spdlog {
class logger;
}

namespace adomcp::azure_devops {

/// An organisation as the client reaches it.
struct Site {
  std::string organization;
  BaseUrlSettings base_urls;
  outbound_identity::Identities identities;
};

/// As whom a request goes out. The host's own identity has to be asked for.
enum class Identity { kReads, kWrites, kHost };

struct UpstreamOptions {
  std::uint64_t max_body = 8ULL * 1024 * 1024;      ///< of a kept body
  std::uint64_t max_asked = 32ULL * 1024 * 1024;    ///< of one for which the caller sets a limit
  std::uint64_t max_stream = 256ULL * 1024 * 1024;  ///< of a body handed over in pieces
  int max_retries = 3;
  net::HttpClient http;  ///< shared with whoever else asks anything
  std::chrono::milliseconds connect_timeout{10000};
  observe::Metrics* metrics = nullptr;                   ///< null: nothing is counted
  RateBudget::Now now = std::chrono::steady_clock::now;  ///< for the organisations' budgets
  /// Waits between retries; true when cancelled meanwhile. Tests set it.
  std::function<bool(const CancelToken&, std::chrono::milliseconds)> wait =
      [](const CancelToken& cancel, std::chrono::milliseconds time) {
        return cancel.wait_until(Deadline::after(time));
      };
};

/// One request whose place, project and kind were checked.
struct UpstreamRequest {
  Service service = Service::kDev;
  AskedFor asked;      ///< for messages; `organization` also selects the site
  std::string caller;  ///< who shares fairly; empty: the host itself, or nobody known
  std::string target;  ///< below the base URL: "/contoso/{id}/_apis/…?api-version=7.1"
  std::string accept = "application/json";
  std::string content_type;
  std::string body;
  std::uint64_t max_bytes = 0;
  std::function<bool(std::string_view piece)> on_chunk;
  Deadline deadline;
  CancelToken cancel;
  std::atomic<std::uint32_t>* count = nullptr;
  Identity identity = Identity::kReads;
  Principal principal;                       ///< who asks
  std::shared_ptr<const Secret> user_token;  ///< their own; null unless a person's
  SpanParent trace = {};
};

struct UpstreamAnswer {
  Response response;
  std::string date;  ///< the server's clock, as it gave it
};

/// "/contoso/{project id}/_apis/{path}?{query}"; without a project when `project_id` is empty.
std::string api_target(const std::string& organization, const std::string& project_id,
                       const std::string& path, const std::string& query);

/// Sends requests to the configured organisations: adds the credential, keeps connections, retries
/// GETs, bounds bodies, shares each organisation's budget among its callers and puts failures into
/// words. It decides nothing about projects. Thread-safe.
class Upstream {
 public:
  /// Throws std::invalid_argument for a base URL that can't be used and a missing identity.
  Upstream(const std::vector<Site>& sites, UpstreamOptions options,
           std::shared_ptr<spdlog::logger> log);
  ~Upstream();

  /// Sends a GET, again after transient failures, within the deadline.
  Result<UpstreamAnswer> get(const UpstreamRequest& request);

  /// Sends a write once on a fresh connection. kUnknown when its bytes may have arrived without a
  /// definite answer; every other error means that nothing was done.
  Result<UpstreamAnswer> post_once(const UpstreamRequest& request) {
    return write_once("POST", request);
  }
  Result<UpstreamAnswer> patch_once(const UpstreamRequest& request) {
    return write_once("PATCH", request);
  }

  /// Whether a request goes out in the name of the person who asks, instead of the host's.
  bool in_own_name(const UpstreamRequest& request) const;

 private:
  struct Endpoint;
  struct Attempt;

  const Endpoint* find(const std::string& organization) const;
  Result<UpstreamAnswer> write_once(const char* method, const UpstreamRequest& request);
  Status admit(const UpstreamRequest& request, const Endpoint& endpoint) const;
  Attempt try_get(const UpstreamRequest& request, const Endpoint& endpoint,
                  outbound_identity::Credential& credential);
  Result<net::StreamedReply> send(const char* method, const UpstreamRequest& request,
                                  const Endpoint& endpoint, const std::string& authorization,
                                  std::atomic<std::uint32_t>* sent);
  Span begin_span(const char* method, const UpstreamRequest& request,
                  const Endpoint& endpoint) const;
  void receive(const UpstreamRequest& request, const std::string& authorization,
               net::StreamedReply& reply, Attempt& attempt) const;
  std::optional<Error> wait_for_retry(const UpstreamRequest& request, const Attempt& attempt,
                                      int retries) const;

  UpstreamOptions options_;
  std::shared_ptr<spdlog::logger> log_;
  std::vector<Endpoint> endpoints_;
};

}  // namespace adomcp::azure_devops
