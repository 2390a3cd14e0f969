#pragma once

#include <adomcp/arguments.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace adomcp::pipelines {

struct ListWanted {
  std::optional<std::string> name, folder;
  std::int64_t top;
  std::optional<std::string> continuation_token;

  static constexpr auto arguments() {
    return adomcp::arguments(
        argument::project(), argument::organization(),
        argument::field("name", &ListWanted::name,
                        "Part of the name, in any case; with * a pattern for all of it.")
            .max_length(256),
        argument::field("folder", &ListWanted::folder,
                        "Only pipelines in this folder or below it, e.g. release/eu.")
            .max_length(400),
        argument::top(&ListWanted::top, "How many pipelines at most."),
        argument::continuation_token(&ListWanted::continuation_token));
  }
};

struct LatestRun {
  std::int64_t id;
  std::optional<std::string> number, status, result, branch, queued, finished;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("id", &LatestRun::id), output::field("number", &LatestRun::number),
        output::field("status", &LatestRun::status), output::field("result", &LatestRun::result),
        output::field("branch", &LatestRun::branch),
        output::field("queued", &LatestRun::queued).date_time(),
        output::field("finished", &LatestRun::finished).date_time());
  }
};

struct Pipeline {
  std::int64_t id;
  std::string name;
  std::optional<std::string> folder, queue_status;
  std::optional<LatestRun> latest_run, latest_finished_run;
  std::optional<std::string> url;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("id", &Pipeline::id), output::field("name", &Pipeline::name),
        output::field("folder", &Pipeline::folder),
        output::field("queue_status", &Pipeline::queue_status, "Where it isn't enabled."),
        output::field("latest_run", &Pipeline::latest_run),
        output::field("latest_finished_run", &Pipeline::latest_finished_run,
                      "Where the latest run is not finished."),
        output::field("url", &Pipeline::url));
  }
};

struct PipelineList {
  std::vector<Pipeline> pipelines;
  std::optional<std::string> continuation_token;
  std::optional<std::vector<std::string>> notes;

  static constexpr auto fields() {
    return adomcp::fields(output::field("pipelines", &PipelineList::pipelines).max_items(50),
                          output::continuation_token(&PipelineList::continuation_token),
                          output::field("notes", &PipelineList::notes));
  }
};

/// The tool list_pipelines.
PipelineList list_pipelines(Call& call, const ListWanted& wanted);

}  // namespace adomcp::pipelines
