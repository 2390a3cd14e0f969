#pragma once

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "unit/azure_devops/fixture.h"

// Starts and previews of one pipeline, on a scripted server.

namespace adomcp::azure_devops {

/// A server with one pipeline whose POST does as the test says.
class WriteTest : public ClientTest {
 protected:
  std::unique_ptr<ScriptedServer> start(ScriptedServer::Script post) {
    scope_.read_only = false;
    return serve([this, post = std::move(post)](Peer& peer, const Received& got) {
      if (got.method == "POST") return post(peer, got);
      if (got.target.find("/build/definitions/") != std::string::npos) {
        if (definition_.empty()) return peer.answer(404, "application/json", R"({"message":"no"})");
        return peer.answer(200, "application/json", definition_,
                           "Date: Mon, 23 Nov 2026 12:00:00 GMT\r\n");
      }
      if (got.target.find("/git/repositories/") != std::string::npos) {
        return peer.answer(refs_status_, "application/json", refs_);
      }
      peer.json(builds_);
    });
  }

  Result<Response> run(const std::string& body, int pipeline = 12, const char* verb = "runs") {
    Request request;
    request.method = "POST";
    request.path = "pipelines/" + std::to_string(pipeline) + "/" + verb;
    request.content_type = "application/json";
    request.body = body;
    return client_->send(scope_, request);
  }

  nlohmann::json posted() const {
    for (const auto& request : server_->requests()) {
      if (request.method == "POST") return nlohmann::json::parse(request.body);
    }
    return nullptr;
  }

  std::string definition_ = R"({"id":12,"name":"api-ci","project":{"id":")" +
                            std::string(kPayments) +
                            R"("},"repository":{"defaultBranch":"refs/heads/main"}})";
  std::string builds_ = R"({"count":0,"value":[]})";
  std::atomic<int> refs_status_ = 200;
  std::string refs_ = R"({"count":0,"value":[]})";
};

/// Confirms what the test says, and remembers what came by.
class FakeGate final : public WriteGate {
 public:
  void resolved(const ResolvedWrite& write) override { resolutions.push_back(write); }
  void refused(const Decision& decision) override { refusals.push_back(decision.rule); }
  void passed() override { ++unasked; }
  bool confirmed(const PendingWrite& write) override {
    asked.push_back(write);
    return write.digest == confirms || says_yes;
  }

  std::vector<ResolvedWrite> resolutions;
  std::vector<std::string> refusals;
  std::vector<PendingWrite> asked;
  int unasked = 0;
  std::string confirms;
  bool says_yes = false;
};

/// Every run of the project has to be confirmed.
class ConfirmedWriteTest : public WriteTest {
 protected:
  ConfirmedWriteTest() {
    confirm_ = Confirm::kAlways;
    scope_.gate = gate_;
  }

  std::shared_ptr<FakeGate> gate_ = std::make_shared<FakeGate>();
};

inline constexpr char kOnMain[] = R"({"resources":{"repositories":{"self":{"refName":"main"}}}})";

inline void accept_run(Peer& peer, const Received&) {
  peer.json(R"({"id":5001,"state":"inProgress"})");
}

}  // namespace adomcp::azure_devops
