// adomcp/argument_group.hpp - arguments of which a call has exactly one. Part of arguments.hpp.
#pragma once

#include <adomcp/argument_schema.hpp>
#include <adomcp/argument_value.hpp>
#include <adomcp/separate.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::detail {

constexpr std::size_t kMaxNames = 4;
constexpr std::size_t kMaxGroups = 4;

struct Group {
  std::array<std::string_view, kMaxNames> names{};
  std::size_t count = 0;

  constexpr bool has(std::string_view name) const {
    for (std::size_t i = 0; i < count; ++i) {
      if (names[i] == name) return true;
    }
    return false;
  }
};

struct Groups {
  std::array<Group, kMaxGroups> all{};
  std::size_t count = 0;

  constexpr bool has(std::string_view name) const {
    for (std::size_t i = 0; i < count; ++i) {
      if (all[i].has(name)) return true;
    }
    return false;
  }
};

/// "Exactly one of run_id and run_url."
constexpr void write_promise(SchemaWriter& out, const Group& group) {
  out.raw("Exactly one of ");
  for (std::size_t i = 0; i < group.count; ++i) {
    out.raw(i == 0 ? "" : i + 1 == group.count ? " and " : ", ");
    out.escaped(group.names[i]);
  }
  out.raw(".");
}

/// `{…}`: one property. The groups are promised in words, in the description of each one's first,
/// and kept by check_groups(): no keyword says it. Clients drop a tool whose schema has `oneOf` or
/// `allOf` at the root, or lose every tool to it; few show a model the schema's own description.
constexpr void write_property(SchemaWriter& out, const Facts& facts, const Groups& groups) {
  out.raw("{");
  write_facts(out, facts);
  out.raw(R"(,"description":")");
  for (std::size_t i = 0; i < groups.count; ++i) {
    if (groups.all[i].names[0] != facts.name) continue;
    write_promise(out, groups.all[i]);
    out.raw(" ");
  }
  out.escaped(facts.description);
  out.raw("\"}");
}

/// Null when it was left out.
ADOMCP_SDK_FUNCTION const Json& value_of(const Json& json, std::string_view name);

ADOMCP_SDK_FUNCTION void check_groups(const Groups& groups, const Json& json);

}  // namespace adomcp::detail

#if ADOMCP_SDK_BODIES

namespace adomcp::detail {

ADOMCP_SDK_FUNCTION const Json& value_of(const Json& json, std::string_view name) {
  return sdk::member(json, std::string(name).c_str());
}

ADOMCP_SDK_FUNCTION void check_groups(const Groups& groups, const Json& json) {
  for (std::size_t i = 0; i < groups.count; ++i) {
    const Group& group = groups.all[i];
    std::size_t given = 0;
    std::string words;
    std::string came;
    for (std::size_t j = 0; j < group.count; ++j) {
      if (!value_of(json, group.names[j]).is_null()) {
        came += (given++ == 0 ? "`" : " and `") + std::string(group.names[j]) + "`";
      }
      words += j == 0 ? "`" : j + 1 == group.count ? " and `" : ", `";
      words += std::string(group.names[j]) + "`";
    }
    if (given == 1) continue;
    if (given == 0) came = "none";
    if (given == 2 && group.count == 2) came = "both";
    words.append(", but ").append(came).append(" came.");
    throw ToolError("Give exactly one of " + words, ADOMCP_INVALID_ARGUMENT);
  }
}

}  // namespace adomcp::detail

#endif
