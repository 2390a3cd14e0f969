#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "mcp/catalog/client_schemas.h"

namespace adomcp::mcp {

/// Where a form is looked for.
enum class Where {
  kAtRoot,     ///< only there
  kAnywhere,   ///< in every schema but `true` and `false`
  kForValues,  ///< in schemas of values (SchemaPlace), `true` and `false` among them
};

/// Something that a schema may say, or leave out, and some client doesn't take.
struct Form {
  std::string_view keyword;
  std::string_view detail;  ///< what of the keyword; empty: that it is there
  Where where;
  bool (*matches)(const nlohmann::json& schema, const std::string& keyword);
  std::string_view instead;
};

constexpr unsigned kInput = 1;
constexpr unsigned kOutput = 2;

/// That a client doesn't take a form.
struct Row {
  ClientKind client;
  const Form* form;
  unsigned schemas;  ///< kInput, kOutput or both
  std::string_view effect;
  bool certain;             ///< false: only reported, or inferred
  std::string_view source;  ///< for whoever keeps the table
};

/// Which names of tools a client takes, of those that the host takes.
struct NameRule {
  ClientKind client;
  std::string_view characters;  ///< beside letters and digits
  bool begins_with_letter;      ///< or an underscore
  std::string_view form;        ///< of a name that it doesn't take
  std::string_view effect;
  std::string_view source;
};

/// The most tools of all servers together.
struct ToolLimit {
  ClientKind client;
  std::size_t tools;
  std::string_view effect;
  std::string_view source;
};

std::span<const Row> client_table();
std::span<const NameRule> name_rules();
std::span<const ToolLimit> tool_limits();

/// 1 to 64 ASCII letters, digits and characters of `more`.
bool is_made_of(std::string_view text, std::string_view more);

}  // namespace adomcp::mcp
