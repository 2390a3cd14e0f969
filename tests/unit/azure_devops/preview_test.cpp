#include <functional>

#include "unit/azure_devops/write_fixture.h"

// A preview starts nothing, and obeys every rule that a start does.

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class PreviewTest : public WriteTest {
 protected:
  PreviewTest() {
    confirm_ = Confirm::kAlways;
    scope_.gate = gate_;
  }

  Result<Response> preview(const std::string& body, int pipeline = 12) {
    return run(body, pipeline, "preview");
  }

  static void answer_yaml(Peer& peer, const Received&) {
    peer.json(R"({"finalYaml":"steps: []"})");
  }

  std::shared_ptr<FakeGate> gate_ = std::make_shared<FakeGate>();
};

TEST_F(PreviewTest, IsSentAsOneAndAsksNobody) {
  definition_ =
      R"({"id":12,"name":"api-ci","path":"\\","repository":{"type":"TfsGit",
          "id":"aaaaaaaa-0000-4000-8000-00000000000a","defaultBranch":"refs/heads/main"}})";
  refs_ = R"({"value":[{"name":"refs/heads/main","objectId":")" + std::string(40, 'a') + R"("}]})";
  for (const bool read_only : {false, true}) {
    const auto serving = start(answer_yaml);
    scope_.read_only = read_only;
    for (const char* body : {"", "{}", R"({"previewRun":true})", R"({"previewRun":false})"}) {
      const auto response = preview(body);
      ASSERT_TRUE(response) << response.error().text();
      EXPECT_EQ(json::parse(response->body)["finalYaml"], "steps: []");
    }
    EXPECT_EQ(
        posted(),
        json({{"previewRun", true},
              {"resources",
               {{"repositories",
                 {{"self",
                   {{"refName", "refs/heads/main"}, {"version", std::string(40, 'a')}}}}}}}}));
    EXPECT_EQ(server_->count("POST", "/pipelines/12/preview?api-version="), 4u);
  }
  EXPECT_TRUE(gate_->asked.empty());
  EXPECT_EQ(gate_->unasked, 0) << "nothing was written";
  ASSERT_EQ(gate_->resolutions.size(), 8u);
  EXPECT_TRUE(gate_->resolutions[0].preview);
}

struct Refused {
  const char* about;
  const char* body;
  int pipeline;
  const char* rule;
};

TEST_F(PreviewTest, ObeysEveryRuleOfTheTriggerBlock) {
  const std::vector<Refused> rows = {
      {"pipeline", kOnMain, 13, "trigger.pipelines"},
      {"branch", R"({"resources":{"repositories":{"self":{"refName":"dev"}}}})", 12,
       "trigger.branches"},
      {"tag", R"({"resources":{"repositories":{"self":{"refName":"refs/tags/main"}}}})", 12,
       "trigger.branches"},
      {"pull request", R"({"resources":{"repositories":{"self":{"refName":"refs/pull/1/merge"}}}})",
       12, "trigger.branches"},
      {"variable", R"({"variables":{"PATH":{"value":"x"}}})", 12, "trigger.variables"},
      {"stages", R"({"stagesToSkip":["Test"]})", 12, "trigger.skip_stages"},
  };
  for (const bool read_only : {false, true}) {
    const auto serving = start(answer_yaml);
    scope_.read_only = read_only;
    for (const auto& row : rows) {
      gate_->refusals.clear();
      const auto refused = preview(row.body, row.pipeline);
      ASSERT_FALSE(refused) << row.about;
      EXPECT_EQ(refused.error().code, ErrorCode::kDenied) << row.about;
      EXPECT_THAT(gate_->refusals, testing::ElementsAre(row.rule)) << row.about;
      EXPECT_EQ(gate_->resolutions.back().digest.size(), 64u) << row.about;
    }
    EXPECT_THAT(preview(kOnMain, 13).error().message, HasSubstr("may not be previewed"));
    EXPECT_EQ(server_->count("POST", ""), 0u);
  }
}

TEST_F(PreviewTest, NeedsATriggerBlock) {
  definition_ = R"({"id":12,"name":"api-ci","repository":{"defaultBranch":"refs/heads/main"}})";
  const auto serving = start(answer_yaml);
  scope_.project = "Platform";
  EXPECT_THAT(preview(kOnMain).error().message, HasSubstr("has no trigger block"));
  EXPECT_THAT(gate_->refusals, testing::ElementsAre("trigger.read_only"));
  EXPECT_EQ(server_->count("POST", ""), 0u);
}

TEST_F(PreviewTest, OfAPipelineElsewhereIsRefused) {
  definition_ = R"({"id":12,"name":"api-ci","project":{"id":")" + std::string(kPlatform) + R"("}})";
  const auto serving = start(answer_yaml);
  EXPECT_EQ(preview(kOnMain).error().code, ErrorCode::kNotFound);  // as if it were not there
  EXPECT_EQ(server_->count("POST", ""), 0u);
}

TEST_F(PreviewTest, UntypedOnesNeverLeave) {
  const auto serving = start(answer_yaml);
  for (const char* body :
       {R"({"yamlOverride":"steps: []"})", R"({"previewRun":"yes"})",
        R"({"resources":{"repositories":{"self":{"refName":"main","version":"abc"}}}})",
        R"({"resources":{"repositories":{"other":{"refName":"main"}}}})", "[]", "x"}) {
    EXPECT_EQ(preview(body).error().code, ErrorCode::kInvalid) << body;
  }
  Request request;
  request.method = "POST";
  request.path = "pipelines/12/preview";
  for (const char* query : {"pipelineVersion=3", "api-version=7.1", "x"}) {
    request.query = query;
    EXPECT_EQ(client_->send(scope_, request).error().code, ErrorCode::kInvalid) << query;
  }
  request.query.clear();
  request.service = Service::kVsrm;
  EXPECT_EQ(client_->send(scope_, request).error().code, ErrorCode::kInvalid);
  request.service = Service::kDev;
  request.on_chunk = [](std::string_view) { return true; };
  EXPECT_EQ(client_->send(scope_, request).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(count_, 0u);
}

TEST_F(PreviewTest, IsNeverUnknown) {
  const auto serving = start([](Peer& peer, const Received&) { peer.reset(); });
  EXPECT_EQ(preview(kOnMain).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(server_->count("POST", ""), 1u);
  EXPECT_EQ(server_->count("GET", "build/builds"), 0u) << "nothing to look for";
}

}  // namespace
}  // namespace adomcp::azure_devops
