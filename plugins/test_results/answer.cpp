#include "answer.h"

#include <adomcp/azure.hpp>
#include <adomcp/plugin.hpp>
#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace adomcp::test_results {

namespace {

constexpr std::size_t kFrameBytes = 200;

/// How much of each text is told; from the most to the least.
struct Measure {
  std::size_t frames, message, frame;
};
constexpr std::array<Measure, 6> kMeasures{{{6, 600, kFrameBytes},
                                            {4, 400, kFrameBytes},
                                            {2, 300, 160},
                                            {1, 200, 120},
                                            {0, 160, 0},
                                            {0, 100, 0}}};

std::vector<std::string> frames_of(std::string_view stack, const Measure& measure) {
  std::vector<std::string> out;
  while (!stack.empty() && out.size() < measure.frames) {
    const std::size_t end = stack.find('\n');
    const std::string_view line = sdk::trim(stack.substr(0, end));
    if (!line.empty()) out.push_back(sdk::shorten(line, measure.frame));
    stack.remove_prefix(end == std::string_view::npos ? stack.size() : end + 1);
  }
  return out;
}

told::Run run_of(const Json& build) {
  told::Run run{};
  run.id = sdk::integer_of(build, "id");
  run.number = sdk::safe_text_of(build, "buildNumber");
  run.pipeline = sdk::id_and_name(sdk::member(build, "definition"));
  run.status = sdk::safe_text_of(build, "status");
  const std::string result = sdk::safe_text_of(build, "result");
  if (result != "none") run.result = result;
  run.branch = sdk::short_branch(sdk::safe_text_of(build, "sourceBranch"));
  run.finished = sdk::raw_text_of(build, "finishTime");
  run.url = sdk::web_link(build);
  return run;
}

told::FailedTest test_of(const Failed& test, const Measure& measure) {
  told::FailedTest out{};
  out.name = test.name;
  out.title = test.title;
  out.suite = test.suite;
  out.test_run_id = test.test_run_id;
  out.result_id = test.result_id;
  out.stage = test.stage;
  out.job = test.job;
  if (test.attempt > 0) out.attempt = test.attempt;
  if (test.results > 1) out.results = test.results;
  if (test.rerun) out.rerun = true;
  out.duration_seconds = test.duration_seconds;
  out.message = sdk::shorten(test.message, measure.message);
  std::vector<std::string> frames = frames_of(test.stack, measure);
  if (!frames.empty()) out.stack = std::move(frames);
  return out;
}

void put_history(const Gathered& gathered, std::size_t index, told::FailedTest& out) {
  if (gathered.history.empty()) return;
  Told told = history_of(gathered.history, index);
  out.history = told.history;
  out.first_seen = std::move(told.first_seen);
  out.last_passed = std::move(told.last_passed);
  out.broken_since = std::move(told.broken_since);
}

/// The message of a group stands with the group alone.
void put_groups(const std::vector<std::size_t>& groups, told::FailedTests& out) {
  std::vector<told::MessageGroup> found;
  for (std::size_t i = 0; i < out.tests.size(); ++i) {
    const std::size_t number = groups[i];
    if (number == 0) continue;
    told::FailedTest& test = out.tests[i];
    test.same_message = static_cast<std::int64_t>(number);
    if (number > found.size()) {
      found.push_back({*test.same_message, std::count(groups.begin(), groups.end(), number),
                       test.message.value_or("")});
    }
    test.message.reset();
  }
  if (!found.empty()) out.same_messages = std::move(found);
}

/// Runs of which nothing was read are none of them.
told::HistoryOf runs_of(const Gathered& gathered) {
  told::HistoryOf out{gathered.same_branch ? "same" : "all", 0, std::nullopt, std::nullopt};
  for (const RunTests& run : gathered.history) {
    if (run.read == Read::kNothing) continue;
    if (++out.runs == 1) out.oldest = run.at;
  }
  if (gathered.unread > 0) out.unread = gathered.unread;
  return out;
}

told::FailedTests told_with(const Gathered& gathered, const Measure& measure, std::size_t tests) {
  told::FailedTests out{};
  out.run = run_of(gathered.build);
  out.failed_total = gathered.failed_total;
  for (std::size_t i = 0; i < tests; ++i) {
    out.tests.push_back(test_of(gathered.tests[i], measure));
    put_history(gathered, i, out.tests.back());
  }
  put_groups(same_messages(gathered.tests), out);
  if (!gathered.history.empty()) out.history_of = runs_of(gathered);
  std::vector<std::string> notes = gathered.notes;
  const std::string missing = without_details(gathered.tests, tests);
  if (!missing.empty()) notes.push_back("Messages were not read of " + missing + ".");
  if (gathered.more) notes.push_back("More tests failed than Azure DevOps gave in one page.");
  if (tests < gathered.tests.size()) {
    out.truncated = true;
    notes.push_back(std::to_string(gathered.tests.size() - tests) +
                    " tests were left out to keep the answer short: `name` asks for some alone.");
  }
  if (!notes.empty()) out.notes = std::move(notes);
  return out;
}

}  // namespace

told::FailedTests compose(const Gathered& gathered, std::size_t max_bytes) {
  const auto fits = [max_bytes](const told::FailedTests& told) {
    return sdk::json_text(json_of(told)).size() <= max_bytes;
  };
  for (const Measure& measure : kMeasures) {
    told::FailedTests told = told_with(gathered, measure, gathered.tests.size());
    if (!fits(told)) continue;
    if (measure.message < kMeasures.front().message) told.truncated = true;
    return told;
  }
  for (std::size_t tests = gathered.tests.size(); tests > 0;) {
    tests = tests > 4 ? tests * 4 / 5 : tests - 1;
    told::FailedTests told = told_with(gathered, kMeasures.back(), tests);
    if (fits(told)) return told;
  }
  return told_with(gathered, kMeasures.back(), 0);
}

}  // namespace adomcp::test_results
