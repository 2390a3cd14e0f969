#include "azure_devops/pending_write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace adomcp::azure_devops {
namespace {

using testing::HasSubstr;

struct Write {
  policy::Target target{"contoso", "Payments", "guid"};
  policy::RunPipelineWrite resolved;
  RunPipelineBody body;

  Write() {
    resolved.pipeline_id = 12;
    resolved.pipeline_name = "api-ci";
    body.branch = resolved.branch = "refs/heads/main";
  }

  PendingWrite pending() const { return pending_write(target, resolved, body); }
};

TEST(PendingWrite, TheDigestDiffersAsSoonAsAnythingDoes) {
  const std::vector<std::function<void(Write&)>> changes = {
      [](Write&) {},
      [](Write& write) { write.target.organization = "fabrikam"; },
      [](Write& write) { write.target.project_id = "other"; },
      [](Write& write) { write.resolved.pipeline_id = 13; },
      [](Write& write) { write.resolved.pipeline_name = "api-cd"; },
      [](Write& write) { write.resolved.folder = "\\evil"; },
      [](Write& write) { write.body.branch = "refs/tags/main"; },
      [](Write& write) { write.body.version = std::string(40, 'a'); },
      [](Write& write) { write.body.version = std::string(40, 'b'); },
      [](Write& write) { write.body.stages_to_skip = {"Test"}; },
      [](Write& write) {
        write.body.stages_to_skip = {"Test", "Lint"};
      },
      [](Write& write) {
        write.body.variables["A"] = {"1", false};
      },
      [](Write& write) {
        write.body.variables["A"] = {"2", false};
      },
      [](Write& write) {
        write.body.variables["A"] = {"1", true};
      },
      [](Write& write) {
        write.body.variables["B"] = {"1", false};
      },
      [](Write& write) { write.body.template_parameters["A"] = "1"; },
      [](Write& write) { write.body.template_parameters["A"] = std::string(1000, 'x') + "1"; },
      [](Write& write) { write.body.template_parameters["A"] = std::string(1000, 'x') + "2"; },
  };
  std::set<std::string> digests;
  for (const auto& change : changes) {
    Write write;
    change(write);
    EXPECT_EQ(write.pending().digest, write.pending().digest);
    digests.insert(write.pending().digest);
  }
  EXPECT_EQ(digests.size(), changes.size());
}

TEST(PendingWrite, TheSummaryHasEveryValueWholeOnALineOfItsOwn) {
  Write write;
  write.body.version = std::string(40, 'c');
  write.body.stages_to_skip = {"Test", "Lint"};
  write.body.variables["LEVEL"] = {"debug", false};
  write.body.template_parameters["region"] = std::string(3000, 'x');
  const auto pending = write.pending();
  EXPECT_EQ(pending.hidden, "");
  EXPECT_EQ(pending.summary,
            R"(Start pipeline 12 "api-ci" in the root folder of project "Payments" in )"
            R"(organization "contoso" on branch "refs/heads/main" at commit )" +
                std::string(40, 'c') +
                ".\n\n- skipping the stage \"Test\"\n- skipping the stage \"Lint\"\n"
                "- setting the variable \"LEVEL\" = \"debug\"\n"
                "- setting the parameter \"region\" = \"" +
                std::string(3000, 'x') + '"');
}

TEST(PendingWrite, TheFolderAndAnUnknownCommitAreSaid) {
  Write write;
  write.resolved.folder = "\\evil";
  const auto summary = write.pending().summary;
  EXPECT_THAT(summary, HasSubstr(R"(pipeline 12 "api-ci" in folder "\evil" of project)"));
  EXPECT_THAT(summary, HasSubstr(R"(on branch "refs/heads/main" (commit not known).)"));
  write.resolved.folder = "\\";
  EXPECT_THAT(write.pending().summary, HasSubstr("in the root folder"));
}

TEST(PendingWrite, WhatCanNotBeShownWholeIsNotShownAtAll) {
  struct Case {
    const char* what;
    std::function<void(Write&)> change;
    const char* why;
  };
  const std::vector<Case> cases = {
      {"one long value",
       [](Write& write) { write.body.template_parameters["a"] = std::string(4096, 'x'); },
       "too long to confirm"},
      {"a value that its escapes make long",
       [](Write& write) { write.body.template_parameters["a"] = std::string(700, '\x1b'); },
       "at most 4096 are shown"},
      {"many values",
       [](Write& write) {
         for (int i = 0; i < 100; ++i) {
           write.body.variables["V" + std::to_string(i)] = {std::string(30, 'x'), false};
         }
       },
       "too long to confirm"},
      {"long stages",
       [](Write& write) { write.body.stages_to_skip.assign(20, std::string(256, 's')); },
       "too long to confirm"},
      {"a secret",
       [](Write& write) {
         write.body.variables["KEY"] = {"s3cret", true};
       },
       R"(the variable "KEY" is marked secret)"},
      {"a secret without a value",
       [](Write& write) {
         write.body.variables["KEY"] = {"", true};
       },
       "marked secret"},
  };
  for (const auto& row : cases) {
    Write write;
    row.change(write);
    const auto pending = write.pending();
    EXPECT_EQ(pending.summary, "") << row.what;
    EXPECT_THAT(pending.hidden, HasSubstr(row.why)) << row.what;
    EXPECT_THAT(pending.hidden, testing::Not(HasSubstr("s3cret"))) << row.what;
    EXPECT_LT(pending.hidden.size(), 300u) << row.what;
    EXPECT_EQ(pending.digest.size(), 64u) << row.what;
  }
  Write longest;
  longest.body.template_parameters["a"] = std::string(3800, 'x');
  EXPECT_LE(longest.pending().summary.size(), kMaxSummary);
  EXPECT_EQ(longest.pending().hidden, "");
}

TEST(PendingWrite, TheAuditHasTheSameDigestAndAllThatIsSet) {
  Write write;
  write.resolved.folder = "\\release";
  write.body.version = std::string(40, 'c');
  write.body.stages_to_skip = {"Test"};
  write.body.variables["LEVEL"] = {"debug", false};
  write.body.variables["KEY"] = {"s3cret", true};
  write.body.template_parameters["region"] = "eu";
  const auto resolved = resolved_write(write.target, write.resolved, write.body);
  EXPECT_EQ(resolved.digest, write.pending().digest);
  EXPECT_EQ(resolved.pipeline, "\\release\\api-ci");
  EXPECT_EQ(resolved.branch, "refs/heads/main");
  EXPECT_EQ(resolved.commit, std::string(40, 'c'));
  EXPECT_EQ(resolved.variables.at("LEVEL"), "debug");
  EXPECT_EQ(resolved.variables.at("KEY"), std::nullopt);
  EXPECT_EQ(resolved.parameters.at("region"), "eu");
  EXPECT_FALSE(resolved.preview);
}

}  // namespace
}  // namespace adomcp::azure_devops
