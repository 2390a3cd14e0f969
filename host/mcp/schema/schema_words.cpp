#include "mcp/schema/schema_words.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "audit/safe_arguments.h"
#include "core/cleaning.h"
#include "core/json.h"
#include "core/secret_shape.h"
#include "core/text.h"
#include "mcp/schema/schema_keywords.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 400;
constexpr int kMostDepth = 6;  // of schemas in schemas; more than that is no short sentence
constexpr std::size_t kMostShown = 40;
constexpr std::size_t kMostMixed = 20;  // a longer run of letters and digits may be a token

/// "1 entry", "2 entries".
std::string counted(const std::string& number, std::string one) {
  if (number == "1") return number + " " + one;
  if (one.back() != 'y') return number + " " + one + "s";
  one.back() = 'i';
  return number + " " + one + "es";
}

std::string number_text(const json& schema, const char* key) {
  const auto found = schema.find(key);
  return found != schema.end() && found->is_number() ? json_text(*found) : std::string();
}

/// "of 1 to 3", "of at least 1", "of at most 3"; with what is counted.
std::string bounds(const json& schema, const char* least, const char* most, const char* one) {
  const auto min = number_text(schema, least);
  const auto max = number_text(schema, most);
  if (!min.empty() && min == max) return " of " + counted(min, one);
  if (!min.empty() && min != "0" && !max.empty()) return " of " + min + " to " + counted(max, one);
  if (!max.empty()) return " of at most " + counted(max, one);
  if (!min.empty() && min != "0") return " of at least " + counted(min, one);
  return {};
}

std::string number_words(const json& schema, const char* noun) {
  const auto min = number_text(schema, "minimum");
  const auto max = number_text(schema, "maximum");
  std::vector<std::string> parts;
  if (!min.empty() && !max.empty()) {
    parts.push_back("from " + min + " to " + max);
  } else if (!min.empty()) {
    parts.push_back("of at least " + min);
  } else if (!max.empty()) {
    parts.push_back("of at most " + max);
  }
  const auto add = [&](const char* key, const char* words) {
    if (const auto text = number_text(schema, key); !text.empty()) parts.push_back(words + text);
  };
  add("exclusiveMinimum", "above ");
  add("exclusiveMaximum", "below ");
  add("multipleOf", "that is a multiple of ");
  std::string out = noun;
  for (const auto& part : parts) out += (&part == &parts.front() ? " " : " and ") + part;
  return out;
}

std::string text_words(const json& schema) {
  const bool filled =
      number_text(schema, "minLength") == "1" && number_text(schema, "maxLength").empty();
  std::string out = "a text";
  out += filled ? " that is not empty" : bounds(schema, "minLength", "maxLength", "character");
  const auto pattern = schema.find("pattern");
  if (pattern != schema.end() && pattern->is_string()) {
    out += std::string(filled ? " and" : " that") + " matches the pattern " +
           excerpt(pattern->get_ref<const std::string&>(), 200);
  }
  return out;
}

/// What each value of a list or a map is, when all are of one kind.
std::string one_of_many(const json& schema, const char* key) {
  const auto values = schema.find(key);
  if (values == schema.end() || !values->is_object()) return {};
  const auto type = values->find("type");
  if (type == values->end()) return {};
  if (*type == "string") return "text";
  if (*type == "integer") return "whole number";
  if (*type == "number") return "number";
  return *type == "object" ? "object" : *type == "array" ? "list" : "";
}

/// "one of 1, 2"; of a single value that itself.
std::string enum_words(const json& values) {
  std::string out = values.size() == 1 ? "" : "one of ";
  for (const auto& value : values)
    out += (&value == &values.front() ? "" : ", ") + json_text(value);
  return out;
}

std::string list_words(const json& schema) {
  const auto kind = one_of_many(schema, "items");
  const auto size = bounds(schema, "minItems", "maxItems", kind.empty() ? "entry" : kind.c_str());
  std::string out = "a list" + (size.empty() && !kind.empty() ? " of " + kind + "s" : size);
  const auto items = schema.find("items");
  if (items == schema.end() || !items->is_object()) return out;
  const auto values = items->find("enum");
  if (values == items->end() || !values->is_array()) return out;
  return out + ", each " + enum_words(*values);
}

std::vector<std::string> texts_of(const json& schema, const char* key) {
  std::vector<std::string> out;
  const auto found = schema.find(key);
  if (found == schema.end() || !found->is_array()) return out;
  for (const auto& one : *found) {
    if (one.is_string()) out.push_back(one.get<std::string>());
  }
  return out;
}

std::string object_words(const json& schema) {
  std::string out = "an object" + bounds(schema, "minProperties", "maxProperties", "member");
  if (const auto kind = one_of_many(schema, "additionalProperties"); !kind.empty()) {
    out += " whose values are " + kind + "s";
  }
  const auto needed = texts_of(schema, "required");
  return needed.empty() ? out : out + " with " + in_backticks(needed);
}

