#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "core/client_link.h"
#include "core/event_stream.h"
#include "core/http_message.h"
#include "mcp/operations/questions.h"
#include "mcp/operations/request_seal.h"
#include "mcp/wire/client.h"
#include "mcp/wire/result_writer.h"

namespace adomcp::mcp {

/// What a request brought back from the round before: `requestState` and `inputResponses`, as they
/// came. Only tools/call, prompts/get and resources/read have rounds.
struct RoundInput {
  std::optional<std::string> state;
  nlohmann::json responses;  ///< null: none

  static std::variant<RoundInput, RpcError> read(const Request& request);
};

/// The way to a modern client (2026-07-28): it can be told things while its request lives, and is
/// asked by ending the request. One round of a call. Thread-safe.
class RoundTrip final : public ClientLink {
 public:
  using Stream = std::function<std::shared_ptr<EventStream>()>;

  /// Opens what the round before left. An error is for the client, and nothing was believed then:
  /// -32602 for a state that isn't good here, -32603 when nobody can tell. Without a state,
  /// responses are nobody's answers and are ignored, but for volunteer(). `seal` must outlive it;
  /// null: nothing can be asked. `stream` is asked on first use, and never after end().
  using Opened = std::variant<std::shared_ptr<RoundTrip>, RpcError>;
  static Opened open(RequestSeal* seal, Client client, const RoundInput& input,
                     RequestBinding binding, Stream stream, Deadline deadline);

  /// Of a request without a state, for what only reads: a response counts for the question that
  /// the call itself then puts, as an argument would. It never confirms a write.
  void volunteer(const RoundInput& input);

  void progress(double done, double total, std::string_view message) override;
  void log(std::string_view level, std::string_view logger, std::string_view data_json) override;
  Asked ask(const Question& question) override;
  bool keep(std::string state) override;
  std::string kept() const override;
  std::optional<Deadline> begin_task(std::chrono::milliseconds,
                                     std::chrono::milliseconds) override {
    return std::nullopt;
  }

  /// Before the request's answer is sent. From now on nothing reaches the client, whoever comes
  /// late; waits for a line that is being sent.
  void end();

  /// The InputRequiredResult with all that was asked in this round, and what the next one needs.
  /// kInvalid when there is nothing to wait for or too much to remember; kUnavailable.
  Result<std::string> input_required(const ResultWriter& writer, Deadline deadline);

  /// What a person answered to the host's question about a write, with the confirmation that went
  /// with it. Taken out, so that it is no answer to the next one.
  struct Confirmed {
    std::string confirmation;
    std::optional<nlohmann::json> answer;  ///< nullopt: none that fits
    std::string key = {};                  ///< of the question that it answers
  };
  std::optional<Confirmed> take_confirmed(std::initializer_list<const char*> keys);

  /// Asks about a write instead of whatever the plugin asked: the next round is this one once more,
  /// with the answer.
  void set_confirmation(std::string confirmation, const std::string& key);

 private:
  RoundTrip(RequestSeal* seal, Client client, RequestBinding binding, Stream stream)
      : seal_(seal),
        client_(std::move(client)),
        binding_(std::move(binding)),
        stream_source_(std::move(stream)) {}

  struct Open {
    RequestState::Asked asked;
    nlohmann::json request;  ///< as the client gets it
  };

  void take_answers(const nlohmann::json& responses);
  void take_volunteered(const std::string& key, const RequestState::Asked& asked);
  void notify(const char* method, const nlohmann::json& params);
  RequestState next() const;

  RequestSeal* const seal_;
  const Client client_;
  const RequestBinding binding_;
  mutable std::mutex mutex_;  // guards what follows; held while sending
  Stream stream_source_;
  std::shared_ptr<EventStream> stream_;
  bool ended_ = false;
  unsigned notifications_ = 0;
  std::optional<double> done_;
  RequestState before_;
  std::map<std::string, RequestState::Answered> answers_;
  nlohmann::json volunteered_;  ///< null: nothing
  std::map<std::string, Open> open_;
  std::string kept_;
  std::string confirmation_;
};

}  // namespace adomcp::mcp
