// adomcp/argument_group.hpp - arguments of which a call has exactly one. Part of arguments.hpp.
#pragma once

#include <adomcp/argument_schema.hpp>
#include <adomcp/argument_value.hpp>

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
};

struct Groups {
  std::array<Group, kMaxGroups> all{};
  std::size_t count = 0;

  constexpr bool has(std::string_view name) const {
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < all[i].count; ++j) {
        if (all[i].names[j] == name) return true;
      }
    }
    return false;
  }
};

constexpr void write_group(SchemaWriter& out, const Group& group) {
  out.raw(R"("oneOf":[)");
  for (std::size_t i = 0; i < group.count; ++i) {
    out.raw(i == 0 ? R"({"required":[)" : R"(,{"required":[)");
    out.quoted(group.names[i]);
    out.raw("]}");
  }
  out.raw("]");
}

/// Some clients show a model the words and not the rule.
constexpr void write_words(SchemaWriter& out, const Groups& groups) {
  out.raw(R"(,"description":")");
  for (std::size_t i = 0; i < groups.count; ++i) {
    const Group& group = groups.all[i];
    out.raw(i == 0 ? "Exactly one of " : " Exactly one of ");
    for (std::size_t j = 0; j < group.count; ++j) {
      out.raw(j == 0 ? "" : j + 1 == group.count ? " and " : ", ");
      out.raw(group.names[j]);
    }
    out.raw(".");
  }
  out.raw("\"");
}

/// One group is the schema's own `oneOf`; several are one each in an `allOf`.
constexpr void write_groups(SchemaWriter& out, const Groups& groups) {
  if (groups.count == 0) return;
  write_words(out, groups);
  if (groups.count == 1) {
    out.raw(",");
    write_group(out, groups.all[0]);
    return;
  }
  for (std::size_t i = 0; i < groups.count; ++i) {
    out.raw(i == 0 ? R"(,"allOf":[{)" : ",{");
    write_group(out, groups.all[i]);
    out.raw("}");
  }
  out.raw("]");
}

/// Null when it was left out.
inline const Json& value_of(const Json& json, std::string_view name) {
  return sdk::member(json, std::string(name).c_str());
}

inline void check_groups(const Groups& groups, const Json& json) {
  for (std::size_t i = 0; i < groups.count; ++i) {
    const Group& group = groups.all[i];
    std::size_t given = 0;
    std::string words;
    for (std::size_t j = 0; j < group.count; ++j) {
      if (!value_of(json, group.names[j]).is_null()) ++given;
      words += j == 0 ? "`" : j + 1 == group.count ? " and `" : ", `";
      words += std::string(group.names[j]) + "`";
    }
    if (given == 1) continue;
    throw ToolError("Give exactly one of " + words + ".", ADOMCP_INVALID_ARGUMENT);
  }
}

}  // namespace adomcp::detail
