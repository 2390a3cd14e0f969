#include "mcp/schema/schema_sentences.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <system_error>

#include "core/json.h"
#include "core/secret_shape.h"
#include "core/text.h"
#include "mcp/schema/argument_text.h"
#include "mcp/schema/schema_validator.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostProblems = 5;
constexpr std::size_t kMostNameBytes = 200;

/// Where a message's value is: its name for people, the names on the way, and itself.
struct Found {
  std::string name;
  std::vector<std::string> names;
  const json* value = nullptr;  ///< null: there is none
};

/// Null when `step` is no index of `list`.
const json* entry_of(const json& list, std::string_view step) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  const bool whole = error == std::errc() && end == step.data() + step.size();
  return whole && index < list.size() ? &list[index] : nullptr;
}

/// An unknown property has whatever name was sent.
std::string name_for_people(const std::string& name) {
  return looks_secret(name) ? "[hidden]" : excerpt(name, kMostNameBytes);
}

Found find(const std::vector<std::string>& context, const Misjudged& about) {
  Found out{{}, {}, &about.value};
  for (std::size_t i = 1; i < context.size(); ++i) {
    const auto step = context[i].substr(1, context[i].size() - 2);
    const bool in_list = out.value != nullptr && out.value->is_array();
    const auto shown = step.empty()         ? "\"\""
                       : looks_secret(step) ? step
                                            : one_line(step);  // "": a name that is empty
    out.name += in_list ? context[i] : (out.name.empty() ? "" : ".") + shown;
    if (in_list) {
      out.value = entry_of(*out.value, step);
      continue;
    }
    out.names.push_back(step);
    const bool there = out.value != nullptr && out.value->is_object() && out.value->contains(step);
    out.value = there ? &out.value->at(step) : nullptr;
  }
  out.name = out.name.empty() ? about.root : "`" + name_for_people(out.name) + "`";
  return out;
}

/// What helps to send it right: why it wasn't read as JSON, or how a number becomes a text.
std::string advice_on(const json& value, const std::string& words) {
  if (words.find("an object") != words.npos || words.find("a list") != words.npos) {
    return "." + why_no_json(value);
  }
  const bool text = words.find("a text") != words.npos || words.find(" \"") != words.npos;
  if (!text || !value.is_number_float()) return ".";
  return "; write it in quotes, so that no digit is lost.";
}

bool is_nothing(const json& value) {
  return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

std::string own_sentence(const RawProblem& problem, const Misjudged& about) {
  const auto found = find(problem.context, about);
  const auto words = problem.description.substr(kOwnMarks);
  const bool tells = problem.description[2] == kTellsValue && found.value != nullptr;
  const auto came = tells ? what_came(*found.value, found.names, about.came) : std::string();
  if (!tells || came.empty()) return found.name + " " + words + (words.back() == '?' ? "" : ".");
  const bool needed = problem.context.size() == 2 && is_nothing(*found.value) &&
                      about.required.count(found.names.front()) > 0;
  if (needed)
    return found.name + " is required and " + words + ", but it is missing: " + came + " came.";
  return found.name + " " + words + ", but " + came + " came" +
         (about.came == Came::kShown ? advice_on(*found.value, words) : ".");
}

/// The keyword that one of valijson's messages is about; empty for its summaries.
const char* keyword_of(const std::string& description) {
  const auto has = [&](const char* part) { return description.find(part) != std::string::npos; };
  if (has("allowed by anyOf")) return "anyOf";
  if (has("allowed by oneOf") || has("exactly one child schema")) return "oneOf";
  return has("'not' constraint") ? "not" : "";
}

/// Whether a branch of the choice at `context` has said something about a value below it.
bool told_below(const std::vector<std::string>& context, const std::vector<RawProblem>& problems) {
  return std::any_of(problems.begin(), problems.end(), [&](const RawProblem& other) {
    return other.description.size() > kOwnMarks && other.description[0] == kOwnMessage &&
           other.description[1] == kInChoice && other.context.size() > context.size() &&
           std::equal(context.begin(), context.end(), other.context.begin());
  });
}

std::optional<std::string> rule_sentence(const RawProblem& problem,
                                         const std::vector<RawProblem>& problems,
                                         const Misjudged& about) {
  const std::string keyword = keyword_of(problem.description);
  if (keyword.empty()) return std::nullopt;
  const bool several = problem.description.find("exactly one child") != std::string::npos;
  const bool choice = keyword != "not";
  if (choice && !several && told_below(problem.context, problems)) return std::nullopt;
  for (const auto& rule : about.rules) {
    if (rule.keyword != keyword || !is_at(rule, problem.context)) continue;
    const auto depth = problem.context.size() - 1;
    if (rule.choice_depth && depth <= *rule.choice_depth) return std::nullopt;
    const auto found = find(problem.context, about);
    if (found.value == nullptr) return std::nullopt;
    return sentence_of(rule, found.name, what_came(*found.value, found.names, about.came),
                       *found.value, several);
  }
  return std::nullopt;
}

/// valijson says nothing about names; the messages of what is around them tell where.
std::optional<std::string> names_sentence(const std::vector<RawProblem>& problems,
                                          const Misjudged& about) {
  for (const auto& rule : about.rules) {
    if (rule.keyword != "propertyNames") continue;
    std::vector<std::string> context = {"<root>"};
    context.insert(context.end(), rule.place.begin(), rule.place.end());
    const auto around = std::vector<std::string>(context.begin(), context.end() - 1);
    const bool blamed = rule.place.empty() ||
                        std::any_of(problems.begin(), problems.end(),
                                    [&](const auto& problem) { return problem.context == around; });
    const auto found = find(context, about);
    if (!blamed || found.value == nullptr || !found.value->is_object()) continue;
    return sentence_of(rule, found.name, {}, *found.value, false);
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> sentences(const std::vector<RawProblem>& problems,
                                   const Misjudged& about) {
  std::vector<std::string> out;
  const auto add = [&](std::string sentence) {
    const bool fresh = std::find(out.begin(), out.end(), sentence) == out.end();
    if (fresh && out.size() < kMostProblems) out.push_back(std::move(sentence));
  };
  for (const auto& problem : problems) {
    if (!problem.description.empty() && problem.description.front() == kOwnMessage) {
      add(own_sentence(problem, about));
    } else if (auto sentence = rule_sentence(problem, problems, about)) {
      add(std::move(*sentence));
    }
  }
  if (out.empty()) {
    if (auto sentence = names_sentence(problems, about)) add(std::move(*sentence));
  }
  if (out.empty()) add(std::string(about.root) + " does not fit the schema.");
  return out;
}

}  // namespace adomcp::mcp
