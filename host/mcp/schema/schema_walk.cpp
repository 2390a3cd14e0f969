#include "mcp/schema/schema_walk.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/json.h"
#include "core/text.h"
#include "mcp/schema/schema_words.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 600;

/// The names in `{"required": [...]}`; empty when the schema says anything else.
std::vector<std::string> only_requires(const json& schema) {
  std::vector<std::string> names;
  if (!schema.is_object()) return names;
  for (const auto& [key, value] : schema.items()) {
    const bool object = key == "type" && value == "object";
    if (key == "title" || key == "description" || object) continue;
    if (key != "required" || !value.is_array()) return {};
    for (const auto& name : value) {
      if (name.is_string()) names.push_back(name.get<std::string>());
    }
  }
  return names;
}

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : between) + part;
  return excerpt(out, kMostBytes);
}

/// "`a`", or "`a` with `b`" of a branch that wants both.
std::string group_words(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : " with ") + in_backticks({name});
  return out;
}

/// "Exactly one of `run_id` and `run_url` is needed, but none came."
std::string needed_sentence(const SchemaRule& rule, const json& value) {
  std::vector<std::string> groups;
  std::vector<std::string> there;
  for (const auto& names : rule.needed) {
    groups.push_back(group_words(names));
    const bool whole = std::all_of(names.begin(), names.end(),
                                   [&](const std::string& name) { return value.contains(name); });
    if (whole) there.push_back(groups.back());
  }
  std::string list;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i > 0) list += i + 1 == groups.size() ? " and " : ", ";
    list += groups[i];
  }
  const char* how_many = rule.keyword == "oneOf" ? "Exactly one of " : "At least one of ";
  return how_many + excerpt(list, kMostBytes) + " is needed, but " +
         (there.empty() ? "none" : joined(there, " and ")) + " came.";
}

}  // namespace

SchemaRule make_rule(const std::string& keyword, const json& value, const json& root) {
  SchemaRule rule{keyword, {}, {}, {}, true, {}};
  const json one = json::array({value});
  const json& branches = value.is_array() ? value : one;
  for (const auto& branch : branches) {
    auto words = what_fits(branch, root);
    rule.all_forms = rule.all_forms && !words.empty();
    const auto& forms = rule.forms;
    if (!words.empty() && std::find(forms.begin(), forms.end(), words) == forms.end()) {
      rule.forms.push_back(std::move(words));
    }
    if (auto names = only_requires(branch); !names.empty()) rule.needed.push_back(std::move(names));
  }
  if (rule.needed.size() != branches.size()) rule.needed.clear();
  return rule;
}

bool is_at(const SchemaRule& rule, const std::vector<std::string>& context) {
  if (context.size() != rule.place.size() + 1) return false;
  return std::equal(rule.place.begin(), rule.place.end(), context.begin() + 1,
                    [](const std::string& step, const std::string& taken) {
                      return step == kAnyStep || step == taken;
                    });
}

std::string sentence_of(const SchemaRule& rule, const std::string& name, const std::string& came,
                        const json& value, bool several) {
  const std::string end = came.empty() ? "." : ", but " + came + " came.";
  if (rule.keyword == "propertyNames") {
    const auto each = rule.forms.empty() ? "as the schema says" : rule.forms.front();
    return name + " has a name that does not fit: each must be " + each + ".";
  }
  if (rule.keyword == "not") {
    if (!rule.needed.empty()) {
      return name + " must come without " + group_words(rule.needed.front()) + ".";
    }
    if (!rule.forms.empty()) return name + " must not be " + rule.forms.front() + end;
    return name + " is not taken like this" + end;
  }
  if (!rule.needed.empty() && value.is_object()) {
    const auto sentence = needed_sentence(rule, value);
    return rule.place.empty() ? sentence : "In " + name + ": " + sentence;
  }
  if (several) {
    return name + " must be exactly one of these, but fits several: " + joined(rule.forms, "; ") +
           ".";
  }
  if (rule.forms.empty()) return name + " must have one of the forms that the schema lists" + end;
  return name + " must be " + joined(rule.forms, " or ") + (rule.all_forms ? "" : ", or another") +
         end;
}

namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 64;

// Keywords that hold schemas by name, one schema, or a list of schemas. Some hold one or another:
// draft-07's `items` may be a list, and of `dependencies` some are lists of names.
constexpr std::array<std::string_view, 6> kByName = {
    "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"};
constexpr std::array<std::string_view, 16> kDirect = {"items",
                                                      "prefixItems",
                                                      "additionalItems",
                                                      "unevaluatedItems",
                                                      "contains",
                                                      "allOf",
                                                      "anyOf",
                                                      "oneOf",
                                                      "not",
                                                      "if",
                                                      "then",
                                                      "else",
                                                      "propertyNames",
                                                      "contentSchema",
                                                      "additionalProperties",
                                                      "unevaluatedProperties"};

template <std::size_t Size>
bool is_in(const std::array<std::string_view, Size>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// `true` and `false` say of free names whether there may be any: that is no schema of a value.
bool is_schema(const json& value, const std::string& keyword) {
  return value.is_object() ||
         (value.is_boolean() && (keyword == "properties" || keyword == "items"));
}

SchemaPlace place_under(const std::string& keyword, SchemaPlace parent) {
  const bool value =
      keyword == "properties" || keyword == "items" || keyword == "additionalProperties";
  const bool choice = keyword == "anyOf" && parent == SchemaPlace::kValue;
  return value || choice ? SchemaPlace::kValue : SchemaPlace::kElsewhere;
}

class Walk {
 public:
  explicit Walk(const SchemaVisit& visit) : visit_(visit) {}

  void node(const json& schema, const std::string& pointer, SchemaPlace place, std::size_t depth) {
    if (depth > kMaxDepth) return;
    visit_(schema, pointer, place);
    if (!schema.is_object()) return;
    for (const auto& [key, value] : schema.items()) {
      const Below below{key, pointer + pointer_step(key), place_under(key, place), depth + 1};
      if (is_in(kByName, key)) by_name(value, below);
      if (is_in(kDirect, key)) direct(value, below);
    }
  }

 private:
  /// What is below a keyword.
  struct Below {
    std::string keyword;
    std::string pointer;
    SchemaPlace place;
    std::size_t depth;
  };

  void schema(const json& value, const Below& below, const std::string& step) {
    if (is_schema(value, below.keyword))
      node(value, below.pointer + step, below.place, below.depth);
  }

  void by_name(const json& value, const Below& below) {
    if (!value.is_object()) return;
    for (const auto& [name, one] : value.items()) schema(one, below, pointer_step(name));
  }

  void direct(const json& value, const Below& below) {
    if (!value.is_array()) return schema(value, below, "");
    std::size_t index = 0;
    for (const auto& one : value) schema(one, below, "/" + std::to_string(index++));
  }

  const SchemaVisit& visit_;
};

}  // namespace

std::string pointer_step(const std::string& key) {
  std::string out = "/";
  for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

void walk_schema(const json& schema, const SchemaVisit& visit) {
  if (schema.is_object()) Walk(visit).node(schema, {}, SchemaPlace::kRoot, 0);
}

}  // namespace adomcp::mcp
