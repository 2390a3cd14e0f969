#pragma once

#include <adomcp/outputs.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "told_run.h"

// What compose() makes, as it is declared to clients.

namespace adomcp::failure_logs::told {

struct Totals {
  std::int64_t failed, shown, with_log, logs_read;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("failed", &Totals::failed, "Root causes found, equal ones counted each."),
        output::field("shown", &Totals::shown,
                      "Of these, how many are under failures, merged ones counted each."),
        output::field("with_log", &Totals::with_log, "Of all, how many have a log."),
        output::field("logs_read", &Totals::logs_read, "How many logs were read, at most 6."));
  }
};

struct Line {
  std::int64_t line;
  std::string text;

  static constexpr auto fields() {
    return adomcp::fields(output::field("line", &Line::line), output::field("text", &Line::text));
  }
};

struct Failure {
  std::optional<std::string> stage, job, task;
  std::int64_t attempt;
  std::string kind;
  std::vector<std::string> messages;
  std::optional<std::int64_t> count;
  std::optional<std::vector<std::string>> jobs, tasks;
  std::optional<std::vector<std::int64_t>> log_ids;
  std::optional<std::int64_t> log_id;
  std::optional<bool> log_read;
  std::optional<std::int64_t> logs_read;
  std::optional<std::string> log_unread;
  std::optional<std::int64_t> log_lines;
  std::vector<Line> evidence;
  std::optional<bool> sure;
  std::string fingerprint;
  std::optional<std::vector<std::int64_t>> failed_before;
  bool truncated;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("stage", &Failure::stage), output::field("job", &Failure::job),
        output::field("task", &Failure::task), output::field("attempt", &Failure::attempt),
        output::field("kind", &Failure::kind)
            .one_of("error", "timeout", "canceled", "infrastructure"),
        output::field("messages", &Failure::messages, "Error messages of the timeline. Log text."),
        output::field("count", &Failure::count,
                      "How many equal root causes this entry stands for; absent: one."),
        output::field("jobs", &Failure::jobs, "Their jobs, at most 10, the entry's own first."),
        output::field("tasks", &Failure::tasks, "Their tasks where these differ, at most 10."),
        output::field("log_ids", &Failure::log_ids,
                      "Their logs, at most 10, those that were read first."),
        output::field("log_id", &Failure::log_id),
        output::field("log_read", &Failure::log_read,
                      "Its log was read, or that of one of the causes it stands for; false: the "
                      "reason may be in it."),
        output::field("logs_read", &Failure::logs_read, "Of count, how many logs were read."),
        output::field("log_unread", &Failure::log_unread,
                      "Why log_read is false: ask for it with log_id; it could not be had, see "
                      "notes; it is no longer kept.")
            .one_of("not_asked", "failed", "gone"),
        output::field("log_lines", &Failure::log_lines, "Length of the log."),
        output::field("evidence", &Failure::evidence,
                      "Lines of the log that explain the failure, with some around them. Log "
                      "text."),
        output::field("sure", &Failure::sure,
                      "The evidence says why: one place in the log stands out. Else it holds what "
                      "may matter and the end of the output."),
        output::field("fingerprint", &Failure::fingerprint,
                      "16 hexadecimal digits, equal for the same failure in another run: same "
                      "kind, task and reason, whatever its times, line numbers and ids."),
        output::field("failed_before", &Failure::failed_before,
                      "Of previous_failures, the ids of those in which the same task failed; "
                      "absent: in none of those that were looked at."),
        output::field("truncated", &Failure::truncated));
  }
};

struct Downstream {
  std::optional<std::string> stage, job, task, reason;
  std::optional<std::int64_t> count;
  std::optional<std::vector<std::string>> stages, jobs, tasks;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("stage", &Downstream::stage), output::field("job", &Downstream::job),
        output::field("task", &Downstream::task), output::field("reason", &Downstream::reason),
        output::field("count", &Downstream::count, "How many this entry stands for; absent: one."),
        output::field("stages", &Downstream::stages, "Which, at most 10."),
        output::field("jobs", &Downstream::jobs, "Which, at most 10."),
        output::field("tasks", &Downstream::tasks, "Which, at most 10."));
  }
};

struct Waiting {
  std::optional<std::string> stage;
  std::string what;
  std::optional<std::string> since;

