#include "pipeline_yaml.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <adomcp/runs.hpp>
#include <algorithm>
#include <array>
#include <utility>

#include "artifacts.h"
#include "text_window.h"

namespace adomcp::pipelines {

namespace {

constexpr std::uint64_t kAnswerBytes = 2U << 20U;
constexpr std::uint64_t kYamlBytes = 16U << 20U;
constexpr std::size_t kFirstBytes = 4096;  // in which the first line that tells has to stand
constexpr std::int64_t kClassic = 1;       // process.type of a pipeline that has no YAML
/// A run's first two logs are its own: how it was initialized and its expanded YAML, in whichever
/// order. All others are those of stages, jobs and tasks, whose lines begin with a time.
constexpr std::array<std::int64_t, 2> kOwnLogs{1, 2};

std::string build_path(std::int64_t run_id) {
  return "build/builds/" + std::to_string(run_id);
}

/// The keys that a pipeline's YAML may begin with.
constexpr std::array<std::string_view, 20> kKeys{
    "name",       "trigger",   "pr",           "schedules",        "resources",
    "parameters", "variables", "pool",         "stages",           "jobs",
    "steps",      "extends",   "strategy",     "container",        "services",
    "workspace",  "condition", "lockBehavior", "timeoutInMinutes", "appendCommitMessageToRunName"};

/// "stages:", "name: …", "trigger:": how the first line of a pipeline's YAML begins.
bool is_key(std::string_view line) {
  const std::size_t end = line.find(':');
  if (end == std::string_view::npos) return false;
  const bool known = std::find(kKeys.begin(), kKeys.end(), line.substr(0, end)) != kKeys.end();
  return known && (end + 1 == line.size() || line[end + 1] == ' ' || line[end + 1] == '\r');
}

/// Takes a log in when it is the expanded YAML: its first line that is no comment is a key.
class YamlLog {
 public:
  explicit YamlLog(std::int64_t from_line) : window_({from_line, 0}, kTextBytes) {}

  bool feed(std::string_view piece) {
    if (state_ == State::kUnknown) {
      first_ += piece;
      look();
      if (state_ == State::kUnknown) return true;
      return state_ == State::kYaml && window_.feed(std::exchange(first_, {}));
    }
    return state_ == State::kYaml && window_.feed(piece);
  }
  bool is_yaml() const { return state_ == State::kYaml && !window_.is_binary(); }
  Chosen finish(bool complete) { return window_.finish(complete); }

 private:
  enum class State { kUnknown, kYaml, kOther };

  void look() {
    std::string_view rest = first_;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      if (end == std::string_view::npos) break;
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(end + 1);
      const bool tells_nothing =
          sdk::trim(line).empty() || line.front() == '#' || sdk::trim(line) == "---";
      if (tells_nothing) continue;
      state_ = is_key(line) ? State::kYaml : State::kOther;
      return;
    }
    if (first_.size() > kFirstBytes) state_ = State::kOther;
  }

  TextWindow window_;
  std::string first_;
  State state_ = State::kUnknown;
};

YamlRun run_of(const Json& build) {
  return {sdk::integer_of(build, "id"),
          sdk::safe_text_of(build, "buildNumber"),
          sdk::short_branch(sdk::safe_text_of(build, "sourceBranch")),
          sdk::safe_text_of(build, "sourceVersion"),
          sdk::raw_text_of(build, "queueTime"),
          sdk::web_link(build)};
}

class YamlReader {
 public:
  YamlReader(Call& call, const YamlWanted& wanted) : call_(call), wanted_(wanted) {}

