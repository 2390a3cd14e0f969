#include "hints.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <algorithm>
#include <string>

#include "answer.h"
#include "shared/gone.h"

namespace adomcp::failure_logs {

namespace {

using shared::deletion_sentence;
using shared::no_timeline_sentence;

constexpr std::size_t kMaxWaiting = 3;
constexpr std::size_t kNameBytes = 100;

std::string plural(std::size_t count, const char* one) {
  return std::to_string(count) + ' ' + one + (count == 1 ? "" : "s");
}

std::string in_progress(const Gathered& in) {
  const std::string out =
      "The run is not finished (" + sdk::safe_text_of(in.build, "status", kNameBytes) + ")";
  if (!in.analysis.roots.empty()) {
    return out + ": this is what failed so far. Call again when it is done.";
  }
  switch (in.timeline) {
    case TimelineState::kFailed:
      return out + ", and its timeline could not be read: see notes, and call again.";
    case TimelineState::kNone:
    case TimelineState::kGone:
      return out + ", and has no timeline yet (stages, jobs, tasks). Call again later.";
    case TimelineState::kRead:
      break;
  }
  return out + ": nothing has failed so far. Call again when it is done.";
}

std::string canceled(const Gathered& in) {
  std::string out = "The run was canceled; run.last_changed_by is usually who did it.";
  const std::vector<RootCause>& roots = in.analysis.roots;
  if (roots.empty() && in.timeline != TimelineState::kRead) {
    return out + ' ' + no_timeline_sentence(in.timeline, in.build);
  }
  const bool more = std::any_of(roots.begin(), roots.end(),
                                [](const RootCause& root) { return root.kind != Kind::kCanceled; });
  if (!more) return out;
  return out +
         " What ended by itself before that is under failures with kind error, timeout or "
         "infrastructure.";
}

/// About the run as a whole; empty for one that failed and says where.
std::string about_run(const Gathered& in) {
  const std::string result = sdk::raw_text_of(in.build, "result");
  if (std::string deletion = deletion_sentence(in.build, !in.analysis.roots.empty());
      !deletion.empty())
    return deletion;
  if (in.is_running()) return in_progress(in);
  if (sdk::iequals(result, "succeeded")) {
    return "The run succeeded: there is nothing to explain. Find failed runs with "
           "list_pipeline_runs and result \"failed\".";
  }
  const bool told = in.timeline == TimelineState::kRead || !in.analysis.roots.empty();
  if (!told && !sdk::iequals(result, "canceled")) {
    return no_timeline_sentence(in.timeline, in.build);
  }
  if (sdk::iequals(result, "partiallySucceeded")) {
    return in.analysis.roots.empty()
               ? "The run partially succeeded, but no failed task is recorded for it: there may "
                 "only be warnings. Open run.url."
               : "The run partially succeeded: these tasks failed but were set to continue.";
  }
  if (sdk::iequals(result, "canceled")) return canceled(in);
  if (in.analysis.roots.empty()) {
    return "No failed stage, job or task is recorded for this run. Open run.url, or compare with "
           "other runs of list_pipeline_runs.";
  }
  return {};
}

std::string about_waiting(const Waiting& waiting) {
  const std::string since =
      sdk::parse_time(waiting.since) ? " since " + sdk::safe_text(waiting.since, 40) : "";
  const std::string stage = sdk::quoted(waiting.stage, kNameBytes, '\'');
  return (waiting.stage.empty() ? "The run" : "Stage " + stage) +
         " waits for: " + sdk::safe_text(waiting.what, 2 * kNameBytes) + since +
         (waiting.what.find("exclusive lock") == 0 ? ". It goes on when that is free."
          : waiting.what.find("approval") == 0 || waiting.what.find("permission") == 0
              ? ". It can be decided at run.url."
              : ". It goes on when that has passed: see run.url.");
}

std::string about_unread(const Gathered& in, const Shown& shown) {
  const RootCause& cause = *shown.unread_cause;
  const std::string& name = cause.job.empty() ? cause.task : cause.job;
  return "The logs of " + std::to_string(shown.unread) + " of " +
         plural(in.analysis.roots.size(), "failure") + " were not read: one call reads a few" +
         (shown.twin ? ", and those that were read say why" : "") + ". Call again with log_id " +
         std::to_string(cause.log_id) +
         (name.empty() ? "" : " for " + sdk::quoted(name, kNameBytes, '\'')) +
         ", or with another failure's log_id.";
}

/// Its note says why.
bool any_failed_log(const Gathered& in) {
  return std::any_of(in.logs.begin(), in.logs.end(),
                     [](const LogRead& log) { return !log.read && !log.gone; });
}

std::string about_busy(std::int64_t log_id) {
  return "Azure DevOps could not give a log just now (see notes): call again, with log_id " +
         std::to_string(log_id) + " for that one alone.";
}

}  // namespace

std::vector<std::string> hints_for(const Gathered& in, const Shown& shown, std::size_t max_bytes) {
  std::vector<std::string> out;
  const std::string run = about_run(in);
  if (!run.empty()) out.push_back(run);
  const std::vector<Waiting>& waiting = in.analysis.waiting;
  std::size_t bytes = max_bytes / 8;
  for (std::size_t i = 0; i < std::min(waiting.size(), kMaxWaiting); ++i) {
    std::string sentence = about_waiting(waiting[i]);
    if (i > 0 && sentence.size() > bytes) break;
    bytes -= std::min(bytes, sentence.size());
    out.push_back(std::move(sentence));
  }
  if (shown.busy_log > 0) {
    out.push_back(about_busy(shown.busy_log));
  } else if (any_failed_log(in)) {
    out.push_back("A log could not be read: notes say why.");
  }
  if (shown.unread > 0) out.push_back(about_unread(in, shown));
  const std::size_t hidden = in.analysis.roots.size() - shown.shown;
  if (shown.full && max_bytes + kNoticeBytes < kMaxBytes) {
    out.push_back("More was found than fits: call again with max_bytes " +
                  std::to_string(kMaxBytes) + ".");
  } else if (shown.full) {
    out.push_back("More was found than fits: leave sections out with `include`.");
  } else if (hidden > 0) {
    out.push_back(plural(hidden, "failure") + " of other causes are not listed: see run.url.");
  } else if (shown.cut && shown.unread == 0 && !any_failed_log(in)) {
    out.push_back("Lists or logs were cut at their longest: the rest is at run.url.");
  }
  return out;
}

}  // namespace adomcp::failure_logs
