#include "core/nearest_name.h"

#include <gtest/gtest.h>

#include <string>

namespace adomcp {
namespace {

const std::vector<std::string_view> kKnown = {"branch",      "confirmation", "log_id",
                                              "pipeline_id", "project",      "run_id",
                                              "run_url",     "status",       "top"};

TEST(NearestName, IsTheOneThatWasMeant) {
  struct Row {
    const char* word;
    const char* meant;
  };
  const std::vector<Row> rows = {{"runId", "run_id"},
                                 {"RUN_ID", "run_id"},
                                 {"run-id", "run_id"},
                                 {"runid", "run_id"},
                                 {"logId", "log_id"},
                                 {"TOP", "top"},
                                 {"$top", "top"},
                                 {"Top", "top"},
                                 {"RunURL", "run_url"},
                                 {"branchName", "branch"},
                                 {"branch_name", "branch"},
                                 {"BRANCH-NAME", "branch"},
                                 {"statusFilter", "status"},
                                 {"status_filter", "status"},
                                 {"top_k", "top"},
                                 {"run", "run_id"},
                                 {"pipeline", "pipeline_id"},
                                 {"PIPELINE", "pipeline_id"},
                                 {"pipelineId", "pipeline_id"},
                                 {"projekt", "project"},
                                 {"Projekt", "project"},
                                 {"projects", "project"},
                                 {"projectNames", "project"},
                                 {"brnch", "branch"},
                                 {"confirm", "confirmation"},
                                 {"confirmaton", "confirmation"},
                                 {"run_idd", "run_id"}};
  for (const auto& row : rows) EXPECT_EQ(nearest_name(row.word, kKnown), row.meant) << row.word;
}

TEST(NearestName, IsNoneWhenNothingIsNear) {
  for (const char* word : {"zzz", "", "_", "x", "topology", "sideways", "ru", "id", "statuesque"}) {
    EXPECT_EQ(nearest_name(word, kKnown), "") << word;
  }
  EXPECT_EQ(nearest_name(std::string(100000, 'a'), kKnown), "");
  EXPECT_EQ(nearest_name("a", {"b"}), "");
  EXPECT_EQ(nearest_name("run_id", {}), "");
}

}  // namespace
}  // namespace adomcp
