#pragma once

#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "mcp/schema/schema_walk.h"
#include "mcp/schema/schema_words.h"

namespace adomcp::mcp {

/// One message of valijson's results.
struct RawProblem {
  std::vector<std::string> context;  ///< "<root>", then "[name]" or "[0]"
  std::string description;
};

/// All that sentences about one value are made of.
struct Misjudged {
  const nlohmann::json& value;
  const std::vector<SchemaRule>& rules;
  const std::set<std::string>& required;  ///< of the root
  const char* root;                       ///< what the value is called: "The arguments"
  Came came;
};

/// One sentence each, different ones, five at most and at least one: each names the value
/// (`parameters.env`, `stages[2]`), what fits, and what came.
std::vector<std::string> sentences(const std::vector<RawProblem>& problems, const Misjudged& about);

}  // namespace adomcp::mcp
