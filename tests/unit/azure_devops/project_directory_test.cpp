#include "azure_devops/project_directory.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <stdexcept>

#include "unit/azure_devops/fixture.h"

namespace adomcp::azure_devops {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::HasSubstr;

std::vector<OrganizationSettings> settings() {
  TriggerSettings trigger;
  trigger.branches = {"main"};
  return {{"contoso", {}, AzureCliSettings{}, {}, {{"Payments", trigger}, {"Platform", {}}}}};
}

class Directory : public testing::Test {
 protected:
  ProjectDirectory::Fetch fetch() {
    return [this](const std::string&, const std::string& project, Deadline) -> Result<std::string> {
      ++fetched_;
      const auto found = answers_.find(project);
      if (found == answers_.end()) return Error{ErrorCode::kNotFound, "VS800075.", {}};
      return found->second;
    };
  }
  static std::string project(const std::string& id, const std::string& name) {
    return R"({"id":")" + id + R"(","name":")" + name + R"("})";
  }
  std::map<std::string, std::string> answers_;
  int fetched_ = 0;
};

TEST_F(Directory, ResolvesNamesOfEveryScript) {
  ProjectDirectory directory(
      {{"contoso", {}, AzureCliSettings{}, {}, {{"R&D 100%", {}}, {"МОСТЫ", {}}, {"i", {}}}}}, {},
      fetch());
  answers_["R&D 100%"] = project(kPayments, "r&d 100%");
  answers_["МОСТЫ"] = project(kPlatform, "Мосты");
  answers_["i"] = project(kPlatform, "İ");
  directory.resolve(Deadline());
  const auto policy = directory.snapshot();
  const auto& projects = policy->organizations[0].projects;
  EXPECT_EQ(projects[0].id, kPayments);
  EXPECT_EQ(projects[1].id, kPlatform);
  EXPECT_EQ(projects[2].id, "") << "another letter";
}

TEST_F(Directory, StartsUnresolved) {
  const ProjectDirectory directory(settings(), {}, fetch());
  const auto policy = directory.snapshot();
  ASSERT_EQ(policy->organizations.size(), 1u);
  EXPECT_EQ(policy->organizations[0].projects[0].id, "");
  EXPECT_TRUE(policy->organizations[0].projects[0].trigger);
  EXPECT_EQ(directory.problems().size(), 2u);
}

TEST_F(Directory, ResolvesNamesAndTellsProblems) {
  ProjectDirectory directory(settings(), {}, fetch());
  answers_["Payments"] = project("11111111-AAAA-4aaa-8aaa-111111111111", "payments");
  const auto before = directory.snapshot();
  directory.resolve(Deadline());
  EXPECT_EQ(directory.snapshot()->organizations[0].projects[0].id, kPayments);
  EXPECT_EQ(before->organizations[0].projects[0].id, "");
  const auto problems = directory.problems();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].project, "Platform");
  EXPECT_EQ(problems[0].message, "VS800075.");

  answers_["Platform"] = project(kPlatform, "Platform");
  directory.resolve(Deadline());
  EXPECT_TRUE(directory.problems().empty());
  EXPECT_EQ(fetched_, 3);
}

TEST_F(Directory, TriesAgainLazilyButNotTooOften) {
  ProjectDirectory patient(settings(), {}, fetch(), hours(1));
  patient.resolve(Deadline());
  EXPECT_EQ(fetched_, 2);
  patient.current();
  EXPECT_EQ(fetched_, 2);

  ProjectDirectory eager(settings(), {}, fetch(), milliseconds(0));
  answers_["Payments"] = project(kPayments, "Payments");
  answers_["Platform"] = project(kPlatform, "Platform");
  EXPECT_EQ(eager.current()->organizations[0].projects[1].id, kPlatform);
  eager.current();
  EXPECT_EQ(fetched_, 4);
}

TEST_F(Directory, DoesNotTakeAnotherProjectsId) {
  ProjectDirectory directory(settings(), {}, fetch());
  answers_["Payments"] = project(kPlatform, "Renamed");
  answers_["Platform"] = project("42", "Platform");
  directory.resolve(Deadline());
  ASSERT_EQ(directory.problems().size(), 2u);
  EXPECT_THAT(directory.problems()[0].message, HasSubstr("with project 'Renamed'"));
  EXPECT_THAT(directory.problems()[1].message, HasSubstr("no project id"));
  answers_["Payments"] = "{";
  directory.resolve(Deadline());
  EXPECT_THAT(directory.problems()[0].message, HasSubstr("broken JSON"));
}

TEST_F(Directory, AnIdMayBeListedInsteadOfAName) {
  ProjectDirectory directory({{"contoso", {}, AzureCliSettings{}, {}, {{kPayments, {}}}}}, {},
                             fetch());
  answers_[kPayments] = project(kPayments, "Payments");
  directory.resolve(Deadline());
  EXPECT_EQ(directory.snapshot()->organizations[0].projects[0].id, kPayments);
}

