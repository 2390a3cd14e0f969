#pragma once

#include <functional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace adomcp::mcp {

/// What a schema within a schema is for.
enum class SchemaPlace {
  kRoot,
  kValue,  ///< of a property, an item, a free name, or a choice of anyOf for one of these
  kElsewhere
};

/// Calls `visit` for `schema` and for every schema within it, of 2020-12 and of draft-07, with its
/// JSON pointer: "" for the root. What only looks like one isn't visited: a property's name, values
/// of enum, const, default and examples. Of the schemas `true` and `false` those of properties and
/// items are visited. References aren't followed. 64 levels at most.
using SchemaVisit = std::function<void(const nlohmann::json& schema, const std::string& pointer,
                                       SchemaPlace place)>;
void walk_schema(const nlohmann::json& schema, const SchemaVisit& visit);

/// `key` as a step of a JSON pointer, with its slash.
std::string pointer_step(const std::string& key);

}  // namespace adomcp::mcp
