#include "wait_for_run.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <adomcp/tasks.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "shared/gone.h"

namespace adomcp::runs {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kStep{100};           // between two looks at whether the caller is there
constexpr milliseconds kForTheAnswer{5000};  // of the call's time, for a last look and the answer
constexpr seconds kKept{900};                // a task's result, after its time is up
constexpr seconds kAskAgain{5};
constexpr std::size_t kMostRunning = 8;
constexpr std::size_t kMostStages = 30;
constexpr int kMostFailures = 3;           // looks in a row that may fail
constexpr milliseconds kLeastLook{2000};   // of a request, also where the time is up
constexpr milliseconds kFirstLook{15000};  // there is nothing to tell before it
constexpr milliseconds kToReply{1000};     // of the call's time, kept from requests
const WaitingBounds kBounds{10, 6, 100};

/// Looks at a run until it has ended, a person must decide, or the time is up.
class Waiter {
 public:
  Waiter(Call& call, const WantedWait& wanted)
      : call_(call), run_id_(wanted.run_id), began_(Clock::now()) {
    task_ = wanted.wait_seconds > kMostInCall &&
            begin_task(call, seconds(wanted.wait_seconds) + kKept, kAskAgain);
    const milliseconds most =
        task_ ? seconds(wanted.wait_seconds) : seconds(std::min(wanted.wait_seconds, kMostInCall));
    const milliseconds left = milliseconds(call.remaining_ms()) - kForTheAnswer;
    most_ = std::max(std::min(most, left), milliseconds(0));
  }

  told::Waited run() {
    look();
    while (!is_done() && waited() < most_) {
      tell_progress();
      const milliseconds pause = pause_after(waited(), records(), task_);
      sleep(std::min(pause, most_ - waited()));
      look_again();
    }
    return answer();
  }

 private:
  milliseconds waited() const {
    return std::chrono::duration_cast<milliseconds>(Clock::now() - began_);
  }

  std::size_t records() const {
    return sdk::list_of(sdk::member(run_.found.timeline, "records")).size();
  }

  std::vector<told::Check> waiting() const {
    return waiting_of(run_.found.build, *run_.tree, run_.beside(), kBounds).list;
  }

  /// Of a request: what is left of the wait, or a little where there is nothing left.
  std::uint32_t patience() const {
    const milliseconds least = run_.tree == nullptr ? kFirstLook : kLeastLook;
    const milliseconds left = milliseconds(call_.remaining_ms()) - kToReply;
    const auto most = std::min(std::max(most_ - waited(), least), left);
    return static_cast<std::uint32_t>(std::max(most, milliseconds(1)).count());
  }

  void look() {
    Reading seen = read_run(call_, run_id_, patience());
    keep_stages(seen);
    run_ = std::move(seen);
    waiting_ = waiting();
    if (!needs_a_person(waiting_)) return;
    read_beside(call_, run_, patience());
    waiting_ = waiting();
  }

  /// Where the timeline can't be read this time, the last one that could be stays.
  void keep_stages(Reading& seen) {
    const bool lost = seen.found.state == shared::TimelineState::kFailed;
    if (!lost || run_.tree == nullptr || run_.found.timeline.is_null()) return;
    seen.found.timeline = std::move(run_.found.timeline);
    seen.found.state = shared::TimelineState::kRead;
    seen.tree = std::move(run_.tree);
    seen.names = std::move(run_.names);
    seen.notes.emplace_back("Stages and jobs are as an earlier look found them.");
  }

  /// A look that fails for a reason that may pass is tried again after the next pause; until then
  /// what the one before it found stands.
  void look_again() {
    try {
      look();
      failures_ = 0;
    } catch (const ToolError& error) {
      call_.check();
      const auto status = error.status();
      const bool slow = status == ADOMCP_DEADLINE || status == ADOMCP_CANCELLED;
      const bool passing = slow || status == ADOMCP_UNAVAILABLE || status == ADOMCP_THROTTLED;
      if (!passing || ++failures_ > kMostFailures) throw;
      failure_ = error.what();
    }
  }

  std::vector<std::string> notes() const {
    std::vector<std::string> out = run_.notes;
    if (failures_ > 0) {
      out.push_back("This is as an earlier look found it. The last one failed: " +
                    sdk::safe_text(failure_, 300));
    }
    return out;
  }

  bool is_done() const { return run_.is_over() || needs_a_person(waiting_); }

