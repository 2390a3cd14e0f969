#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/connection_string.h"
#include "core/cancel_token.h"
#include "core/deadline.h"
#include "net/http_client.h"
#include "outbound_identity/credential.h"

namespace adomcp::audit {

/// What became of a batch.
struct Delivery {
  std::vector<std::size_t> again;  ///< places in the batch of the items to send again
  std::size_t lost = 0;            ///< items that were refused for good
  std::string problem;             ///< why, for a person; empty when all went well
  std::optional<std::chrono::milliseconds> wait;  ///< what the other side asked for
};

/// Sends batches of telemetry to Azure Monitor, each once. One thread at a time.
class IngestionClient {
 public:
  /// `credential` may be null: then the instrumentation key alone speaks for us.
  IngestionClient(Ingestion ingestion, std::unique_ptr<outbound_identity::Credential> credential,
                  net::HttpClient http);

  Delivery send(const std::vector<std::string>& items, Deadline deadline,
                const CancelToken& cancel);

 private:
  Result<net::HttpReply> post(const std::string& body, Deadline deadline,
                              const CancelToken& cancel);
  Status follow(const std::string& location);

  const std::string home_;  ///< host of the endpoint that was configured
  std::string endpoint_;    ///< where redirects have led
  std::unique_ptr<outbound_identity::Credential> credential_;
  net::HttpClient http_;
};

/// What an answer means for a batch of `count` items.
Delivery read_reply(const net::HttpReply& reply, std::size_t count);

}  // namespace adomcp::audit
