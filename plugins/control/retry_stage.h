#pragma once

#include <adomcp/arguments.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "told.h"

namespace adomcp::control {

struct RetriedStage {
  std::string name, identifier;
  std::optional<std::int64_t> attempt;
  std::optional<std::string> state;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("name", &RetriedStage::name),
        output::field("identifier", &RetriedStage::identifier),
        output::field("attempt", &RetriedStage::attempt, "The new one, where it shows already."),
        output::field("state", &RetriedStage::state));
  }
};

struct Retried {
  Run run;
  RetriedStage stage;
  std::optional<Notes> notes;

  static constexpr auto fields() {
    return adomcp::fields(output::field("run", &Retried::run),
                          output::field("stage", &Retried::stage),
                          output::field("notes", &Retried::notes));
  }
};

struct WantedRetry {
  std::int64_t run_id;
  std::string stage;
  bool all_jobs;

  static constexpr auto arguments() {
    return adomcp::arguments(
               argument::project("Name or id. Default: the link's."), argument::organization(),
               argument::run_id(&WantedRetry::run_id), argument::run_url(&WantedRetry::run_id),
               argument::field("stage", &WantedRetry::stage, "Name or identifier.").max_length(256),
               argument::field("all_jobs", &WantedRetry::all_jobs, "Good ones too.")
                   .otherwise(false))
        .exactly_one_of("run_id", "run_url");
  }
};

/// Reads build and timeline, refuses what makes no sense, writes once, and looks once at the
/// timeline for the new attempt; what that look can't tell is a note.
Retried retry_stage(Call& call, const WantedRetry& wanted);

}  // namespace adomcp::control
