#include "azure_devops/pipeline_list.h"

#include <functional>

#include "azure_devops/project_directory.h"
#include "unit/azure_devops/fixture.h"

// A protected pipeline stays protected, whatever it is called later.

namespace adomcp::azure_devops {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Protection = policy::Protection;

TriggerSettings protecting(std::vector<std::string> pipelines) {
  TriggerSettings trigger;
  trigger.pipelines = trigger.branches = {"*"};
  trigger.confirm = Confirm::kProtected;
  trigger.protected_pipelines = std::move(pipelines);
  return trigger;
}

std::vector<OrganizationSettings> payments(TriggerSettings trigger) {
  return {{"contoso", {}, AzureCliSettings{}, {}, {{"Payments", std::move(trigger)}}}};
}

Result<std::string> project_json(const std::string&, const std::string& name, Deadline) {
  return R"({"id":")" + std::string(kPayments) + R"(","name":")" + name + R"("})";
}

/// A directory of one project, and the pipelines that Azure DevOps lists for it.
struct World {
  explicit World(TriggerSettings trigger)
      : directory(payments(std::move(trigger)), {}, project_json, milliseconds(0),
                  [this](const std::string&, const std::string& id,
                         Deadline) -> Result<std::vector<NamedPipeline>> {
                    EXPECT_EQ(id, kPayments);
                    ++listed;
                    if (fails) return Error{ErrorCode::kUnavailable, "Nobody is there.", {}};
                    return pipelines;
                  }) {}

  const policy::Project& project() {
    policy = directory.snapshot();
    return policy->organizations[0].projects[0];
  }

  std::vector<NamedPipeline> pipelines = {{7, "web-production", "\\"},
                                          {12, "api-production", "\\attic"},
                                          {13, "nightly", "\\"},
                                          {14, "x", "\\release"}};
  bool fails = false;
  int listed = 0;
  std::shared_ptr<const policy::Policy> policy;
  ProjectDirectory directory;
};

struct Case {
  const char* about;
  std::vector<std::string> patterns;
  std::vector<std::int64_t> ids;
  Protection protection;
};

TEST(ProtectedPipelines, AreKnownByIdOnceTheProjectIsResolved) {
  for (const auto& row : std::vector<Case>{
           {"pattern", {"*-production"}, {7, 12}, Protection::kNames},
           {"name", {"Nightly"}, {13}, Protection::kNames},
           {"name in a folder", {"\\attic\\api-production"}, {12}, Protection::kNames},
           {"folder", {"/release/*"}, {14}, Protection::kNames},
           {"ids and names", {"14", "nightly"}, {13, 14}, Protection::kNames},
           {"a pattern may fit nothing yet", {"*-canary"}, {}, Protection::kNames},
           {"a name of nobody", {"nightly", "gone"}, {13}, Protection::kUnclear},
           {"a folder of nobody", {"\\release\\nightly"}, {}, Protection::kUnclear}}) {
    World world(protecting(row.patterns));
    EXPECT_EQ(world.project().protection, Protection::kUnread) << row.about;
    world.directory.resolve(Deadline());
    EXPECT_EQ(world.project().protected_ids, row.ids) << row.about;
    EXPECT_EQ(world.project().protection, row.protection) << row.about;
    EXPECT_EQ(world.directory.unclear().empty(), row.protection == Protection::kNames);
    EXPECT_EQ(world.listed, 1) << row.about;
  }
}

TEST(ProtectedPipelines, AreReadOnlyWhereNamesAreProtected) {
  auto by_id = protecting({"12", "14"});
  auto always = protecting({"nightly"});
  always.confirm = Confirm::kAlways;
  for (const auto& trigger : {by_id, always, TriggerSettings{}}) {
    World world(trigger);
    world.directory.resolve(Deadline());
    EXPECT_EQ(world.listed, 0);
    EXPECT_EQ(world.project().protection, Protection::kNames);
  }
}

TEST(ProtectedPipelines, ARenameAndAReloadUnprotectNothing) {
  World world(protecting({"*-production"}));
  world.directory.resolve(Deadline());
  world.pipelines[0].name = "harmless";
  world.directory.replace(payments(protecting({"*-production"})), {});
  world.directory.current();
  EXPECT_THAT(world.project().protected_ids, ElementsAre(7, 12));
  EXPECT_EQ(world.project().protection, Protection::kNames);
  EXPECT_EQ(world.listed, 1) << "the list is the same, so that nothing is asked";
  world.directory.replace(payments(protecting({"nightly"})), {});
  EXPECT_EQ(world.project().protection, Protection::kUnread) << "all, until it is read";
  world.directory.current();
  EXPECT_THAT(world.project().protected_ids, ElementsAre(13));
  EXPECT_EQ(world.listed, 2);
}

TEST(ProtectedPipelines, ThatCanNotBeListedAreAllUntilTheyCan) {
  World world(protecting({"nightly"}));
  world.fails = true;
  world.directory.resolve(Deadline());
  EXPECT_EQ(world.project().protection, Protection::kUnread);
  EXPECT_TRUE(world.directory.problems().empty()) << "reading needs none of it";
  ASSERT_EQ(world.directory.unclear().size(), 1u);
  EXPECT_THAT(world.directory.unclear()[0].message, HasSubstr("can't be listed"));
  world.fails = false;
  world.directory.current();
  EXPECT_THAT(world.project().protected_ids, ElementsAre(13));
  EXPECT_THAT(world.directory.unclear(), IsEmpty());
  world.directory.current();
  EXPECT_EQ(world.listed, 2);
}

TEST_F(ClientTest, PipelinesAreListedPageByPage) {
  const auto serving = serve([](Peer& peer, const Received& got) {
    if (got.target.find("continuationToken=a%20b") != std::string::npos) {
      return peer.json(R"({"value":[{"id":13,"name":"b","path":"\\x"}]})");
    }
    peer.answer(200, "application/json", R"({"value":[{"id":12,"name":"a","path":"\\"}]})",
                "x-ms-continuationtoken: a b\r\n");
  });
  const auto found = pipeline_lister(upstream_)("contoso", kPayments, scope_.deadline);
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[1].id, 13);
  EXPECT_EQ((*found)[1].name, "b");
  EXPECT_EQ((*found)[1].folder, "\\x");
  EXPECT_EQ(server_->count("GET", std::string(kPayments) + "/_apis/build/definitions?$top=500"),
            2u);
}

TEST_F(ClientTest, AListThatCanNotBeReadIsAnError) {
  for (const char* body : {"{", "[]", R"({"value":{}})", R"({"value":[{"name":"a"}]})"}) {
    const auto serving = serve([&](Peer& peer, const Received&) { peer.json(body); });
    EXPECT_FALSE(pipeline_lister(upstream_)("contoso", kPayments, scope_.deadline)) << body;
  }
  const auto endless = serve([](Peer& peer, const Received&) {
    peer.answer(200, "application/json", R"({"value":[]})", "x-ms-continuationtoken: more\r\n");
  });
  EXPECT_FALSE(pipeline_lister(upstream_)("contoso", kPayments, scope_.deadline));
}

}  // namespace
}  // namespace adomcp::azure_devops
