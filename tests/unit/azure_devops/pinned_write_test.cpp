#include <functional>

#include "unit/azure_devops/write_fixture.h"

// A start says which commit runs, where Azure DevOps can tell.

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr char kRepository[] = "aaaaaaaa-0000-4000-8000-00000000000a";
const std::string kHead(40, 'a');
const std::string kNext(40, 'b');

std::string definition_of(const std::string& type, const std::string& id = kRepository,
                          const std::string& path = "\\\\") {
  return R"({"id":12,"name":"api-ci","path":")" + path + R"(","repository":{"type":")" + type +
         R"(","id":")" + id + R"(","name":"web","defaultBranch":"refs/heads/main"}})";
}

json ref(const std::string& name, const std::string& commit) {
  return {{"name", name}, {"objectId", commit}, {"creator", {{"displayName", "x"}}}};
}

std::string refs_of(const std::vector<json>& refs) {
  return json{{"count", refs.size()}, {"value", refs}}.dump();
}

json self_of(const json& body) {
  return body["resources"]["repositories"]["self"];
}

TEST_F(WriteTest, ACommitOfAzureReposIsPinnedAlsoWhereNobodyConfirms) {
  definition_ = definition_of("TfsGit");
  refs_ = refs_of({ref("refs/heads/main", kHead), ref("refs/heads/main2", kNext)});
  const auto serving = start(accept_run);
  ASSERT_TRUE(run(kOnMain));
  EXPECT_EQ(self_of(posted()), json({{"refName", "refs/heads/main"}, {"version", kHead}}));
  EXPECT_EQ(server_->count("GET", std::string(kPayments) + "/_apis/git/repositories/" +
                                      kRepository + "/refs?filter=heads%2Fmain&peelTags=true"),
            1u);
}

TEST_F(WriteTest, TheDefaultBranchIsPinnedToo) {
  definition_ = definition_of("tfsgit");
  refs_ = refs_of({ref("refs/heads/main", kHead)});
  const auto serving = start(accept_run);
  ASSERT_TRUE(run("{}"));
  EXPECT_EQ(self_of(posted())["version"], kHead);
}

TEST_F(WriteTest, AnAnnotatedTagStandsForItsCommit) {
  definition_ = definition_of("TfsGit");
  auto tag = ref("refs/heads/release/v1", kNext);
  tag["peeledObjectId"] = kHead;
  refs_ = refs_of({tag});
  const auto serving = start(accept_run);
  ASSERT_TRUE(run(R"({"resources":{"repositories":{"self":{"refName":"release/v1"}}}})"));
  EXPECT_EQ(self_of(posted())["version"], kHead);
}

TEST_F(WriteTest, OnlyTheExactReferenceCounts) {
  definition_ = definition_of("TfsGit");
  const auto gate = std::make_shared<FakeGate>();
  scope_.gate = gate;
  for (const auto& refs : std::vector<std::vector<json>>{{},
                                                         {ref("refs/heads/main2", kHead)},
                                                         {ref("refs/heads/Main", kHead)},
                                                         {ref("refs/heads/main/x", kHead)},
                                                         {ref("refs/tags/main", kHead)},
                                                         {ref("refs/heads/main", "main")},
                                                         {ref("refs/heads/main", "")},
                                                         {json("refs/heads/main")}}) {
    refs_ = refs_of(refs);
    const auto serving = start(accept_run);
    const auto refused = run(kOnMain);
    ASSERT_FALSE(refused) << refs_;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalid) << refs_;
    EXPECT_EQ(refused.error().message,
              "Nothing was started: repository 'web' has no branch 'refs/heads/main'.");
    EXPECT_EQ(server_->count("POST", ""), 0u);
  }
  ASSERT_EQ(gate->resolutions.size(), 8u) << "the audit knows of each";
  EXPECT_EQ(gate->resolutions[0].commit, "");
  EXPECT_EQ(gate->unasked, 0);
}

TEST_F(WriteTest, LaterPagesOfReferencesAreRead) {
  definition_ = definition_of("TfsGit");
  const auto serving = serve([&](Peer& peer, const Received& got) {
    if (got.method == "POST") return accept_run(peer, got);
    if (got.target.find("/build/definitions/") != std::string::npos) return peer.json(definition_);
    const bool second = got.target.find("continuationToken=p%202") != std::string::npos;
    peer.answer(200, "application/json",
                refs_of({second ? ref("refs/heads/main", kHead) : ref("refs/heads/main-1", kNext)}),
                second ? "" : "x-ms-continuationtoken: p 2\r\n");
  });
  scope_.read_only = false;
  ASSERT_TRUE(run(kOnMain));
  EXPECT_EQ(self_of(posted())["version"], kHead);
}

