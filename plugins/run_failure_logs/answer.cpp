#include "answer.h"

#include <adomcp/azure.hpp>
#include <adomcp/redact.hpp>
#include <algorithm>
#include <string>
#include <utility>

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMaxFailures = 12;
constexpr std::size_t kMaxDownstream = 20;
constexpr std::size_t kMaxTests = 20;
constexpr std::size_t kMaxCommits = 15;
constexpr std::size_t kMaxNotes = 12;
constexpr std::size_t kNameBytes = 200;
constexpr std::size_t kMessageBytes = 600;
constexpr std::size_t kReserve = 400;  // for hints added last

std::string name_of(const Json& object, const char* key) {
  return sdk::name_of(object, key, kNameBytes);
}

std::size_t size_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace).size();
}

Json run_of(const Json& build) {
  const Json& definition = sdk::member(build, "definition");
  Json pipeline = {{"id", sdk::integer_of(definition, "id")}};
  sdk::put(pipeline, "name", name_of(definition, "name"));
  Json run = {{"id", sdk::integer_of(build, "id")}, {"pipeline", std::move(pipeline)}};
  sdk::put(run, "number", name_of(build, "buildNumber"));
  sdk::put(run, "status", name_of(build, "status"));
  const std::string result = name_of(build, "result");
  if (result != "none") sdk::put(run, "result", result);
  sdk::put(run, "branch", sdk::short_branch(name_of(build, "sourceBranch")));
  sdk::put(run, "commit", name_of(build, "sourceVersion"));
  sdk::put(run, "requested_for", name_of(sdk::member(build, "requestedFor"), "displayName"));
  if (sdk::iequals(result, "canceled")) {
    sdk::put(run, "last_changed_by", name_of(sdk::member(build, "lastChangedBy"), "displayName"));
  }
  const std::string finished = sdk::text_of(build, "finishTime");
  sdk::put_time(run, "finished", finished);
  sdk::put_duration(run, sdk::text_of(build, "startTime"), finished);
  sdk::put(run, "url", sdk::web_link(build));
  return run;
}

Json failure_of(const RootCause& cause) {
  Json out = {{"attempt", cause.attempt}, {"kind", to_string(cause.kind)}, {"truncated", false}};
  sdk::put(out, "stage", sdk::safe_text(cause.stage, kNameBytes));
  sdk::put(out, "job", sdk::safe_text(cause.job, kNameBytes));
  sdk::put(out, "task", sdk::safe_text(cause.task, kNameBytes));
  if (cause.log_id > 0) out["log_id"] = cause.log_id;
  Json messages = Json::array();
  for (const std::string& message : cause.messages) {
    messages.push_back(sdk::safe_text(message, kMessageBytes));
  }
  out["messages"] = std::move(messages);
  out["evidence"] = Json::array();
  return out;
}

Json downstream_of(const Downstream& entry) {
  Json out = Json::object();
  sdk::put(out, "stage", sdk::safe_text(entry.stage, kNameBytes));
  sdk::put(out, "job", sdk::safe_text(entry.job, kNameBytes));
  sdk::put(out, "task", sdk::safe_text(entry.task, kNameBytes));
  sdk::put(out, "reason", sdk::safe_text(entry.reason, kMessageBytes));
  return out;
}

Json test_of(const Json& shallow, const Json& details) {
  std::string name = sdk::text_of(shallow, "automatedTestName");
  if (name.empty()) name = sdk::text_of(shallow, "testCaseTitle");
  Json out = {{"name", sdk::safe_text(name, 300)}};
  for (const Json& detail : details) {
    const bool same_run = sdk::text_of(sdk::member(detail, "testRun"), "id").empty() ||
                          sdk::text_of(sdk::member(detail, "testRun"), "id") ==
                              std::to_string(sdk::integer_of(shallow, "runId"));
    if (!same_run || sdk::integer_of(detail, "id") != sdk::integer_of(shallow, "id")) continue;
    sdk::put(out, "message", sdk::safe_text(sdk::text_of(detail, "errorMessage"), kMessageBytes));
    sdk::put(out, "stack", sdk::safe_text(sdk::text_of(detail, "stackTrace"), 800));
    break;
  }
  return out;
}

