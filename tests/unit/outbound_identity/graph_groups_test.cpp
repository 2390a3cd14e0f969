#include "outbound_identity/graph_groups.h"

#include "people.h"
#include "token_server.h"

namespace adomcp::outbound_identity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class GraphCredential final : public Credential {
 public:
  explicit GraphCredential(std::atomic<int>& number) : number_(number) {}
  Result<AccessToken> token(Deadline, const CancelToken&) override {
    return AccessToken{"Bearer graph-" + std::to_string(number_), {}};
  }
  void invalidate() override { ++number_; }

 private:
  std::atomic<int>& number_;
};

std::string page(const std::string& ids, const std::string& next = {}) {
  return R"({"value":[)" + ids + "]" +
         (next.empty() ? "" : R"(,"@odata.nextLink":")" + next + "\"") + "}";
}

std::string group(const std::string& id) {
  return R"({"id":")" + id + R"("})";
}

class GraphGroupsTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<ScriptedServer> serve(ScriptedServer::Script script) {
    auto server = std::make_unique<ScriptedServer>(std::move(script));
    groups_ = std::make_unique<GraphGroups>(server->base_url() + "/",
                                            std::make_unique<GraphCredential>(number_), clock_,
                                            net::HttpClient());
    return server;
  }
  Result<std::vector<std::string>> ask(const Principal& who = person(kAvery)) {
    return groups_->of(who, soon());
  }
  Error failure() {
    const auto result = ask();
    EXPECT_FALSE(result);
    if (result) return {};
    EXPECT_THAT(result.error().text(), Not(HasSubstr("graph-1")));
    return result.error();
  }

  std::atomic<int> number_ = 1;
  ManualClock clock_;
  std::unique_ptr<GraphGroups> groups_;
};

TEST_F(GraphGroupsTest, ReadsEveryPage) {
  std::string base;
  const auto server = serve([&](Peer& peer, const Received& got) {
    const bool second = got.target.find("skiptoken") != std::string::npos;
    peer.json(second ? page(group("C"))
                     : page(group("a") + "," + group("b"), base + "/v1.0/x?$skiptoken=1"));
  });
  base = server->base_url();
  const auto result = ask();
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_THAT(*result, ElementsAre("a", "b", "c"));
  const auto got = server->requests();
  EXPECT_EQ(got[0].target, "/v1.0/users/" + kAvery +
                               "/transitiveMemberOf/microsoft.graph.group"
                               "?$count=true&$select=id&$top=999");
  EXPECT_EQ(got[0].headers.at("authorization"), "Bearer graph-1");
  EXPECT_EQ(got[0].headers.at("consistencylevel"), "eventual");
  EXPECT_EQ(got[1].target, "/v1.0/x?$skiptoken=1");
}

TEST_F(GraphGroupsTest, KeepsEachPersonsFiveMinutes) {
  const auto server = serve([](Peer& peer, const Received& got) {
    peer.json(page(group(got.target.find(kAvery) != std::string::npos ? "averys" : "blakes")));
  });
  EXPECT_THAT(*ask(), ElementsAre("averys"));
  EXPECT_THAT(*ask(person(kBlake)), ElementsAre("blakes"));
  clock_.advance(std::chrono::seconds(299));
  EXPECT_THAT(*ask(), ElementsAre("averys"));
  EXPECT_EQ(server->requests().size(), 2u);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_THAT(*ask(), ElementsAre("averys"));
  EXPECT_EQ(server->requests().size(), 3u);
}

TEST_F(GraphGroupsTest, TakesItsTokenNowhereElse) {
  const ScriptedServer other([](Peer& peer, const Received&) { peer.json(page("")); });
  std::string next;
  const auto server = serve([&](Peer& peer, const Received&) { peer.json(page("", next)); });
  const std::string here = "127.0.0.1:" + std::to_string(server->port());
  for (const std::string& link :
       {other.base_url() + "/v1.0/x", "https://" + here + "/", "http://x@" + here + "/",
        "http://" + here + "@example.com/", std::string("/v1.0/relative"), std::string("x"),
        "http://" + here + "/a b", "http://" + here + "/" + std::string(9000, 'x')}) {
    next = link;
    EXPECT_THAT(failure().message, HasSubstr("another place")) << link.substr(0, 80);
  }
  EXPECT_EQ(other.requests().size(), 0u);
}

TEST_F(GraphGroupsTest, GivesUpOnEndlessPages) {
  std::string base;
  const auto server =
      serve([&](Peer& peer, const Received&) { peer.json(page(group("a"), base + "/more")); });
  base = server->base_url();
  const auto error = failure();
  EXPECT_EQ(error.code, ErrorCode::kDenied);
  EXPECT_THAT(error.hint, HasSubstr("app roles"));
  EXPECT_EQ(server->requests().size(), 10u);
}

TEST_F(GraphGroupsTest, HalfAnAnswerIsNone) {
  std::string body;
  const auto server = serve([&](Peer& peer, const Received&) { peer.json(body); });
  for (const std::string& broken :
       {std::string(), std::string("[]"), std::string(R"({"value":{}})"), page(group("a") + ",7"),
        page(group("a") + ",{}"), page(R"({"id":null})"),
        std::string(R"({"value":[],"@odata.nextLink":7})"), std::string(614400, ' ')}) {
    body = broken;
    EXPECT_EQ(failure().code, ErrorCode::kUnavailable) << broken.substr(0, 80);
  }
  body = page("");
  EXPECT_THAT(*ask(), ElementsAre());  // and no failure was kept
}

TEST_F(GraphGroupsTest, TriesOnceMoreWithANewToken) {
  const auto server = serve([](Peer& peer, const Received& got) {
    if (got.headers.at("authorization") == "Bearer graph-1") {
      return peer.answer(401, "application/json", "{}");
    }
    peer.json(page(group("a")));
  });
  EXPECT_THAT(*ask(), ElementsAre("a"));
  EXPECT_EQ(server->requests().size(), 2u);
}

TEST_F(GraphGroupsTest, SaysWhatToGrant) {
  int status = 403;
  const auto server =
      serve([&](Peer& peer, const Received&) { peer.answer(status, "application/json", "{}"); });
  EXPECT_THAT(failure().hint, HasSubstr("GroupMember.Read.All"));
  status = 404;
  EXPECT_EQ(failure().code, ErrorCode::kDenied);
  status = 400;
  EXPECT_EQ(failure().code, ErrorCode::kUnavailable);
}

TEST_F(GraphGroupsTest, LooksUpOnlyPeopleAndOnlyTheirOwnPath) {
  const auto server = serve([](Peer& peer, const Received&) { peer.json(page("")); });
  Principal program = person(kAvery);
  program.application = true;
  EXPECT_EQ(ask(program).error().code, ErrorCode::kDenied);
  EXPECT_EQ(ask(person("")).error().code, ErrorCode::kDenied);
  EXPECT_EQ(server->requests().size(), 0u);
  ASSERT_TRUE(ask(person("../groups?x=#")));
  EXPECT_THAT(server->requests().at(0).target,
              StartsWith("/v1.0/users/..%2Fgroups%3Fx%3D%23/transitiveMemberOf/"));
}

}  // namespace
}  // namespace adomcp::outbound_identity
