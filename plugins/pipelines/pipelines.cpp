// What pipelines there are, the YAML they run, and what their runs published.
#include <adomcp/arguments.hpp>
#include <string_view>

#include "artifacts.h"
#include "pipeline_list.h"
#include "pipeline_yaml.h"

namespace {

using adomcp::pipelines::get_pipeline_yaml;
using adomcp::pipelines::list_pipelines;
using adomcp::pipelines::list_run_artifacts;
using adomcp::pipelines::read_artifact_text;

constexpr std::uint32_t kReads = ADOMCP_READ_ONLY | ADOMCP_IDEMPOTENT | ADOMCP_OPEN_WORLD;

constexpr std::string_view kList =
    "Finds pipelines by name or folder: id, name, folder, latest run and its result. Use it when a "
    "pipeline is known by name and another tool wants its id. For runs use list_pipeline_runs. A "
    "page may be short or empty and still have a continuation_token.";
constexpr std::string_view kYaml =
    "The YAML of a run, or of a pipeline as it last ran on a branch, with templates filled in "
    "where "
    "the run kept it (`expanded`), else the file alone. Use it to see which stages, jobs, tasks, "
    "conditions and variables there are. It starts nothing.";
constexpr std::string_view kArtifacts =
    "What a run published: artifacts with name, type, size and link. Their text files are read "
    "with read_artifact_text. Logs are no artifacts.";
constexpr std::string_view kText =
    "Reads a text file out of a run's artifact (a report, a log, a manifest), a page of lines at a "
    "time; without `path` it lists the files. Only for artifacts of type PipelineArtifact, and not "
    "for binary files. For the logs of a run's tasks use other tools.";

constexpr adomcp_tool tools[] = {
    adomcp::tool<list_pipelines>("list_pipelines", "List pipelines", kList, kReads),
    adomcp::tool<get_pipeline_yaml>("get_pipeline_yaml", "Pipeline YAML", kYaml, kReads),
    adomcp::tool<list_run_artifacts>("list_run_artifacts", "List artifacts of a run", kArtifacts,
                                     kReads),
    adomcp::tool<read_artifact_text>("read_artifact_text", "Read a file of an artifact", kText,
                                     kReads)};

}  // namespace

ADOMCP_PLUGIN("pipelines", "0.1.0", tools)
