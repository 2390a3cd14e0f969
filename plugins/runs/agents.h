#pragma once

#include <adomcp/outputs.hpp>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "differences.h"

// Pure: on which pools, agents and images the jobs of two runs ran.

namespace adomcp::runs {

namespace told {

struct Machine {
  std::optional<std::string> pool, agent, image, image_version, agent_version;

  static constexpr auto fields() {
    return adomcp::fields(output::field("pool", &Machine::pool),
                          output::field("agent", &Machine::agent),
                          output::field("image", &Machine::image),
                          output::field("image_version", &Machine::image_version),
                          output::field("agent_version", &Machine::agent_version));
  }
};

/// Jobs whose machines differ in the same way; only what differs is told.
struct MachineChange {
  std::vector<std::string> jobs;  ///< the first few
  std::int64_t count;
  std::optional<Machine> run, other;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("jobs", &MachineChange::jobs), output::field("count", &MachineChange::count),
        output::field("run", &MachineChange::run), output::field("other", &MachineChange::other));
  }
};

}  // namespace told

/// Jobs of both runs whose pools, and agents of one's own, are the same pair.
struct MachineGroup {
  std::vector<JobPair> jobs;
  std::int64_t run_log = 0;    ///< what "Initialize job" printed in the first of them that has it
  std::int64_t other_log = 0;  ///< 0: there is none
  std::string run_text, other_text;  ///< those logs, once they are read
};

/// `queues`: the answer of distributedtask/queues, or null. The largest groups first.
std::vector<MachineGroup> machine_groups(const std::vector<JobPair>& jobs,
                                         const nlohmann::json& queues);

/// The queues that the jobs ran in.
std::vector<std::int64_t> queues_of(const std::vector<JobPair>& jobs);

/// Groups in which something differs; one more than the bounds, so that a cut is seen.
std::vector<told::MachineChange> machine_changes(const std::vector<MachineGroup>& groups,
                                                 const nlohmann::json& queues,
                                                 const RowBounds& bounds);

/// What the log of "Initialize job" says of the machine.
told::Machine machine_of_log(std::string_view log, std::size_t text_bytes);

}  // namespace adomcp::runs
