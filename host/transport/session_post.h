#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/http_message.h"
#include "mcp/sessions/legacy_sessions.h"
#include "mcp/wire/server.h"
#include "transport/message.h"

namespace adomcp::transport {

/// The revision that has batches.
constexpr std::string_view kBatchRevision = "2025-03-26";

/// One POST of a legacy session, for as long as it is being answered. Of one thread.
class SessionPost {
 public:
  SessionPost(mcp::Server& server, mcp::LegacySessions& sessions,
              std::shared_ptr<mcp::LegacySession> session, const HttpRequest& http_request);
  ~SessionPost();
  SessionPost(const SessionPost&) = delete;
  SessionPost& operator=(const SessionPost&) = delete;

  HttpResponse answer(const Message& message);
  HttpResponse answer(const Batch& batch);

 private:
  void take(const Message& message);
  std::optional<HttpResponse> run(const Message& message);
  HttpResponse finish(HttpResponse answer);
  HttpResponse unanswered();

  mcp::Server& server_;
  mcp::LegacySessions& sessions_;
  const std::shared_ptr<mcp::LegacySession> session_;
  const HttpRequest& http_request_;
  const std::shared_ptr<mcp::LegacyStream> stream_;
};

}  // namespace adomcp::transport
