// adomcp/testing/records.hpp - what the fake host keeps of a call. Part of testing.hpp.
#pragma once

#include <adomcp/plugin.h>

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adomcp::fake {

/// A request as the plugin sent it.
struct Request {
  std::string method, service, organization, project, path, query;
  std::string accept, content_type, body;
  std::uint64_t max_bytes = 0;
  bool streamed = false;
  int round = 0;  ///< requests of one round went side by side; from 1

  /// Whether the query has this part, as sent: "$top=5".
  bool asks(std::string_view part) const {
    return ("&" + query + "&").find("&" + std::string(part) + "&") != std::string::npos;
  }
};

/// What Azure DevOps would answer.
struct Answer {
  adomcp_status status = ADOMCP_OK;
  int http_status = 200;
  std::string body = {};
  std::string continuation_token = {};
  std::string error = {};

  static Answer json(const nlohmann::json& body, std::string token = {}) {
    return {ADOMCP_OK, 200, body.dump(), std::move(token), {}};
  }
  static Answer text(std::string body) { return {ADOMCP_OK, 200, std::move(body), {}, {}}; }
  /// As the host reports a request that failed; `error` is for a person.
  static Answer failed(adomcp_status status, int http, std::string error) {
    return {status, http, {}, {}, std::move(error)};
  }
};

struct Log {
  std::int32_t level;
  std::string message;
};

struct Progress {
  double done = 0;
  double total = 0;
  std::string message;
};

/// A question as it went to the client.
struct Asked {
  std::string what;  ///< "elicitation", "sampling" or "roots"
  std::string key;
  std::string message;    ///< of an elicitation
  nlohmann::json params;  ///< its schema; of sampling its parameters
};

/// A line to the client, of legacy.h.
struct ClientLog {
  std::string level;
  std::string logger;
  nlohmann::json data;
};

/// What the call became.
struct Task {
  std::int64_t ttl_ms = 0;
  std::int64_t poll_ms = 0;
};

/// Something that the plugin told to those who listen.
struct Change {
  std::int32_t what = 0;
  std::string uri;
};

/// All that came of one call, over all its rounds.
struct Outcome {
  adomcp_status status = ADOMCP_INTERNAL;
  std::string text;                          ///< for a person: the answer, or why it failed
  std::string raw;                           ///< the structured answer as sent
  nlohmann::json answer;                     ///< the same, parsed; null without one
  std::map<std::string, std::string> notes;  ///< facts for the audit
  std::vector<Log> logs;
  std::vector<std::string> problems;

  std::vector<nlohmann::json> content;  ///< blocks of the last round
  std::vector<Progress> progress;
  std::vector<Asked> asked;  ///< each question once
  std::vector<ClientLog> client_logs;
  std::optional<Task> task;
  int rounds = 0;  ///< how often the plugin was entered
};

}  // namespace adomcp::fake
