#pragma once

#include <adomcp/arguments.hpp>
#include <cstdint>
#include <optional>

#include "shared/run_facts.h"
#include "told.h"

namespace adomcp::control {

struct Cancelled {
  shared::RunFacts run;
  std::optional<Notes> notes;

  static constexpr auto fields() {
    return adomcp::fields(output::field("run", &Cancelled::run, "As it is now."),
                          output::field("notes", &Cancelled::notes));
  }
};

struct WantedCancel {
  std::int64_t run_id;

  static constexpr auto arguments() {
    return adomcp::arguments(argument::project("Name or id. Default: the link's."),
                             argument::organization(), argument::run_id(&WantedCancel::run_id),
                             argument::run_url(&WantedCancel::run_id))
        .exactly_one_of("run_id", "run_url");
  }
};

/// Reads the build, refuses one that has ended or is ending, and writes once.
Cancelled cancel_run(Call& call, const WantedCancel& wanted);

}  // namespace adomcp::control