  static constexpr auto fields() {
    return adomcp::fields(output::field("stage", &Waiting::stage),
                          output::field("for", &Waiting::what),
                          output::field("since", &Waiting::since).date_time());
  }
};

struct FailedTest {
  std::string name;
  std::optional<std::string> message, stack;

  static constexpr auto fields() {
    return adomcp::fields(output::field("name", &FailedTest::name),
                          output::field("message", &FailedTest::message),
                          output::field("stack", &FailedTest::stack));
  }
};

struct Commit {
  std::optional<std::string> id, author, message, time;

  static constexpr auto fields() {
    return adomcp::fields(output::field("id", &Commit::id),
                          output::field("author", &Commit::author),
                          output::field("message", &Commit::message),
                          output::field("time", &Commit::time).date_time());
  }
};

struct KnownFailure {
  std::string note;
  std::optional<std::string> link;
  bool retry_helps;
  std::int64_t cause;
  std::optional<std::int64_t> causes;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("note", &KnownFailure::note), output::field("link", &KnownFailure::link),
        output::field("retry_helps", &KnownFailure::retry_helps,
                      "Whether running it again often helps."),
        output::field("cause", &KnownFailure::cause, "Index in failures, from 0.").at_least(0),
        output::field("causes", &KnownFailure::causes,
                      "Of failures, how many it is about; absent: one."));
  }
};

struct Explanation {
  Run run;
  std::optional<std::string> cause;
  Totals totals;
  std::vector<Failure> failures;
  std::optional<std::vector<KnownFailure>> known_failures;
  std::vector<Downstream> downstream;
  std::optional<std::vector<Waiting>> waiting;
  std::optional<std::int64_t> waiting_count;
  std::vector<FailedTest> failed_tests;
  std::optional<std::int64_t> failed_tests_count;
  std::optional<LastGoodRun> last_good_run;
  std::optional<std::string> fingerprint;
  std::optional<Since> since;
  std::optional<std::vector<PreviousFailure>> previous_failures;
  std::vector<Commit> commits_since;
  std::optional<std::vector<std::string>> notes;
  bool truncated;
  std::vector<std::string> next;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("run", &Explanation::run),
        output::field("cause", &Explanation::cause,
                      "One sentence when it is certain, else null. Holds log text.")
            .or_null(),
        output::field("totals", &Explanation::totals),
        output::field("failures", &Explanation::failures,
                      "Root causes, the first to finish first. Equal ones are one entry, which "
                      "counts and lists them."),
        output::field("known_failures", &Explanation::known_failures,
                      "What this organisation wrote down about such failures. Tell it first.")
            .own_words(),
        output::field("downstream", &Explanation::downstream,
                      "What failed or didn't run only because of the above."),
        output::field("waiting", &Explanation::waiting,
                      "Approvals and other checks that a stage waits for."),
        output::field("waiting_count", &Explanation::waiting_count, "How many wait in all."),
        output::field("failed_tests", &Explanation::failed_tests, "Log text."),
        output::field("failed_tests_count", &Explanation::failed_tests_count,
                      "Failed tests found, at most 200."),
        output::field("last_good_run", &Explanation::last_good_run,
                      "The last run of this pipeline that succeeded before; absent when there is "
                      "none. It is on the run's own branch when found_on is same_branch; else none "
                      "succeeded there, and it is the last one on the pull request's target branch "
                      "or on the default branch. Other fields as in run."),
        output::field("fingerprint", &Explanation::fingerprint,
                      "That of all failures together, equal for a run that failed for the same "
                      "causes; of one cause it is failures[0].fingerprint."),
        output::field("since", &Explanation::since,
                      "The first failed run on the run's branch after the last good one; it may be "
                      "the run itself."),
        output::field("previous_failures", &Explanation::previous_failures,
                      "The previous failed runs of the pipeline, at most two, those of the same "
                      "branch first."),
        output::field("commits_since", &Explanation::commits_since,
                      "Commits after the last good run; only when that is on the same branch. Log "
                      "text."),
        output::field("notes", &Explanation::notes, "Parts that could not be had, and why."),
        output::field("truncated", &Explanation::truncated, "Something was left out for length."),
        output::field("next", &Explanation::next, "What to do next."));
  }
};

}  // namespace adomcp::failure_logs::told
