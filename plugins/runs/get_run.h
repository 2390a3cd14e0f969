#pragma once

#include <adomcp/arguments.hpp>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reading.h"
#include "shared/run_facts.h"
#include "told.h"
#include "tree.h"

namespace adomcp::runs {

constexpr std::size_t kRunBytes = 16384;

namespace told {

struct RunTree {
  shared::RunFacts run;
  std::optional<std::vector<Check>> waiting;
  std::optional<std::vector<Running>> running;
  std::optional<std::vector<Check>> approvals;
  std::optional<Totals> totals;
  std::vector<Stage> stages;
  bool truncated;
  std::optional<std::vector<std::string>> notes;
  std::optional<std::string> next;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("run", &RunTree::run),
        output::field("waiting", &RunTree::waiting, "What it waits for, and who may decide."),
        output::field("running", &RunTree::running, "What runs now."),
        output::field("approvals", &RunTree::approvals, "Decided ones: by whom."),
        output::field("totals", &RunTree::totals), output::field("stages", &RunTree::stages),
        output::field("truncated", &RunTree::truncated), output::field("notes", &RunTree::notes),
        output::field("next", &RunTree::next));
  }
};

}  // namespace told

/// The answer of get_run: a told::RunTree as JSON of at most `max_bytes`. `stage`: the one to tell;
/// empty: all. `check` is called between its steps, and throws to end it.
nlohmann::json compose_run(const Reading& run, const std::string& stage, std::size_t max_bytes,
                           const std::function<void()>& check);

struct WantedRun {
  std::int64_t run_id;
  std::optional<std::string> stage;

  static constexpr auto arguments() {
    namespace argument = adomcp::argument;
    return adomcp::arguments(
               argument::project("Name or id. Default: the link's, else the first allowed one."),
               argument::organization(), argument::run_id(&WantedRun::run_id),
               argument::run_url(&WantedRun::run_id),
               argument::field("stage", &WantedRun::stage,
                               "Only the jobs and tasks of this stage. Default: all stages.")
                   .max_length(256))
        .exactly_one_of("run_id", "run_url");
  }
};

Json get_run(Call& call, const WantedRun& wanted);

}  // namespace adomcp::runs