TEST_F(ConfirmedWriteTest, OutsideRepositoriesHaveNoCommitThatIsKnown) {
  for (const auto& [type, id] :
       std::vector<std::pair<std::string, std::string>>{{"GitHub", "contoso/web"},
                                                        {"GitHubEnterprise", "contoso/web"},
                                                        {"Bitbucket", "contoso/web"},
                                                        {"Git", kRepository},
                                                        {"Svn", kRepository},
                                                        {"TfsVersionControl", "$/"},
                                                        {"", ""},
                                                        {"TfsGit", "../../git"},
                                                        {"TfsGit", ""}}) {
    definition_ = definition_of(type, id);
    gate_->confirms.clear();  // what was confirmed of the one before is the same write
    const auto serving = start(accept_run);
    EXPECT_EQ(run(kOnMain).error().code, ErrorCode::kUnconfirmed) << type;
    EXPECT_THAT(gate_->asked.back().summary, HasSubstr("(commit not known)")) << type;
    EXPECT_EQ(gate_->resolutions.back().commit, "") << type;
    gate_->confirms = gate_->asked.back().digest;
    ASSERT_TRUE(run(kOnMain)) << type;
    EXPECT_EQ(self_of(posted()), json({{"refName", "refs/heads/main"}})) << type;
    EXPECT_EQ(server_->count("GET", "/git/"), 0u) << type;
  }
}

TEST_F(ConfirmedWriteTest, ARepositoryThatMayNotBeReadHasNoneEither) {
  definition_ = definition_of("TfsGit");
  const auto serving = start(accept_run);
  for (const int status : {401, 403, 404}) {
    refs_status_ = status;
    EXPECT_EQ(run(kOnMain).error().code, ErrorCode::kUnconfirmed) << status;
    EXPECT_THAT(gate_->asked.back().summary, HasSubstr("(commit not known)")) << status;
  }
}

TEST_F(ConfirmedWriteTest, AFailureToLookIsNoUnknownCommit) {
  definition_ = definition_of("TfsGit");
  const auto serving = start(accept_run);
  for (const int status : {400, 429, 500, 503}) {
    refs_status_ = status;
    const auto refused = run(kOnMain);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().code, ErrorCode::kUnconfirmed) << status;
  }
  EXPECT_TRUE(gate_->asked.empty());
  EXPECT_EQ(server_->count("POST", ""), 0u);
}

TEST_F(ConfirmedWriteTest, APushBetweenFormAndStartIsAskedAbout) {
  definition_ = definition_of("TfsGit");
  refs_ = refs_of({ref("refs/heads/main", kHead)});
  const auto serving = start(accept_run);
  EXPECT_EQ(run(kOnMain).error().code, ErrorCode::kUnconfirmed);
  EXPECT_THAT(gate_->asked.back().summary, HasSubstr("at commit " + kHead + "."));
  gate_->confirms = gate_->asked.back().digest;
  refs_ = refs_of({ref("refs/heads/main", kNext)});
  EXPECT_EQ(run(kOnMain).error().code, ErrorCode::kUnconfirmed);
  EXPECT_EQ(server_->count("POST", ""), 0u);
  EXPECT_THAT(gate_->asked.back().summary, HasSubstr(kNext));
  refs_ = refs_of({ref("refs/heads/main", kHead)});
  ASSERT_TRUE(run(kOnMain));
  EXPECT_EQ(self_of(posted())["version"], kHead);
}

TEST_F(ConfirmedWriteTest, AMoveToAnotherFolderIsAskedAbout) {
  definition_ = definition_of("GitHub");
  const auto serving = start(accept_run);
  EXPECT_EQ(run(kOnMain).error().code, ErrorCode::kUnconfirmed);
  gate_->confirms = gate_->asked.back().digest;
  definition_ = definition_of("GitHub", kRepository, "\\\\evil");
  EXPECT_EQ(run(kOnMain).error().code, ErrorCode::kUnconfirmed);
  EXPECT_THAT(gate_->asked.back().summary, HasSubstr(R"(in folder "\evil")"));
  EXPECT_EQ(gate_->resolutions.back().pipeline, "\\evil\\api-ci");
  EXPECT_EQ(server_->count("POST", ""), 0u);
}

TEST_F(WriteTest, APatternForTheNameIsNoneForAnotherFolder) {
  definition_ = R"({"id":13,"name":"deploy-api","path":"\\evil",
                    "repository":{"defaultBranch":"refs/heads/main"}})";
  const auto gate = std::make_shared<FakeGate>();
  scope_.gate = gate;
  const auto serving = start(accept_run);
  const auto refused = run(kOnMain, 13);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().message,
              HasSubstr(R"(Pipeline 13 '\evil\deploy-api' may not be started)"));
  EXPECT_THAT(gate->refusals, testing::ElementsAre("trigger.pipelines"));
  ASSERT_EQ(gate->resolutions.size(), 1u);
  EXPECT_EQ(gate->resolutions[0].pipeline, "\\evil\\deploy-api");
  EXPECT_EQ(server_->count("POST", ""), 0u);
  EXPECT_EQ(server_->count("GET", "/git/"), 0u) << "who may not run it learns nothing";
}

}  // namespace
}  // namespace adomcp::azure_devops