  PipelineYaml of_run(std::int64_t run_id) {
    if (wanted_.branch) {
      throw ToolError("`branch` goes with pipeline_id: a run has its own branch.",
                      ADOMCP_INVALID_ARGUMENT);
    }
    call_.note("run_id", run_id);
    build_ = build_or_throw(call_.send({.path = build_path(run_id), .max_bytes = kAnswerBytes}));
    const Json& definition = sdk::member(build_, "definition");
    pipeline_ = sdk::id_and_name(definition);
    if (read_own_logs(run_id)) return finished();
    ask_for_definition(pipeline_.id);
    if (is_classic()) return classic(pipeline_.id);
    notes_.push_back(
        "The expanded YAML of this run is not kept: this is the file it began with, "
        "templates not filled in.");
    read_file(sdk::raw_text_of(build_, "sourceVersion"));
    return finished();
  }

  PipelineYaml of_pipeline(std::int64_t pipeline_id) {
    call_.note("pipeline_id", pipeline_id);
    ask_for_definition(pipeline_id);
    if (is_classic()) return classic(pipeline_id);
    const std::string asked = sdk::branch_argument(wanted_.branch);
    const std::string branch =
        asked.empty() ? sdk::raw_text_of(repository(), "defaultBranch") : asked;
    if (find_run(pipeline_id, branch) && read_own_logs(sdk::integer_of(build_, "id"))) {
      notes_.push_back(
          "As its last run on the branch had it. For what would run now, use "
          "trigger_pipeline_run with dry_run, where that is allowed.");
      return finished();
    }
    notes_.push_back(
        "No run on this branch has its expanded YAML: this is the file alone, "
        "templates not filled in. trigger_pipeline_run with dry_run expands it, where "
        "that is allowed.");
    build_ = nullptr;
    read_file(branch);
    return finished();
  }

 private:
  void ask_for_definition(std::int64_t id) {
    definition_ =
        call_.send({.path = "build/definitions/" + std::to_string(id), .max_bytes = kAnswerBytes})
            .json();
    pipeline_ = sdk::id_and_name(definition_);
  }

  const Json& repository() const { return sdk::member(definition_, "repository"); }

  bool is_classic() const {
    return sdk::integer_of(sdk::member(definition_, "process"), "type") == kClassic;
  }

  /// The last run on the branch that has begun.
  bool find_run(std::int64_t pipeline_id, const std::string& branch) {
    sdk::Query query;
    query.add("definitions", pipeline_id).add_if("branchName", std::string_view(branch));
    query.add("statusFilter", "completed,inProgress,cancelling").add("$top", 1);
    query.add("queryOrder", "queueTimeDescending");
    const AdoResponse response =
        call_.send({.path = "build/builds", .query = query.text(), .max_bytes = kAnswerBytes});
    const Json list = response.json();
    if (sdk::list_of(list).empty()) return false;
    build_ = sdk::list_of(list).front();
    return sdk::integer_of(build_, "id") > 0;
  }

  bool read_own_logs(std::int64_t run_id) {
    std::array<YamlLog, 2> logs{YamlLog(wanted_.from_line), YamlLog(wanted_.from_line)};
    std::vector<AdoRequest> requests;
    for (std::size_t i = 0; i < logs.size(); ++i) {
      AdoRequest request{.path = build_path(run_id) + "/logs/" + std::to_string(kOwnLogs[i]),
                         .accept = "text/plain",
                         .max_bytes = kYamlBytes};
      YamlLog* const log = &logs[i];
      request.on_chunk = [log](std::string_view piece) { return log->feed(piece); };
      requests.push_back(std::move(request));
    }
    const auto answers = call_.send_all(requests);
    for (std::size_t i = 0; i < logs.size(); ++i) {
      if (answers[i].ok() && logs[i].is_yaml()) {
        chosen_ = logs[i].finish(!answers[i].truncated);
        expanded_ = true;
        return true;
      }
      if (!answers[i].ok() && answers[i].status != ADOMCP_NOT_FOUND) {
        notes_.push_back("Log " + std::to_string(kOwnLogs[i]) + " of run " +
                         std::to_string(run_id) +
                         " could not be read: " + sdk::safe_text(answers[i].error, 300));
      }
    }
    return false;
  }

