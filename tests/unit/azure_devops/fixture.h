#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "azure_devops/rest_client.h"
#include "azure_devops/upstream.h"
#include "support/scripted_server.h"

namespace adomcp::azure_devops {

using testing_support::Peer;
using testing_support::Received;
using testing_support::ScriptedServer;

inline constexpr char kPayments[] = "11111111-aaaa-4aaa-8aaa-111111111111";
inline constexpr char kPlatform[] = "22222222-aaaa-4aaa-8aaa-222222222222";

inline std::shared_ptr<spdlog::logger> silent_log() {
  return std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>());
}

/// Gives "Bearer secret-token-1", and after each invalidate the next number.
class FakeCredential final : public outbound_identity::Credential {
 public:
  Result<outbound_identity::AccessToken> token(Deadline, const CancelToken&) override {
    const std::lock_guard lock(mutex_);
    if (!fails.empty()) return Error{ErrorCode::kUnavailable, fails, {}};
    return outbound_identity::AccessToken{prefix + std::to_string(number_), {}};
  }
  void invalidate() override {
    const std::lock_guard lock(mutex_);
    ++number_;
  }
  std::string fails;
  std::string prefix = "Bearer secret-token-";

 private:
  std::mutex mutex_;  // guards number_
  int number_ = 1;
};

/// A client of one organisation, contoso, that lives on a scripted server: project Payments may be
/// written to, Platform only read. Waits between retries are noted instead of waited.
class ClientTest : public testing::Test {
 protected:
  /// Keep what is returned after what `script` refers to, so that the server ends first.
  [[nodiscard]] std::unique_ptr<ScriptedServer> serve(ScriptedServer::Script script) {
    auto serving = std::make_unique<ScriptedServer>(std::move(script));
    server_ = serving.get();
    connect(server_->base_url());
    return serving;
  }

  void connect(const std::string& base_url) {
    options_.wait = [this](const CancelToken& cancel, std::chrono::milliseconds time) {
      waits_.push_back(time);
      return cancel.cancelled();
    };
    const BaseUrlSettings urls{base_url, base_url, base_url, base_url};
    if (!identities_.host) identities_ = outbound_identity::same_for_all(credential_);
    upstream_ = std::make_shared<Upstream>(std::vector<Site>{{"contoso", urls, identities_}},
                                           options_, silent_log());
    TriggerSettings trigger;
    trigger.pipelines = {"12", "deploy-*"};
    trigger.branches = {"main", "release/*"};
    trigger.variables = {"LOG_LEVEL"};
    trigger.confirm = confirm_;
    trigger.two_step = two_step_;
    client_ = std::make_unique<RestClient>(upstream_, [this, urls, trigger] {
      policy::Policy policy{
          {{"contoso",
            urls,
            {{kPayments, "Payments", trigger}, {kPlatform, "Platform", {}}, {"", "Lost", {}}}}}};
      policy.organizations[0].projects[0].control = control_;
      return std::make_shared<const policy::Policy>(std::move(policy));
    });
    scope_.organization = "contoso";
    scope_.project = "Payments";
    scope_.deadline = Deadline::after(std::chrono::seconds(30));
    scope_.upstream_requests = &count_;
  }

  Result<Response> get(const std::string& path, const std::string& query = {}) {
    Request request;
    request.path = path;
    request.query = query;
    return client_->send(scope_, request);
  }

  std::shared_ptr<FakeCredential> credential_ = std::make_shared<FakeCredential>();
  outbound_identity::Identities identities_;  ///< empty: `credential_` for all
  Confirm confirm_ = Confirm::kNever;
  bool two_step_ = false;
  std::optional<ControlSettings> control_;
  UpstreamOptions options_;
  std::vector<std::chrono::milliseconds> waits_;
  ScriptedServer* server_ = nullptr;  ///< the test's own, for looking
  std::shared_ptr<Upstream> upstream_;
  std::unique_ptr<RestClient> client_;
  CallScope scope_;
  std::atomic<std::uint32_t> count_ = 0;
};

}  // namespace adomcp::azure_devops
