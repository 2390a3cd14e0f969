#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/operation.h"
#include "core/principal.h"
#include "core/result.h"
#include "core/secret.h"
#include "core/span.h"
#include "core/write_gate.h"

namespace adomcp::azure_devops {

/// Which of an organisation's hosts: dev.azure.com, vsrm.dev.azure.com, vstmr.dev.azure.com.
enum class Service { kDev, kVsrm, kVstmr };

/// One request as a plugin may ask for it. The client checks the project by id, adds base URL,
/// api-version and credential, retries what may be retried, and checks the answer.
struct Request {
  Service service = Service::kDev;
  std::string organization;  ///< empty: the call's own
  std::string project;       ///< name or id; empty: the call's own
  std::string method = "GET";
  std::string path;  ///< below /{organization}/{project}/_apis/, e.g. "build/builds/12"
  std::string
      query;  ///< "a=b&c=d", percent-encoded by the caller; api-version is added when absent
  std::string accept = "application/json";
  std::string content_type;
  std::string body;
  std::uint64_t max_bytes = 0;           ///< 0: the client's limit; more is cut or refused
  std::chrono::milliseconds timeout{0};  ///< 0: what is left of the call
  /// When set, the body is handed over piece by piece and not kept. False stops the transfer.
  /// Called on any thread, one piece at a time for a request.
  std::function<bool(std::string_view piece)> on_chunk;
};

/// An answer of the 200 family.
struct Response {
  int status = 200;
  std::string content_type;
  std::string body;
  std::string continuation_token;  ///< x-ms-continuationtoken; empty on the last page
  bool truncated = false;          ///< body cut at max_bytes, or stopped by on_chunk
};

/// In whose name and within which bounds a call's requests go out. Lives as long as the call.
struct CallScope {
  Principal principal;
  std::shared_ptr<const Secret> user_token;  ///< for on-behalf-of; null unless a person's
  std::shared_ptr<WriteGate> gate;           ///< null: what needs a confirmation is refused
  std::string organization;                  ///< decided target
  std::string project;
  OperationKind kind = OperationKind::kTool;
  std::string name;  ///< of the tool, prompt, … that asks: access rules name them
  bool read_only = true;
  Deadline deadline;
  CancelToken cancel;
  SpanParent trace;  ///< where the spans of its requests hang
  std::atomic<std::uint32_t>* upstream_requests = nullptr;  ///< counted for the audit; may be null
};

/// The only way from a tool to Azure DevOps. Thread-safe.
class Client {
 public:
  virtual ~Client() = default;

  virtual Result<Response> send(const CallScope& scope, const Request& request) = 0;

  /// Sends independent requests side by side (a bounded number at a time); results in order.
  virtual std::vector<Result<Response>> send_all(const CallScope& scope,
                                                 const std::vector<Request>& requests) = 0;
};

}  // namespace adomcp::azure_devops