TEST_F(ClientTest, ProjectsAreFetchedByEncodedName) {
  const auto serving = serve([](Peer& peer, const Received&) { peer.json(R"({"id":"x"})"); });
  const auto text = project_fetcher(upstream_)("contoso", "Card Payments", scope_.deadline);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, R"({"id":"x"})");
  EXPECT_EQ(server_->requests()[0].target,
            "/contoso/_apis/projects/Card%20Payments?api-version=7.1");
  EXPECT_FALSE(project_fetcher(upstream_)("fabrikam", "x", scope_.deadline));
  const std::pair<const char*, const char*> others[] = {{"R&D 100%", "R%26D%20100%25"},
                                                        {"50%25", "50%2525"},
                                                        {"O'Brien (x)!", "O%27Brien%20%28x%29%21"},
                                                        {"Ä", "%C3%84"},
                                                        {"a@b^c`d", "a%40b%5Ec%60d"},
                                                        {"Мост", "%D0%9C%D0%BE%D1%81%D1%82"}};
  for (const auto& [name, encoded] : others) {
    ASSERT_TRUE(project_fetcher(upstream_)("contoso", name, scope_.deadline)) << name;
    EXPECT_EQ(server_->requests().back().target,
              "/contoso/_apis/projects/" + std::string(encoded) + "?api-version=7.1");
  }
}

TEST_F(Directory, ReplacedItKeepsTheIdsThatItKnows) {
  ProjectDirectory directory(settings(), {}, fetch());
  answers_["Payments"] = project(kPayments, "Payments");
  answers_["Platform"] = project(kPlatform, "Platform");
  directory.resolve(Deadline());
  auto next = settings();
  next[0].projects = {{"Platform", TriggerSettings{}}, {"Fresh", {}}};
  policy::Access access;
  access.read_only = true;
  const auto asked = fetched_;
  directory.replace(next, access);
  EXPECT_EQ(fetched_, asked);
  const auto policy = directory.snapshot();
  EXPECT_TRUE(policy->access.read_only);
  ASSERT_EQ(policy->organizations[0].projects.size(), 2u);
  EXPECT_EQ(policy->organizations[0].projects[0].id, kPlatform);
  EXPECT_TRUE(policy->organizations[0].projects[0].trigger);
  EXPECT_EQ(policy->organizations[0].projects[1].id, "");
  ASSERT_EQ(directory.problems().size(), 1u);
  EXPECT_EQ(directory.problems()[0].project, "Fresh");
}

TEST_F(Directory, AnAttemptThatIsOvertakenDoesNotBringTheOldBack) {
  std::unique_ptr<ProjectDirectory> directory;
  auto next = settings();
  next[0].projects = {{"Platform", {}}};
  directory = std::make_unique<ProjectDirectory>(
      settings(), policy::Access{},
      [&](const std::string&, const std::string& name, Deadline) -> Result<std::string> {
        directory->replace(next, {});
        return project(name == "Payments" ? kPayments : kPlatform, name);
      });
  directory->resolve(Deadline());
  EXPECT_EQ(directory->snapshot()->organizations[0].projects.size(), 1u);
  EXPECT_EQ(directory->problems().size(), 1u);
}

TEST(DirectoryOfMany, AnOrganizationThatDoesNotAnswerHoldsUpNoOther) {
  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  int asked = 0;
  bool down_goes_on = false;
  const ProjectDirectory::Fetch fetch = [&](const std::string& organization,
                                            const std::string& name,
                                            Deadline) -> Result<std::string> {
    std::unique_lock lock(mutex);
    if (organization != "down") {
      ++asked;
      changed.notify_all();
      return R"({"id":")" + std::string(kPayments) + R"(","name":")" + name + R"("})";
    }
    // It says nothing until all the others have been asked.
    down_goes_on = changed.wait_for(lock, std::chrono::seconds(10), [&] { return asked == 3; });
    return Error{ErrorCode::kTimeout, "down did not answer in time.", {}};
  };
  const auto one = [](const std::string& name, std::vector<ProjectSettings> projects) {
    return OrganizationSettings{name, {}, AzureCliSettings{}, {}, std::move(projects)};
  };
  ProjectDirectory directory({one("down", {{"Payments", {}}}), one("up", {{"A", {}}, {"B", {}}}),
                              one("also", {{"C", {}}})},
                             {}, fetch, milliseconds(0));
  const auto policy = directory.current();
  EXPECT_TRUE(down_goes_on);
  EXPECT_EQ(policy->organizations[0].projects[0].id, "");
  for (const std::size_t i : {1U, 2U}) {
    for (const auto& project : policy->organizations[i].projects) {
      EXPECT_EQ(project.id, kPayments) << project.name;
    }
  }
  ASSERT_EQ(directory.problems().size(), 1U);
  EXPECT_EQ(directory.problems()[0].organization, "down");
}

TEST(DirectoryOfMany, WhatWasUnreachableAtTheStartIsAskedForAgain) {
  bool up = false;
  int failures = 0;
  const ProjectDirectory::Fetch fetch = [&](const std::string&, const std::string& name,
                                            Deadline) -> Result<std::string> {
    if (!up && ++failures % 2 == 0) throw std::runtime_error("a defect");
    if (!up) return Error{ErrorCode::kUnavailable, "Nobody is there.", {}};
    return R"({"id":")" + std::string(name == "Payments" ? kPayments : kPlatform) +
           R"(","name":")" + name + R"("})";
  };
  ProjectDirectory directory(settings(), {}, fetch, milliseconds(0));
  directory.resolve(Deadline());
  EXPECT_EQ(directory.problems().size(), 2U);
  directory.current();
  EXPECT_EQ(failures, 4);
  up = true;
  EXPECT_EQ(directory.current()->organizations[0].projects[0].id, kPayments);
  EXPECT_TRUE(directory.problems().empty());
}

}  // namespace
}  // namespace adomcp::azure_devops
