#include "mcp/schema/schema_rules.h"

#include <algorithm>
#include <nlohmann/json.hpp>

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

}  // namespace adomcp::mcp
