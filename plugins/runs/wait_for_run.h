#pragma once

#include <adomcp/arguments.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reading.h"
#include "shared/run_facts.h"
#include "told.h"
#include "tree.h"

namespace adomcp::runs {

constexpr std::int64_t kMostSeconds = 3600;  ///< of a call that is a task
constexpr std::int64_t kMostInCall = 45;     ///< of any other: clients give up after 60

namespace told {

/// A stage in one line.
struct StageBrief {
  std::optional<std::string> name, state, result;
  std::int64_t jobs, jobs_done;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("name", &StageBrief::name), output::field("state", &StageBrief::state),
        output::field("result", &StageBrief::result), output::field("jobs", &StageBrief::jobs),
        output::field("jobs_done", &StageBrief::jobs_done));
  }
};

struct Waited {
  bool finished;
  std::string ended_because;
  std::int64_t waited_seconds;
  shared::RunFacts run;
  std::optional<std::vector<Check>> waiting;
  std::optional<std::vector<Running>> running;
  std::optional<std::vector<StageBrief>> stages;
  std::optional<std::vector<std::string>> notes;
  std::string next;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("finished", &Waited::finished),
        output::field("ended_because", &Waited::ended_because)
            .one_of("finished", "decision_needed", "time_is_up"),
        output::field("waited_seconds", &Waited::waited_seconds),
        output::field("run", &Waited::run), output::field("waiting", &Waited::waiting),
        output::field("running", &Waited::running), output::field("stages", &Waited::stages),
        output::field("notes", &Waited::notes), output::field("next", &Waited::next));
  }
};

}  // namespace told

/// The pause before the next look, when `waited` of the time has gone by: it grows to 10 seconds,
/// of a task to 30, and sooner where the timeline is long. Pure.
std::chrono::milliseconds pause_after(std::chrono::milliseconds waited, std::size_t records,
                                      bool task);

struct WantedWait {
  std::int64_t run_id;
  std::int64_t wait_seconds;

  static constexpr auto arguments() {
    namespace argument = adomcp::argument;
    return adomcp::arguments(
               argument::project("Name or id. Default: the link's, else the first allowed one."),
               argument::organization(), argument::run_id(&WantedWait::run_id),
               argument::run_url(&WantedWait::run_id),
               argument::field("wait_seconds", &WantedWait::wait_seconds,
                               "How long to wait; above 45 only for clients that take tasks.")
                   .range(1, kMostSeconds)
                   .otherwise(kMostInCall))
        .exactly_one_of("run_id", "run_url");
  }
};

told::Waited wait_for_run(Call& call, const WantedWait& wanted);

}  // namespace adomcp::runs
