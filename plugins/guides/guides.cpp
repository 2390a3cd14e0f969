// Prompts that tell a model which tools to use in which order: triage_run, release_check.
#include <adomcp/azure.hpp>
#include <adomcp/completion.hpp>
#include <adomcp/plugin.hpp>
#include <adomcp/prompts.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "guide_words.h"

namespace {

using adomcp::Call;
using adomcp::Completion;
using adomcp::CompletionRequest;
using adomcp::Json;
using adomcp::Messages;
namespace guides = adomcp::guides;
namespace sdk = adomcp::sdk;

constexpr std::uint64_t kListBytes = 4U << 20U;
constexpr std::int64_t kRunsLookedAt = 50;
constexpr std::int64_t kNamesLookedAt = 100;

constexpr std::string_view kTriageArguments = R"([
  {"name": "run", "title": "Run", "description": "The run's id; this or a link must be there"},
  {"name": "run_url", "title": "Link", "description": "A link to the run"},
  {"name": "project", "title": "Project", "description": "Default: the link's, else the first allowed project"}])";
constexpr std::string_view kReleaseArguments = R"([
  {"name": "pipeline", "title": "Pipeline", "description": "Name or id; this or environment must be there"},
  {"name": "environment", "title": "Environment", "description": "Name of the environment to deploy to"},
  {"name": "branch", "title": "Branch", "description": "Default: the pipeline's default branch"},
  {"name": "project", "title": "Project", "description": "Default: the first allowed project"}])";

std::string trimmed(const Call& call, const char* argument) {
  return std::string(sdk::trim(call.text(argument)));
}

Messages triage_run(Call& call) {
  const guides::RunName run = guides::run_name(call.text("run"), call.text("run_url"));
  call.note("run_id", run.id);
  return Messages()
      .user(guides::triage_words(run, trimmed(call, "project")))
      .describe("Why run " + std::to_string(run.id) + " failed");
}

Messages release_check(Call& call) {
  return Messages()
      .user(guides::release_words({trimmed(call, "pipeline"), trimmed(call, "environment"),
                                   trimmed(call, "branch"), trimmed(call, "project")}))
      .describe("How a release stands");
}

bool begins_with(std::string_view text, std::string_view typed) {
  return text.size() >= typed.size() && sdk::iequals(text.substr(0, typed.size()), typed);
}

Json list(Call& call, std::string path, const sdk::Query& query) {
  return call.send({.path = std::move(path), .query = query.text(), .max_bytes = kListBytes})
      .json();
}

/// Names as they are; those that hold what can't be seen are left for people to type.
Completion names(const Json& answer, std::string_view typed) {
  std::vector<std::string> found;
  for (const Json& one : sdk::list_of(answer)) {
    std::string name = sdk::raw_text_of(one, "name");
    if (!name.empty() && guides::is_name(name) && begins_with(name, typed))
      found.push_back(std::move(name));
  }
  return adomcp::completion(std::move(found));
}

Completion failed_runs(Call& call, std::string_view typed) {
  sdk::Query query;
  query.add("resultFilter", "failed")
      .add("statusFilter", "completed")
      .add("queryOrder", "finishTimeDescending")
      .add("$top", kRunsLookedAt);
  const Json answer = list(call, "build/builds", query);
  std::vector<std::string> found;
  for (const Json& one : sdk::list_of(answer)) {
    std::string id = std::to_string(sdk::integer_of(one, "id"));
    if (begins_with(id, typed)) found.push_back(std::move(id));
  }
  return adomcp::completion(std::move(found));
}

Completion complete_triage(Call& call, const CompletionRequest& typed) {
  constexpr std::string_view kDigits = "0123456789";
  const bool is_number = typed.value.find_first_not_of(kDigits) == std::string::npos;
  constexpr std::size_t kMostDigits = 10;  // of a run's id
  if (typed.argument != "run" || !is_number || typed.value.size() > kMostDigits) return {};
  return failed_runs(call, typed.value);
}

Completion complete_release(Call& call, const CompletionRequest& typed) {
  if (!guides::is_name(typed.value)) return {};  // nothing is called so
  sdk::Query query;
  query.add("$top", kNamesLookedAt);
  if (typed.argument == "pipeline") {
    if (typed.value.find('*') != std::string::npos) return {};
    query.add_if("name", typed.value.empty() ? std::string() : typed.value + "*");
    return names(list(call, "build/definitions", query), typed.value);
  }
  if (typed.argument != "environment") return {};
  query.add("api-version", "7.2-preview.1");
  return names(list(call, "pipelines/environments", query), typed.value);
}

void declare(adomcp::Start& start) {
  start.add(adomcp::prompt<triage_run>("triage_run", "Why did this run fail?",
                                       "Finds out why a run of a pipeline failed, step by step.",
                                       kTriageArguments));
  start.add(adomcp::prompt_completer<complete_triage>("triage_run"));
  start.add(adomcp::prompt<release_check>(
      "release_check", "Can this be released?",
      "Tells what is deployed, what would come, and what stands in its way.", kReleaseArguments));
  start.add(adomcp::prompt_completer<complete_release>("release_check"));
}

}  // namespace

ADOMCP_PLUGIN_WITH("guides", "0.1.0", adomcp::kNoTools, declare)
