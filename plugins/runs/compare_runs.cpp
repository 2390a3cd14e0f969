#include "compare_runs.h"

#include <adomcp/azure.hpp>
#include <adomcp/content.hpp>
#include <adomcp/quoted.hpp>
#include <algorithm>
#include <array>
#include <utility>

namespace adomcp::runs {

namespace {

constexpr std::size_t kMostNotes = 8;

/// How much is told.
struct Step {
  std::size_t commits, rows, text;
};
constexpr std::array kSteps = {Step{25, 25, 200}, Step{15, 15, 150}, Step{10, 10, 100},
                               Step{6, 6, 80},    Step{3, 4, 50},    Step{1, 2, 30}};

std::int64_t revision_of(const Reading& run) {
  return sdk::integer_of(sdk::member(run.found.build, "definition"), "revision");
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

std::vector<told::Commit> commits_of(const Json& changes, const Step& step, Names& names) {
  std::vector<told::Commit> out;
  for (const Json& change : sdk::list_of(changes)) {
    if (out.size() == step.commits) break;
    told::Commit one{};
    one.id = sdk::safe_text_of(change, "id", 64);
    one.message = names.clean(first_line(sdk::raw_text_of(change, "message")), step.text);
    one.author =
        names.clean(sdk::raw_text_of(sdk::member(change, "author"), "displayName"), step.text);
    one.time = sdk::raw_text_of(change, "timestamp");
    out.push_back(std::move(one));
  }
  return out;
}

template <typename T>
std::vector<T> first_of(std::vector<T> list, std::size_t most, bool& cut) {
  if (list.size() <= most) return list;
  cut = true;
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(most), list.end());
  return list;
}

/// What differs, found once whatever the size of the answer.
struct Found {
  Inputs run, other;
  std::vector<InputName> inputs;
  std::vector<JobPair> results;
  std::vector<Lasting> durations;
  std::vector<std::string> secrets;

  explicit Found(const Comparison& in)
      : run(inputs_of(in.run.found.build, in.run_api)),
        other(inputs_of(in.other.found.build, in.other_api)),
        inputs(different_inputs(run, other)),
        results(different_results(in.jobs)),
        durations(different_durations(*in.run.tree, *in.other.tree, in.jobs)),
        secrets(secrets_of_both(run, other)) {}

  bool has_input(std::string_view kind) const {
    return std::any_of(inputs.begin(), inputs.end(),
                       [&](const InputName& one) { return one.first == kind; });
  }
};

/// What was looked at and is the same.
std::vector<std::string> unchanged_in(const Comparison& in, const Found& found,
                                      const told::Compared& out) {
  std::vector<std::string> same;
  const auto add = [&same](bool is_same, const char* what) {
    if (is_same) same.emplace_back(what);
  };
  add(out.run.branch == out.other.branch, "branch");
  add(out.run.commit == out.other.commit, "commit");
  add(!out.run_definition_revision && revision_of(in.run) > 0, "pipeline definition revision");
  if (!in.run_api.is_null() && !in.other_api.is_null()) {
    add(!found.has_input("parameter"), "parameters");
    add(!found.has_input("variable"), "variables set when it was queued");
    add(!found.has_input("resource"), "resources");
  }
  if (!in.jobs.empty()) {
    add(found.results.empty(), "results of jobs");
    add(out.machines.empty() && in.images_read, "pools, agents and images");
  }
  return same;
}

std::string secrets_sentence(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 5;
  std::string list;
  for (std::size_t i = 0; i < std::min(kMost, names.size()); ++i) {
    list += (i == 0 ? "" : ", ") + sdk::quoted(names[i], 80);
  }
  return "Whether secret variables have the same values can't be told: " + list +
         (names.size() > kMost ? " and others." : ".");
}

std::string next_of(const Comparison& in) {
  const std::string result = sdk::raw_text_of(in.run.found.build, "result");
  if (!in.run.is_over()) return "The run has not ended: its results and durations may change.";
  return sdk::iequals(result, "failed") ? "get_run_failure_logs tells why it failed." : "";
}

/// The part that is about commits; nothing of it where they could not be had.
void add_commits(const Comparison& in, const Step& step, bool& cut, told::Compared& out) {
  if (!in.changes.is_array() && !sdk::member(in.changes, "value").is_array()) return;
  const std::size_t count = sdk::list_of(in.changes).size();
  out.commits = commits_of(in.changes, step, in.run.names);
  out.commits_count = static_cast<std::int64_t>(count);
  if (in.more_changes) out.commits_more = true;
  cut = cut || count > out.commits->size();
}

Json composed(const Comparison& in, const Found& found, const Step& step, bool cut) {
  const RowBounds bounds{step.rows, step.text, in.run.names};
  told::Compared out{};
  out.run = shared::run_facts_of(in.run.found.build);
  out.other = shared::run_facts_of(in.other.found.build);
  out.other_is = in.other_is;
  if (revision_of(in.run) != revision_of(in.other)) {
    out.run_definition_revision = revision_of(in.run);
    out.other_definition_revision = revision_of(in.other);
  }
  add_commits(in, step, cut, out);
  out.inputs = told_inputs(found.inputs, found.run, found.other, bounds);
  out.machines = first_of(machine_changes(in.machines, in.queues, bounds), step.rows, cut);
  out.results = told_results(found.results, bounds);
  out.durations = told_durations(found.durations, bounds);
  out.unchanged = unchanged_in(in, found, out);
  for (const std::size_t count :
       {found.inputs.size(), found.results.size(), found.durations.size()}) {
    cut = cut || count > step.rows;
  }
  out.truncated = cut;
  std::vector<std::string> notes = in.notes;
  if (!found.secrets.empty()) notes.push_back(secrets_sentence(found.secrets));
  if (notes.size() > kMostNotes) notes.resize(kMostNotes);
  if (!notes.empty()) out.notes = std::move(notes);
  out.next = next_of(in);
  return json_of(out);
}

}  // namespace

Json compose_comparison(const Comparison& in, std::size_t max_bytes,
                        const std::function<void()>& check) {
  const Found found(in);
  Json out;
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    check();
    out = composed(in, found, kSteps.at(i), i > 0);
    if (sdk::json_text(out).size() <= max_bytes) break;
  }
  return out;
}

}  // namespace adomcp::runs