Json commit_of(const Json& change) {
  Json out = Json::object();
  sdk::put(out, "id", name_of(change, "id"));
  sdk::put(out, "author", name_of(sdk::member(change, "author"), "displayName"));
  const std::string message = sdk::text_of(change, "message");
  sdk::put(out, "message", sdk::safe_text(message.substr(0, message.find('\n')), kNameBytes));
  sdk::put_time(out, "time", sdk::text_of(change, "timestamp"));
  return out;
}

/// Builds the answer part by part, each within its share.
class Composer {
 public:
  Composer(const Gathered& gathered, const Sections& sections, std::size_t max_bytes)
      : in_(gathered), sections_(sections), max_(max_bytes) {}

  Json run() {
    out_ = {{"run", run_of(in_.build)},
            {"cause", nullptr},
            {"failures", Json::array()},
            {"downstream", Json::array()},
            {"failed_tests", Json::array()},
            {"commits_since", Json::array()},
            {"truncated", false},
            {"next", Json::array()}};
    add_failures();
    add_downstream();
    if (sections_.tests) add_tests();
    if (sections_.last_good_run && !in_.last_good.is_null()) {
      out_["last_good_run"] = run_of(in_.last_good);
    }
    if (sections_.changes) {
      add_list("commits_since", in_.changes, kMaxCommits, max_ / 8, commit_of);
    }
    add_notes();
    if (sections_.logs) add_evidence();
    add_cause();
    add_hints();
    fit();
    return std::move(out_);
  }

 private:
  /// Adds what fits of a list and marks the answer when something didn't.
  template <typename List, typename Make>
  void add_list(const char* key, const List& items, std::size_t most, std::size_t bytes,
                const Make& make) {
    for (const auto& item : items) {
      Json one = make(item);
      const std::size_t size = size_of(one) + 1;
      if (out_[key].size() == most || size > bytes) {
        cut_ = true;
        return;
      }
      bytes -= size;
      out_[key].push_back(std::move(one));
    }
  }

  void add_failures() {
    add_list("failures", in_.analysis.roots, kMaxFailures, max_ / 2, failure_of);
    for (std::size_t i = 0; i < out_["failures"].size(); ++i) {
      const RootCause& cause = in_.analysis.roots[i];
      const LogRead* log = in_.log(cause.log_id);
      if (log != nullptr && log->complete) out_["failures"][i]["log_lines"] = log->scanner->lines();
    }
  }

  void add_downstream() {
    add_list("downstream", in_.analysis.downstream, kMaxDownstream, max_ / 8, downstream_of);
  }

  void add_tests() {
    add_list("failed_tests", in_.failed_tests, kMaxTests, max_ / 4,
             [this](const Json& test) { return test_of(test, in_.test_details); });
    if (!in_.failed_tests.empty()) out_["failed_tests_count"] = in_.failed_tests.size();
  }

  void add_notes() {
    if (in_.notes.empty()) return;
    out_["notes"] = Json::array();
    add_list("notes", in_.notes, kMaxNotes, max_ / 8,
             [](const std::string& note) { return Json(note); });
  }

  /// Equal shares of what is left; what one failure doesn't need goes on to the next.
  void add_evidence() {
    Json& failures = out_["failures"];
    std::size_t left = failures.size();
    for (std::size_t i = 0; i < failures.size(); ++i, --left) {
      const LogRead* log = in_.log(in_.analysis.roots[i].log_id);
      if (log == nullptr || !log->read) continue;
      const std::size_t used = size_of(out_) + kReserve;
      if (used >= max_) break;
      const Evidence evidence = log->scanner->evidence((max_ - used) / left);
      for (const EvidenceLine& line : evidence.lines) {
        failures[i]["evidence"].push_back({{"line", line.line}, {"text", line.text}});
      }
      failures[i]["truncated"] = evidence.truncated || !log->complete;
      cut_ = cut_ || evidence.truncated;
    }
  }

