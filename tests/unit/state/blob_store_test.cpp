#include "state/blob_store.h"

#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "support/cut_answer.h"
#include "support/scripted_server.h"
#include "unit/state/support.h"

namespace adomcp::state {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;
using testing_support::Peer;
using testing_support::Received;
using testing_support::ScriptedServer;

class CountingCredential final : public outbound_identity::Credential {
 public:
  explicit CountingCredential(std::shared_ptr<std::atomic<int>> number)
      : number_(std::move(number)) {}
  Result<outbound_identity::AccessToken> token(Deadline, const CancelToken&) override {
    return outbound_identity::AccessToken{"Bearer t" + std::to_string(*number_), {}};
  }
  void invalidate() override { ++*number_; }

 private:
  std::shared_ptr<std::atomic<int>> number_;
};

/// As much of the Blob service as the store uses; `before` may answer in its place.
class Blob : public testing::Test {
 protected:
  using Before = std::function<bool(Peer&, const Received&, int attempt)>;

  Result<bool> create(const std::string& value = "v") {
    return store().create("used/a", value, clock_.now() + minutes(10), {});
  }
  BlobStore& store() {
    if (!store_) {
      store_ = std::make_unique<BlobStore>(server_.base_url() + "/acc/box",
                                           std::make_unique<CountingCredential>(tokens_), clock_,
                                           net::HttpClient());
    }
    return *store_;
  }
  static void fail(Peer& peer, int status, const std::string& code) {
    peer.answer(status, "application/xml", "<Error/>", "x-ms-error-code: " + code + "\r\n");
  }
  void serve(Peer& peer, const Received& request) {
    int attempt = 0;
    {
      const std::lock_guard lock(mutex_);
      attempt = ++attempts_;
    }
    if (before_ && before_(peer, request, attempt)) return;
    answer(peer, request);
  }
  void answer(Peer& peer, const Received& request) {
    const std::lock_guard lock(mutex_);
    if (request.target == "/acc/box?restype=container") {
      container_ = true;
      return peer.answer(201, "", "");
    }
    if (!container_) return fail(peer, 404, "ContainerNotFound");
    const auto found = blobs_.find(request.target);
    if (request.method == "GET") {
      if (found == blobs_.end()) return fail(peer, 404, "BlobNotFound");
      return peer.answer(
          200, "application/octet-stream", found->second.body,
          "x-ms-meta-expires: " + found->second.headers.at("x-ms-meta-expires") + "\r\n");
    }
    if (request.method == "DELETE") {
      if (blobs_.erase(request.target) == 0) return fail(peer, 404, "BlobNotFound");
      return peer.answer(202, "", "");
    }
    const bool only_new = request.headers.contains("if-none-match");
    if (found != blobs_.end() && only_new) return fail(peer, 409, "BlobAlreadyExists");
    blobs_[request.target] = request;
    peer.answer(201, "", "");
  }