  /// Whatever holds the repository, Azure DevOps reads its files for the project.
  void read_file(const std::string& version) {
    const std::string type = sdk::raw_text_of(repository(), "type");
    const std::string path = sdk::raw_text_of(sdk::member(definition_, "process"), "yamlFilename");
    if (type.empty() || path.empty()) {
      throw ToolError(
          "Azure DevOps does not say in which file the pipeline's YAML is: its page, `url` in "
          "list_pipelines, may show it.");
    }
    sdk::Query query;
    query.add_if("serviceEndpointId",
                 sdk::raw_text_of(sdk::member(repository(), "properties"), "connectedServiceId"));
    query.add("repository", sdk::raw_text_of(repository(), "id"));
    query.add_if("commitOrBranch", std::string_view(sdk::short_branch(version)));
    query.add("path", path);
    TextWindow window({wanted_.from_line, 0}, kTextBytes);
    AdoRequest request{.path = "sourceProviders/" + sdk::percent_encode(type) + "/filecontents",
                       .query = query.text(),
                       .accept = "text/plain",
                       .max_bytes = kYamlBytes};
    request.on_chunk = [&window](std::string_view piece) { return window.feed(piece); };
    const AdoResponse response = call_.send(request);
    if (!response.ok()) refuse_file(response, path, version);
    if (window.is_binary())
      throw ToolError("The pipeline's YAML file is no text that can be read.");
    chosen_ = window.finish(!response.truncated);
    file_ = YamlFile{sdk::safe_text(path, 300), sdk::safe_text_of(repository(), "name"),
                     sdk::short_branch(sdk::safe_text(version, 300))};
  }

  [[noreturn]] static void refuse_file(const AdoResponse& response, const std::string& path,
                                       const std::string& version) {
    throw ToolError("Neither the expanded YAML is there nor could the file " +
                        sdk::quoted(path, 200) + " at " + sdk::quoted(version, 200) +
                        " be read: " + sdk::safe_text(response.error, 300),
                    response.status);
  }

  PipelineYaml classic(std::int64_t id) {
    const Json answer = call_
                            .send({.path = "build/definitions/" + std::to_string(id) + "/yaml",
                                   .max_bytes = kYamlBytes})
                            .json();
    TextWindow window({wanted_.from_line, 0}, kTextBytes);
    window.feed(sdk::raw_text_of(answer, "yaml"));
    chosen_ = window.finish(true);
    notes_.push_back(
        std::string("A classic pipeline without a YAML file: this is Azure DevOps' translation") +
        (build_.is_object() ? " of it as it is now; it may have changed since this run." : "."));
    return finished();
  }

  PipelineYaml finished() {
    PipelineYaml out{};
    out.pipeline = pipeline_;
    if (pipeline_.name) call_.note("pipeline_name", *pipeline_.name);
    out.expanded = expanded_;
    if (build_.is_object()) out.run = run_of(build_);
    out.file = std::move(file_);
    out.yaml = chosen_.text;
    out.lines = told(chosen_);
    if (chosen_.next_line) out.truncated = true;
    if (chosen_.to_line < chosen_.from_line) {
      out.lines.reset();
      if (chosen_.lines) {
        notes_.push_back("There is no such line: it has " + std::to_string(*chosen_.lines) +
                         (chosen_.lines == 1 ? " line." : " lines."));
      }
    }
    if (!notes_.empty()) out.notes = std::move(notes_);
    return out;
  }

  Call& call_;
  const YamlWanted& wanted_;
  Json build_;  ///< null: it is of no run
  Json definition_;
  IdAndName pipeline_{};
  Chosen chosen_;
  bool expanded_ = false;
  std::optional<YamlFile> file_;
  std::vector<std::string> notes_;
};

}  // namespace

PipelineYaml get_pipeline_yaml(Call& call, const YamlWanted& wanted) {
  YamlReader reader(call, wanted);
  if (wanted.run_id) return reader.of_run(*wanted.run_id);
  return reader.of_pipeline(wanted.pipeline_id.value_or(0));
}

}  // namespace adomcp::pipelines