  /// One sentence, only where one root cause has one clear reason.
  void add_cause() {
    if (in_.analysis.roots.size() != 1 || in_.is_running()) return;
    const RootCause& cause = in_.analysis.roots.front();
    std::string reason;
    for (const std::string& message : cause.messages) {
      if (reason.empty() && !is_generic_message(message)) reason = message;
    }
    const LogRead* log = in_.log(cause.log_id);
    const bool clear = log != nullptr && log->scanner->best_score() >= kSpecific;
    if (clear && (reason.empty() || classify(reason).score < kSpecific) &&
        cause.kind == Kind::kError) {
      reason = log->scanner->best()->text;
    }
    if (reason.empty()) return;
    std::string where = cause.task.empty() ? "" : "Task '" + cause.task + "'";
    if (!cause.job.empty()) where += (where.empty() ? "Job '" : " in job '") + cause.job + "'";
    if (!cause.stage.empty()) {
      where += (where.empty() ? "Stage '" : " of stage '") + cause.stage + "'";
    }
    if (where.empty()) where = "The run";
    const char* verb = cause.kind == Kind::kCanceled ? " was canceled: " : " failed: ";
    out_["cause"] = sdk::safe_text(where + verb + std::string(sdk::trim(reason)), kMessageBytes);
  }

  void hint(const std::string& text) { out_["next"].push_back(text); }

  void add_hints() {
    const std::string result = sdk::text_of(in_.build, "result");
    const std::string status = sdk::text_of(in_.build, "status");
    if (in_.is_running()) {
      hint("The run is not finished (" + name_of(in_.build, "status") +
           (in_.analysis.roots.empty() ? "): nothing has failed so far."
                                       : "): this is what failed so far.") +
           " Call again when it is done.");
    } else if (sdk::iequals(result, "succeeded")) {
      hint(
          "The run succeeded: there is nothing to explain. Find failed runs with "
          "list_pipeline_runs and result \"failed\".");
    } else if (sdk::iequals(result, "partiallySucceeded")) {
      hint("The run partially succeeded: these tasks failed but were set to continue.");
    } else if (sdk::iequals(result, "canceled")) {
      hint(
          "The run was canceled; run.last_changed_by is usually who did it. What ended by itself "
          "before that is under failures with kind error, timeout or infrastructure.");
    } else if (in_.analysis.roots.empty()) {
      hint(
          "No failed stage, job or task is recorded for this run. Open run.url, or compare with "
          "other runs of list_pipeline_runs.");
    }
  }

  void add_size_hint() {
    if (!cut_) return;
    out_["truncated"] = true;
    hint(max_ < kMaxBytes ? "More was found than fits: call again with max_bytes " +
                                std::to_string(kMaxBytes) + "."
                          : "More was found than fits: leave sections out with `include`.");
  }

  /// Drops the least useful until the answer fits. The shares make this rare.
  void fit() {
    add_size_hint();
    while (size_of(out_) > max_) {
      if (!out_["truncated"].get<bool>()) {
        cut_ = true;
        add_size_hint();
      }
      if (!drop_one()) return;
    }
  }

  bool drop_one() {
    for (const char* key : {"commits_since", "downstream", "failed_tests"}) {
      if (out_[key].empty()) continue;
      out_[key].erase(out_[key].size() - 1);
      return true;
    }
    for (const char* key : {"evidence", "messages"}) {
      for (auto failure = out_["failures"].rbegin(); failure != out_["failures"].rend();
           ++failure) {
        Json& list = (*failure)[key];
        if (list.empty()) continue;
        list.erase(list.size() - 1);
        (*failure)["truncated"] = true;
        return true;
      }
    }
    if (out_.contains("notes")) return out_.erase("notes") > 0;
    if (out_["failures"].size() <= 1) return false;
    out_["failures"].erase(out_["failures"].size() - 1);
    return true;
  }

  const Gathered& in_;
  const Sections& sections_;
  const std::size_t max_;
  Json out_;
  bool cut_ = false;
};

}  // namespace

nlohmann::json compose(const Gathered& gathered, const Sections& sections, std::size_t max_bytes) {
  return Composer(gathered, sections, max_bytes).run();
}

}  // namespace adomcp::failure_logs