  void sleep(milliseconds pause) {
    const auto until = Clock::now() + pause;
    while (Clock::now() < until) {
      call_.check();
      const auto left = std::chrono::duration_cast<milliseconds>(until - Clock::now());
      std::this_thread::sleep_for(std::clamp(left, milliseconds(1), kStep));
    }
    call_.check();
  }

  void tell_progress() {
    const auto done = static_cast<double>(waited().count()) / 1000;
    if (done <= told_ && told_ > 0) return;
    told_ = done;
    const double total = static_cast<double>(most_.count()) / 1000;
    call_.progress(done, total, sentence());
  }

  /// What it does now, for whoever watches.
  std::string sentence() const {
    constexpr std::size_t kName = 60;
    const told::Totals totals = totals_of(*run_.tree);
    std::string out = sdk::safe_text(run_.status(), 40) + ", " + std::to_string(totals.jobs_done) +
                      " of " + std::to_string(totals.jobs) + " jobs done";
    const auto now = running_of(*run_.tree, run_.names, 1, kName);
    if (!now.empty()) {
      const std::string what = now[0].task.value_or("");
      out += "; runs " + sdk::quoted(what.empty() ? now[0].job.value_or("") : what, kName, '\'');
    }
    if (!waiting_.empty()) out += "; waits for " + sentence_of(waiting_[0]);
    return out + ".";
  }

  std::vector<told::StageBrief> stages() const {
    std::vector<told::StageBrief> out;
    for (const shared::Record* stage : stage_records(*run_.tree)) {
      if (out.size() >= kMostStages) break;
      told::StageBrief one{};
      one.name = run_.names.clean(shared::level_name(stage), kBounds.text);
      one.result = run_.names.clean(stage->result, 40);
      if (stage->result.empty()) {
        one.state = run_.names.clean(sdk::raw_text_of(*stage->raw, "state"), 40);
      }
      for (const shared::Record* job : jobs_of(*stage)) {
        ++one.jobs;
        if (!job->result.empty()) ++one.jobs_done;
      }
      out.push_back(std::move(one));
    }
    return out;
  }

  std::string next() const {
    const std::string result = sdk::raw_text_of(run_.found.build, "result");
    if (run_.is_over()) {
      std::string deletion = shared::deletion_sentence(run_.found.build);
      if (!deletion.empty()) return deletion;
      if (sdk::iequals(result, "succeeded")) return "It is done; get_run tells its details.";
      if (sdk::iequals(result, "canceled")) return "It was canceled; get_run tells its details.";
      return "get_run_failure_logs tells why it did not succeed.";
    }
    if (needs_a_person(waiting_)) {
      return "It waits for " + sentence_of(waiting_[0]) +
             ". Tell the user; call again once that is decided.";
    }
    return "It has not ended: call again with the same arguments to go on waiting.";
  }

  told::Waited answer() {
    if (!waiting_.empty() && !needs_a_person(waiting_)) {
      read_beside(call_, run_, patience());  // whose pools
    }
    told::Waited out{};
    out.finished = run_.is_over();
    const bool decide = !out.finished && needs_a_person(waiting_);
    out.ended_because = out.finished ? "finished" : decide ? "decision_needed" : "time_is_up";
    out.waited_seconds = waited().count() / 1000;
    out.run = shared::run_facts_of(run_.found.build);
    if (auto now = waiting(); !now.empty()) out.waiting = std::move(now);
    auto running = running_of(*run_.tree, run_.names, kMostRunning, kBounds.text);
    if (!running.empty() && !out.finished) out.running = std::move(running);
    auto brief = stages();
    if (!brief.empty()) out.stages = std::move(brief);
    if (auto said = notes(); !said.empty()) out.notes = std::move(said);
    out.next = next();
    return out;
  }

  Call& call_;
  const std::int64_t run_id_;
  const Clock::time_point began_;
  bool task_ = false;
  milliseconds most_{0};
  Reading run_;
  std::vector<told::Check> waiting_;
  int failures_ = 0;
  std::string failure_;  ///< of the last look that failed
  double told_ = 0;
};

}  // namespace

milliseconds pause_after(milliseconds waited, std::size_t records, bool task) {
  constexpr milliseconds kLeast{1000};
  constexpr std::size_t kRecordsASecond = 200;
  const milliseconds most{task ? 30000 : 10000};
  const milliseconds heavy{1000 * static_cast<std::int64_t>(records / kRecordsASecond)};
  return std::clamp(std::max(waited / 6, heavy), kLeast, most);
}

told::Waited wait_for_run(Call& call, const WantedWait& wanted) {
  call.note("run_id", wanted.run_id);
  return Waiter(call, wanted).run();
}

}  // namespace adomcp::runs