std::string words_of_type(const std::string& type, const json& schema) {
  if (type == "integer") return number_words(schema, "a whole number");
  if (type == "number") return number_words(schema, "a number");
  if (type == "string") return text_words(schema);
  if (type == "array") return list_words(schema);
  if (type == "object") return object_words(schema);
  return type == "boolean" ? "true or false" : "null";
}

/// The declared types, else those that the other keywords are about.
std::vector<std::string> types_of(const json& schema) {
  if (const auto type = schema.find("type"); type != schema.end()) {
    return type->is_string() ? std::vector{type->get<std::string>()} : texts_of(schema, "type");
  }
  const auto has = [&](std::initializer_list<const char*> keys) {
    return std::any_of(keys.begin(), keys.end(), [&](const char* k) { return schema.contains(k); });
  };
  std::vector<std::string> out;
  if (has({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})) {
    out.emplace_back("number");
  }
  if (has({"minLength", "maxLength", "pattern"})) out.emplace_back("string");
  if (has({"items", "minItems", "maxItems", "uniqueItems"})) out.emplace_back("array");
  if (has({"properties", "required", "minProperties", "maxProperties", "additionalProperties"})) {
    out.emplace_back("object");
  }
  return out;
}

const json* target_of(const json& schema, const json& root) {
  const auto ref = schema.find("$ref");
  if (ref == schema.end() || !ref->is_string()) return nullptr;
  const auto& text = ref->get_ref<const std::string&>();
  if (text.rfind("#/", 0) != 0) return nullptr;
  try {
    return &root.at(json::json_pointer(text.substr(1)));
  } catch (const json::exception&) {
    return nullptr;  // the translator refuses it, with the place
  }
}

std::string words_for(const json& schema, const json& root, int depth);

/// Of each branch, one after the other; empty as soon as one has no words.
std::string any_of(const json& branches, const json& root, int depth) {
  std::string out;
  for (const auto& branch : branches) {
    const auto words = words_for(branch, root, depth + 1);
    if (words.empty()) return {};
    if (out.find(words) == std::string::npos) out += (out.empty() ? "" : " or ") + words;
  }
  return out;
}

std::string words_for(const json& schema, const json& root, int depth) {
  if (!schema.is_object() || depth > kMostDepth) return {};
  if (const auto value = schema.find("const"); value != schema.end()) return json_text(*value);
  if (const auto values = schema.find("enum"); values != schema.end() && values->is_array()) {
    return enum_words(*values);
  }
  std::string out;
  for (const auto& type : types_of(schema)) {
    out += (out.empty() ? "" : " or ") + words_of_type(type, schema);
  }
  if (!out.empty()) return out;
  if (const auto* target = target_of(schema, root)) return words_for(*target, root, depth + 1);
  for (const char* key : {"anyOf", "oneOf"}) {
    const auto branches = schema.find(key);
    if (branches != schema.end()) return any_of(*branches, root, depth);
  }
  const auto all = schema.find("allOf");
  return all != schema.end() && all->size() == 1 ? any_of(*all, root, depth) : std::string();
}

/// Of people's secrets none may come back in a message that others log, nor what can't be seen or
/// reorders what is seen.
bool may_show(const std::string& text) {
  if (looks_secret(text) || clean(text) != text) return false;
  std::size_t run = 0;
  bool digits = false;
  bool letters = false;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!digit && !letter && c != '-' && c != '_') {
      run = 0;
      digits = letters = false;
      continue;
    }
    digits = digits || digit;
    letters = letters || letter;
    if (++run >= kMostMixed && digits && letters) return false;
  }
  return true;
}

std::string text_that_came(const std::string& text, bool shown) {
  if (text.empty()) return "an empty text";
  const auto length = code_points(text);
  if (shown && length <= kMostShown && may_show(text)) return "the text " + quote(text);
  return "a text of " + counted(std::to_string(length), "character");
}

}  // namespace

std::string what_fits(const json& schema, const json& root) {
  return excerpt(words_for(schema, root, 0), kMostBytes);
}

std::string one_line(std::string_view name) {
  std::string out = clean(name.substr(0, kMostBytes * 4));
  std::replace(out.begin(), out.end(), '`', '\'');
  return excerpt(out, kMostBytes);
}

std::string in_backticks(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " and " : ", ";
    out += "`" + excerpt(one_line(names[i])) + "`";
  }
  return out;
}

std::string what_came(const json& value, const std::vector<std::string>& names, Came came) {
  if (came == Came::kLeftOut) return {};
  const bool shown = came == Came::kShown &&
                     std::none_of(names.begin(), names.end(),
                                  [](const std::string& name) { return audit::hides(name); });
  if (value.is_string()) return text_that_came(value.get_ref<const std::string&>(), shown);
  if (value.is_number()) return shown ? json_text(value) : "a number";
  if (value.is_boolean()) return shown ? json_text(value) : "true or false";
  if (value.is_null()) return "null";
  const char* kind = value.is_array() ? "list" : "object";
  const char* article = value.is_array() ? "a " : "an ";
  if (value.empty()) return std::string("an empty ") + kind;
  return article + std::string(kind) + " of " +
         counted(std::to_string(value.size()), value.is_array() ? "entry" : "member");
}

}  // namespace adomcp::mcp
