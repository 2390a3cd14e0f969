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
      [](Write& write) { write.body.branch = "refs/tags/main"; },
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

TEST(PendingWrite, TheSummaryNamesEverythingAndNoSecret) {
  Write write;
  write.body.stages_to_skip = {"Test", "Lint"};
  write.body.variables["LEVEL"] = {"debug", false};
  write.body.variables["KEY"] = {"s3cret", true};
  write.body.template_parameters["region"] = std::string(100, 'x');
  const auto summary = write.pending().summary;
  EXPECT_EQ(summary,
            R"(Start pipeline 12 "api-ci" of project "Payments" in organization "contoso" on )"
            R"(branch "refs/heads/main", skipping the stages "Test", "Lint", setting the )"
            R"(variables "KEY" (secret), "LEVEL" = "debug", with the parameters "region" = ")" +
                std::string(60, 'x') + R"(" (the start of 100 bytes).)");
}

TEST(PendingWrite, NamesCannotPretendToBeSomethingElse) {
  struct Case {
    const char* what;
    std::string value;
    const char* shown;
  };
  const std::vector<Case> cases = {
      {"ends its quotes", R"(x" on branch "y)", R"("x\" on branch \"y")"},
      {"breaks the line", "a\nNothing happens.", R"("a\nNothing happens.")"},
      {"colours a terminal", "a\x1b[8m", R"("a\u001b[8m")"},
      {"turns the direction", "a\u202Eniam", R"("a\u202eniam")"},
      {"hides", "a\u200Bb", R"("a\u200bb")"},
      {"looks like another", "m\u0430in", R"("m\u0430in")"},
      {"is cut within a character", std::string(59, 'x') + "\u00E9", "xxx\" (the start of 61"},
  };
  for (const auto& row : cases) {
    Write write;
    write.body.template_parameters["name"] = row.value;
    EXPECT_THAT(write.pending().summary, HasSubstr(row.shown)) << row.what;
  }
}

}  // namespace
}  // namespace adomcp::azure_devops
