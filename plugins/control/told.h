#pragma once

#include <adomcp/outputs.hpp>
#include <adomcp/plugin.hpp>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

// What answers say of the run that was written to.

namespace adomcp::control {

using Notes = std::vector<std::string>;

struct Run {
  std::int64_t id;
  std::optional<std::string> number;
  IdAndName pipeline;
  std::optional<std::string> url;

  static constexpr auto fields() {
    return adomcp::fields(output::field("id", &Run::id), output::field("number", &Run::number),
                          output::field("pipeline", &Run::pipeline),
                          output::field("url", &Run::url));
  }
};

/// Of a build as Azure tells it.
Run run_of(const nlohmann::json& build);

/// Nothing for an empty list.
std::optional<Notes> unless_empty(Notes notes);

/// Run and pipeline for the audit, as far as the build names them.
void note_run(Call& call, const nlohmann::json& build);

/// Throws ToolError for a deleted run: nothing can be done to it any more.
void refuse_deleted(const nlohmann::json& build);

}  // namespace adomcp::control