  ManualClock clock_;
  std::shared_ptr<std::atomic<int>> tokens_ = std::make_shared<std::atomic<int>>(0);
  Before before_;
  std::mutex mutex_;  // guards what follows
  int attempts_ = 0;
  bool container_ = true;
  std::map<std::string, Received> blobs_;
  ScriptedServer server_{[this](Peer& peer, const Received& request) { serve(peer, request); }};
  std::unique_ptr<BlobStore> store_;
};

TEST_F(Blob, SpeaksTheProtocol) {
  EXPECT_TRUE(*create("hello"));
  const auto put = server_.requests().at(0);
  EXPECT_EQ(put.method, "PUT");
  EXPECT_EQ(put.target, "/acc/box/used/a");
  EXPECT_EQ(put.headers.at("if-none-match"), "*");
  EXPECT_EQ(put.headers.at("x-ms-blob-type"), "BlockBlob");
  EXPECT_EQ(put.headers.at("x-ms-version"), "2021-12-02");
  EXPECT_EQ(put.headers.at("x-ms-date"), "Fri, 15 Jan 2027 08:00:00 GMT");
  EXPECT_EQ(put.headers.at("authorization"), "Bearer t0");
  EXPECT_EQ(**store().read("used/a", {}), "hello");
  EXPECT_EQ(*store().read("used/b", {}), std::nullopt);
  EXPECT_TRUE(store().shared());
}

TEST_F(Blob, ANameIsCreatedOnce) {
  EXPECT_TRUE(*create());
  EXPECT_FALSE(*create());
  clock_.advance(minutes(11));
  EXPECT_EQ(*store().read("used/a", {}), std::nullopt);
  EXPECT_FALSE(*create());
}

TEST_F(Blob, OneOfManyReplicasWins) {
  std::atomic<int> won = 0;
  store();
  std::vector<std::jthread> racers;
  for (int i = 0; i < 16; ++i) {
    racers.emplace_back([&] {
      if (*create()) ++won;
    });
  }
  racers.clear();
  EXPECT_EQ(won, 1);
}

TEST_F(Blob, TheContainerIsMadeWhenItIsMissing) {
  container_ = false;
  EXPECT_TRUE(*create());
}

TEST_F(Blob, ALostAnswerIsCleared) {
  // The service took it, but the answer never came.
  before_ = [this](Peer& peer, const Received& request, int attempt) {
    if (attempt != 1) return false;
    const std::lock_guard lock(mutex_);
    blobs_.emplace(request.target, request);
    peer.reset();
    return true;
  };
  EXPECT_TRUE(*create());
  EXPECT_FALSE(*create());
}

TEST_F(Blob, AnUnclearEndThatDidNothingIsRepeated) {
  before_ = [](Peer& peer, const Received&, int attempt) {
    if (attempt == 1) fail(peer, 503, "ServerBusy");
    return attempt == 1;
  };
  EXPECT_TRUE(*create());
  EXPECT_EQ(server_.count("PUT", "/used/a"), 2U);
}

TEST_F(Blob, AnUnclearEndThatSomebodyElseWonIsLost) {
  before_ = [this](Peer& peer, const Received& request, int attempt) {
    if (attempt != 1) return false;
    const std::lock_guard lock(mutex_);
    Received other = request;
    other.body = std::string(32, 'f') + "v";
    blobs_.emplace(request.target, other);
    fail(peer, 500, "InternalError");
    return true;
  };
  EXPECT_FALSE(*create());
}

TEST_F(Blob, AServiceThatStaysUnclearTellsNobodyYes) {
  before_ = [](Peer& peer, const Received&, int) {
    fail(peer, 500, "InternalError");
    return true;
  };
  const auto created = create();
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(store().read("used/a", {}).error().code, ErrorCode::kUnavailable);
}

TEST_F(Blob, ARefusedTokenIsRenewedOnce) {
  before_ = [](Peer& peer, const Received& request, int) {
    if (request.headers.at("authorization") == "Bearer t1") return false;
    fail(peer, 401, "InvalidAuthenticationInfo");
    return true;
  };
  EXPECT_TRUE(*create());
  EXPECT_EQ(tokens_->load(), 1);
}

TEST_F(Blob, TheLastWriterWins) {
  const auto later = clock_.now() + minutes(1);
  EXPECT_TRUE(store().write("tasks/a", "one", later, {}));
  EXPECT_TRUE(store().write("tasks/a", std::string(kMaxValue, 'x'), later, {}));
  EXPECT_EQ((**store().read("tasks/a", {})).size(), kMaxValue);
  EXPECT_EQ(server_.requests().at(0).headers.count("if-none-match"), 0U);
  EXPECT_FALSE(*store().create("tasks/a", "two", later, {}));
  clock_.advance(minutes(1));
  EXPECT_EQ(*store().read("tasks/a", {}), std::nullopt);
}

TEST_F(Blob, AWriteIsRepeatedUntilItIsClear) {
  before_ = [](Peer& peer, const Received&, int attempt) {
    if (attempt == 1) peer.reset();
    if (attempt == 2) fail(peer, 503, "ServerBusy");
    return attempt <= 2;
  };
  EXPECT_TRUE(store().write("tasks/a", "one", clock_.now() + minutes(1), {}));
  EXPECT_EQ(**store().read("tasks/a", {}), "one");
}

TEST_F(Blob, AWriteMakesTheContainerAndSaysWhatItMayNot) {
  container_ = false;
  EXPECT_TRUE(store().write("tasks/a", "one", clock_.now() + minutes(1), {}));
  before_ = [](Peer& peer, const Received&, int) {
    fail(peer, 403, "AuthorizationPermissionMismatch");
    return true;
  };
  const auto refused = store().write("tasks/a", "two", clock_.now() + minutes(1), {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("Storage Blob Data Contributor"));
}

TEST_F(Blob, AServiceThatStaysUnclearFailsAWrite) {
  before_ = [](Peer& peer, const Received&, int) {
    fail(peer, 500, "InternalError");
    return true;
  };
  const auto written = store().write("tasks/a", "one", clock_.now() + minutes(1), {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(store().remove("tasks/a", {}));
}

TEST_F(Blob, WhatIsRemovedIsGone) {
  EXPECT_TRUE(store().write("tasks/a", "one", clock_.now() + minutes(1), {}));
  EXPECT_TRUE(store().remove("tasks/a", {}));
  EXPECT_TRUE(store().remove("tasks/a", {})) << "once more does no harm";
  EXPECT_EQ(*store().read("tasks/a", {}), std::nullopt);
  EXPECT_FALSE(store().remove("../a", {}));
}

TEST_F(Blob, AMissingRoleIsSaid) {
  before_ = [](Peer& peer, const Received&, int) {
    fail(peer, 403, "AuthorizationPermissionMismatch");
    return true;
  };
  const auto created = create();
  ASSERT_FALSE(created);
  EXPECT_THAT(created.error().text(), HasSubstr("AuthorizationPermissionMismatch"));
  EXPECT_THAT(created.error().text(), HasSubstr("Storage Blob Data Contributor"));
  EXPECT_EQ(server_.count("PUT", ""), 1U);
}

TEST_F(Blob, ACancelledCallEnds) {
  before_ = [](Peer& peer, const Received&, int) {
    fail(peer, 500, "InternalError");
    return true;
  };
  Patience patience;
  patience.cancel.cancel();
  EXPECT_FALSE(store().create("used/a", "v", clock_.now() + minutes(1), patience));
}

TEST_F(Blob, AnAnswerThatBreaksOffIsTheStoresFault) {
  before_ = [](Peer& peer, const Received&, int) {
    testing_support::send_cut_answer(peer);
    return true;
  };
  const auto read = store().read("used/a", {});
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().text(), HasSubstr("127.0.0.1:" + std::to_string(server_.port())));
  EXPECT_THAT(read.error().text(), testing::Not(HasSubstr("Azure DevOps")));
}

}  // namespace
}  // namespace adomcp::state
