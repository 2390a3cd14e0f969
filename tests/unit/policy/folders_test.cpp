#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/patterns.h"
#include "policy/policy.h"

// Patterns for pipelines see the folder.

namespace adomcp::policy {
namespace {

constexpr char kId[] = "11111111-aaaa-4aaa-8aaa-111111111111";

RunPipelineWrite run_in(const std::string& folder, const std::string& name) {
  RunPipelineWrite write;
  write.pipeline_id = 12;
  write.pipeline_name = name;
  write.folder = folder;
  write.branch = "refs/heads/main";
  return write;
}

struct Fit {
  const char* pattern;
  const char* folder;
  const char* name;
  bool listed;      ///< in a list of what is allowed
  bool is_guarded;  ///< in a list of what is protected, which is never the narrower one
};

// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const Fit& fit, std::ostream* out) {
  *out << fit.pattern << " on " << fit.folder << " : " << fit.name;
}

class PipelinePattern : public testing::TestWithParam<Fit> {};

TEST_P(PipelinePattern, SeesTheFolder) {
  const auto& fit = GetParam();
  const auto write = run_in(fit.folder, fit.name);
  EXPECT_EQ(pipeline_listed(write, {fit.pattern}), fit.listed);
  EXPECT_EQ(pipeline_protected(write, {fit.pattern}), fit.is_guarded);
  EXPECT_TRUE(!fit.listed || fit.is_guarded) << "whatever is listed is protected by the same";
}

INSTANTIATE_TEST_SUITE_P(
    Table, PipelinePattern,
    testing::Values(
        // without a folder: the root folder's
        Fit{"deploy-*", "\\", "deploy-api", true, true},
        Fit{"deploy-*", "", "deploy-api", true, true},
        Fit{"DEPLOY-?pi", "\\", "Deploy-API", true, true},
        Fit{"deploy-*", "\\evil", "deploy-api", false, true},
        Fit{"deploy-api", "\\evil", "deploy-api", false, true},
        Fit{"deploy-*", "\\deploy-x", "deploy-api", false, true},
        Fit{"*-api", "\\evil", "deploy-api", false, true},
        Fit{"?*", "\\evil", "deploy-api", false, true},
        Fit{"deploy-*", "\\evil", "other", false, false},
        Fit{"deploy-*", "\\deploy-x", "other", false, false},
        // everything
        Fit{"*", "\\", "deploy-api", true, true},
        Fit{"*", "\\evil\\more", "deploy-api", true, true},
        Fit{"**", "\\evil", "deploy-api", true, true},
        // an id, wherever it lies
        Fit{"12", "\\evil", "deploy-api", true, true}, Fit{"13", "\\", "12", false, false},
        // with a folder
        Fit{"\\release\\deploy-*", "\\release", "deploy-api", true, true},
        Fit{"/release/deploy-*", "\\release", "deploy-api", true, true},
        Fit{"release\\deploy-*", "\\release", "deploy-api", true, true},
        Fit{"\\Release\\DEPLOY-api", "\\release\\", "deploy-API", true, true},
        Fit{"\\release\\deploy-*", "\\", "deploy-api", false, false},
        Fit{"\\release\\deploy-*", "\\evil", "deploy-api", false, false},
        Fit{"\\release\\deploy-*", "\\release2", "deploy-api", false, false},
        Fit{"\\release\\deploy-*", "\\evil\\release", "deploy-api", false, false},
        Fit{"\\release\\deploy-*", "\\release\\eu", "deploy-api", false, false},
        Fit{"\\deploy-*", "\\", "deploy-api", true, true},
        Fit{"\\deploy-*", "\\evil", "deploy-api", false, false},
        // a wildcard stays in its folder's name; a protected one reaches below
        Fit{"\\release\\*", "\\release", "deploy-api", true, true},
        Fit{"\\release\\*", "\\release\\eu", "deploy-api", false, true},
        Fit{"\\release\\*", "\\", "release", false, false},
        Fit{"\\*\\deploy-api", "\\evil", "deploy-api", true, true},
        Fit{"\\*\\deploy-api", "\\evil\\more", "deploy-api", false, true},
        Fit{"\\rel*\\deploy-api", "\\release", "deploy-api", true, true},
        Fit{"\\rel?ase\\deploy-api", "\\release", "deploy-api", true, true},
        Fit{"\\rel*api", "\\release", "deploy-api", false, true},
        Fit{"\\a?b", "\\a", "b", false, true},
        // any number of folders
        Fit{"\\release\\**", "\\release", "deploy-api", true, true},
        Fit{"\\release\\**", "\\release\\eu\\west", "deploy-api", true, true},
        Fit{"\\release\\**", "\\", "release", false, false},
        Fit{"\\release\\**", "\\release2", "deploy-api", false, false},
        Fit{"\\release\\**\\deploy-*", "\\release", "deploy-api", true, true},
        Fit{"\\release\\**\\deploy-*", "\\release\\eu\\west", "deploy-api", true, true},
        Fit{"\\release\\**\\deploy-*", "\\release\\eu", "other", false, false},
        Fit{"\\**\\eu\\deploy-*", "\\release\\eu", "deploy-api", true, true},
        Fit{"\\**\\eu\\**\\x", "\\a\\eu\\b\\eu\\c", "x", true, true},
        Fit{"\\**\\eu\\deploy-*", "\\release\\us", "deploy-api", false, false},
        // a name is one part, whatever it holds
        Fit{"\\release\\deploy-api", "\\", "release\\deploy-api", false, true},
        Fit{"/release/deploy-api", "\\", "release/deploy-api", false, false},
        Fit{"deploy-*", "\\", "deploy-a\\b", true, true},
        // without a name nothing fits
        Fit{"*", "\\", "", false, false}, Fit{"\\release\\*", "\\release", "", false, false}));

TEST(PipelinePatterns, AreSeenByTriggerBlockAndRules) {
  TriggerSettings trigger;
  trigger.pipelines = {"deploy-*", "\\release\\deploy-*"};
  trigger.branches = {"*"};
  trigger.confirm = Confirm::kNever;
  Policy policy{{{"contoso", {}, {{kId, "Payments", trigger}}}}};
  const Target target{"contoso", "Payments", kId};
  const auto refused = decide_write({}, target, run_in("\\evil", "deploy-api"), policy);
  EXPECT_EQ(refused.rule, "trigger.pipelines");
  EXPECT_EQ(refused.reason,
            "Pipeline 12 '\\evil\\deploy-api' may not be started in project 'Payments'. Allowed: "
            "deploy-*, \\release\\deploy-*. A pattern without a folder is for the root folder.");
  EXPECT_TRUE(decide_write({}, target, run_in("\\release", "deploy-api"), policy).allowed);

  AccessRule rule;
  rule.name = "web";
  rule.users = {"me"};
  rule.tools = rule.projects = {"*"};
  rule.pipelines = std::vector<std::string>{"deploy-*"};
  policy.access = {{rule}, false, false};
  Principal me;
  me.object_id = "me";
  auto write = run_in("\\release", "deploy-api");
  write.tool = "trigger_pipeline_run";
  EXPECT_EQ(decide_write(me, target, write, policy).rule, "web.pipelines");
  write.folder = "\\";
  EXPECT_EQ(decide_write(me, target, write, policy).rule, "web");
}

TEST(FullName, HasTheFolder) {
  EXPECT_EQ(full_name(run_in("\\", "api")), "api");
  EXPECT_EQ(full_name(run_in("", "api")), "api");
  EXPECT_EQ(full_name(run_in("\\a\\b", "api")), "\\a\\b\\api");
  EXPECT_EQ(full_name(run_in("/a/b/", "api")), "\\a\\b\\api");
}

struct Asked {
  const char* about;
  Protection protection;
  std::vector<std::int64_t> ids;
  const char* folder;
  const char* name;
  bool asks;
};

TEST(Protected, StaysSoWhateverItIsCalledAndWhereverItLies) {
  for (const auto& row : std::vector<Asked>{
           {"by name", Protection::kNames, {}, "\\", "api-production", true},
           {"by name in any folder", Protection::kNames, {}, "\\attic", "api-production", true},
           {"renamed", Protection::kNames, {12}, "\\", "harmless", true},
           {"renamed and moved", Protection::kNames, {7, 12}, "\\attic", "harmless", true},
           {"another one", Protection::kNames, {7}, "\\", "harmless", false},
           {"not read yet", Protection::kUnread, {}, "\\", "harmless", true},
           {"a name is nobody's", Protection::kUnclear, {7}, "\\", "harmless", true}}) {
    TriggerSettings trigger;
    trigger.pipelines = trigger.branches = {"*"};
    trigger.confirm = Confirm::kProtected;
    trigger.protected_pipelines = {"*-production"};
    Project project{kId, "Payments", trigger};
    project.protection = row.protection;
    project.protected_ids = row.ids;
    const Policy policy{{{"contoso", {}, {project}}}};
    auto write = run_in(row.folder, row.name);
    const Target target{"contoso", "Payments", kId};
    EXPECT_EQ(decide_write({}, target, write, policy).needs_confirmation, row.asks) << row.about;
    write.preview = true;
    EXPECT_FALSE(decide_write({}, target, write, policy).needs_confirmation) << row.about;
    trigger.confirm = Confirm::kNever;
    project.trigger = trigger;
    write.preview = false;
    EXPECT_FALSE(decide_write({}, target, write, {{{"contoso", {}, {project}}}}).needs_confirmation)
        << row.about;
  }
}

TEST(Previews, ObeyTheSameRulesAndSayWhatTheyAre) {
  TriggerSettings trigger;
  trigger.pipelines = {"12"};
  trigger.branches = {"main"};
  trigger.parameters = std::vector<std::string>{"ring"};
  Policy policy{{{"contoso", {}, {{kId, "Payments", trigger}, {"2", "Open", {}}}}}};
  auto write = run_in("\\", "api");
  write.preview = true;
  const Target target{"contoso", "Payments", kId};
  const auto rule = [&](const RunPipelineWrite& one) {
    return decide_write({}, target, one, policy).rule;
  };
  EXPECT_EQ(rule(write), "trigger");
  auto changed = write;
  changed.pipeline_id = 13;
  EXPECT_EQ(rule(changed), "trigger.pipelines");
  EXPECT_THAT(decide_write({}, target, changed, policy).reason,
              testing::HasSubstr("may not be previewed"));
  changed = write, changed.branch = "refs/heads/dev";
  EXPECT_EQ(rule(changed), "trigger.branches");
  changed = write, changed.variables = {"X"};
  EXPECT_EQ(rule(changed), "trigger.variables");
  changed = write, changed.template_parameters = {"image"};
  EXPECT_EQ(rule(changed), "trigger.parameters");
  changed = write, changed.stages_to_skip = {"Test"};
  EXPECT_EQ(rule(changed), "trigger.skip_stages");
  EXPECT_EQ(decide_write({}, {"contoso", "Open", "2"}, write, policy).rule, "trigger.read_only");
  policy.access.read_only = true;
  EXPECT_EQ(rule(write), "access.read_only");
}

}  // namespace
}  // namespace adomcp::policy
