#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/operation.h"
#include "core/outcome.h"
#include "core/principal.h"
#include "core/resolved_write.h"

namespace adomcp {

/// Everything the audit says of one Operation. Filled while the call goes on; the started record
/// shows what is known at begin, the finished one shows all. Empty strings are left out.
struct CallRecord {
  std::string call_id;  ///< 32 hex digits, unique
  Operation operation;
  Principal principal;
  std::string client_ip;
  std::string trace_id;

  std::string organization;
  std::string project;
  std::string arguments_json = "{}";  ///< as received; the audit writes keys, safe values, a hash
  std::string arguments_noted;        ///< those that the audit has looked at for secrets, so that
  std::string arguments_shown;        ///< it does once: what it shows of them
  std::string arguments_sha256;       ///< and their hash

  std::string decision;  ///< "allow" or "deny"; empty while undecided
  std::string rule;
  std::string confirmation = "none";
  std::string write_sha256;           ///< of what was to be sent, or of what a person answered to
  std::vector<ResolvedWrite> writes;  ///< what was to be sent, whatever became of it

  Outcome outcome = Outcome::kError;
  std::string error_type;  ///< a stable word: "unknown_tool", "schema", "project_not_allowed", …
  std::optional<std::int64_t> run_id;
  std::optional<std::int64_t> pipeline_id;
  std::string pipeline_name;
  std::optional<std::int64_t> result_count;
  std::uint32_t upstream_requests = 0;
  std::uint64_t bytes_out = 0;
  std::chrono::steady_clock::time_point started;
};

}  // namespace adomcp
