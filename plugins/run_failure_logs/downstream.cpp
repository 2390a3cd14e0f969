#include "downstream.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "reader/line_kind.h"

namespace adomcp::failure_logs {

namespace {

/// Jobs canceled while something else broke are consequences; jobs that never began in a
/// canceled run are not worth an entry of their own.
void move_canceled(Analysis& analysis) {
  const bool others =
      std::any_of(analysis.roots.begin(), analysis.roots.end(),
                  [](const RootCause& root) { return root.kind != Kind::kCanceled; });
  if (!others) return;
  const auto first =
      std::stable_partition(analysis.roots.begin(), analysis.roots.end(),
                            [](const RootCause& root) { return root.kind != Kind::kCanceled; });
  for (auto root = first; root != analysis.roots.end(); ++root) {
    std::string reason = "canceled after another part of the run had failed";
    for (const std::string& message : root->messages) {  // nothing that was said is lost
      if (is_cancel_message(message) || is_generic_message(message)) continue;
      reason += ": " + message;
      break;
    }
    analysis.downstream.push_back({root->stage, root->job, root->task, std::move(reason)});
  }
  analysis.roots.erase(first, analysis.roots.end());
}

/// Jobs that never began are told of in one line, unless there is nothing else to tell.
void move_idle(Analysis& analysis) {
  const auto first = std::stable_partition(analysis.roots.begin(), analysis.roots.end(),
                                           [](const RootCause& root) { return !root.idle; });
  if (first == analysis.roots.begin()) {
    for (RootCause& root : analysis.roots) {
      root.messages = {"The job was given up before it began."};
      root.errors = 1;
    }
    return;
  }
  for (auto root = first; root != analysis.roots.end(); ++root) {
    analysis.downstream.push_back({root->stage, root->job, root->task, "never began"});
  }
  analysis.roots.erase(first, analysis.roots.end());
}

/// Parts that always run and then fail because an earlier failure left them nothing to work on.
void move_starved(Analysis& analysis) {
  if (analysis.roots.size() < 2 || analysis.roots.front().finished.empty()) return;
  const std::string over = analysis.roots.front().finished;
  const auto starved = [&](const RootCause& root) {
    return root.started >= over && !root.messages.empty() &&
           std::all_of(root.messages.begin(), root.messages.end(), is_starved_message);
  };
  const auto first = std::stable_partition(std::next(analysis.roots.begin()), analysis.roots.end(),
                                           [&](const RootCause& root) { return !starved(root); });
  for (auto root = first; root != analysis.roots.end(); ++root) {
    analysis.downstream.push_back({root->stage, root->job, root->task,
                                   "failed for want of what an earlier failure left unmade"});
  }
  analysis.roots.erase(first, analysis.roots.end());
}

}  // namespace

void move_consequences(Analysis& analysis) {
  move_canceled(analysis);
  move_idle(analysis);
  move_starved(analysis);
}

}  // namespace adomcp::failure_logs
