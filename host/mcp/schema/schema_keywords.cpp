#include "mcp/schema/schema_keywords.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <valijson/adapters/nlohmann_json_adapter.hpp>

#include "core/json.h"
#include "core/nearest_name.h"
#include "core/text.h"
#include "mcp/schema/schema_words.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using valijson::adapters::Adapter;
using ValidationErrors = std::vector<ValidationError>;

constexpr std::size_t kMaxPatternBytes = 1000;
constexpr std::int64_t kMaxPatternMemory = std::int64_t{1} << 20;
constexpr double kMaxSafeInteger = 9007199254740991.0;  // 2^53 - 1
constexpr std::size_t kMostErrors = 5;                  // of one check
constexpr const char* kMissing = ", but it is missing";

[[noreturn]] void refuse(const std::string& reason) {
  throw std::invalid_argument(reason);
}

std::vector<std::string> string_list(const json& value) {
  if (!value.is_array()) refuse("must be a list of strings");
  std::vector<std::string> out;
  for (const auto& item : value) {
    if (!item.is_string()) refuse("must be a list of strings");
    out.push_back(item.get<std::string>());
  }
  return out;
}

std::size_t size_limit(const json& value) {
  if (!value.is_number_integer() || value < 0) refuse("must be a whole number, 0 or more");
  return value.get<std::size_t>();
}

/// Of one value: `fits` says no, and its sentence what the whole schema beside the keyword wants.
template <typename Fits>
Check make_value_check(const KeywordPlace& place, Fits fits) {
  auto words = what_fits(place.schema, place.root);
  words = words.empty() ? "does not fit" : "must be " + words;
  return [words = std::move(words), fits = std::move(fits)](const Adapter& v) -> ValidationErrors {
    if (fits(v)) return {};
    return {ValidationError{{}, words, true}};
  };
}

// --- type, enum, const

bool is_whole(const Adapter& value) {
  if (value.isInteger()) return true;
  if (!value.isDouble()) return false;
  const double number = value.getNumber();
  return std::abs(number) <= kMaxSafeInteger && std::trunc(number) == number;
}

using TypeTest = bool (*)(const Adapter&);

const std::map<std::string, TypeTest, std::less<>>& type_tests() {
  static const std::map<std::string, TypeTest, std::less<>> tests = {
      {"array", [](const Adapter& v) { return v.isArray(); }},
      {"boolean", [](const Adapter& v) { return v.isBool(); }},
      {"integer", [](const Adapter& v) { return is_whole(v); }},
      {"null", [](const Adapter& v) { return v.isNull(); }},
      {"number", [](const Adapter& v) { return v.isNumber(); }},
      {"object", [](const Adapter& v) { return v.isObject(); }},
      {"string", [](const Adapter& v) { return v.isString(); }},
  };
  return tests;
}

Check make_type(const json& value, const KeywordPlace& place) {
  const auto names = value.is_string() ? std::vector{value.get<std::string>()} : string_list(value);
  if (names.empty()) refuse("names no type");
  std::vector<TypeTest> allowed;
  for (const auto& name : names) {
    const auto test = type_tests().find(name);
    if (test == type_tests().end()) refuse("'" + excerpt(name) + "' is not a type");
    allowed.push_back(test->second);
  }
  return make_value_check(place, [allowed](const Adapter& v) {
    return std::any_of(allowed.begin(), allowed.end(), [&](TypeTest test) { return test(v); });
  });
}

bool same(const json& expected, const Adapter& value) {
  if (expected.is_number_integer() && value.isInteger()) return expected == value.getInteger();
  return valijson::adapters::NlohmannJsonAdapter(expected).equalTo(value, true);
}

Check make_one_of(std::vector<json> allowed, const KeywordPlace& place) {
  return make_value_check(place, [allowed = std::move(allowed)](const Adapter& v) {
    return std::any_of(allowed.begin(), allowed.end(),
                       [&](const json& value) { return same(value, v); });
  });
}

Check make_enum(const json& value, const KeywordPlace& place) {
  if (!value.is_array() || value.empty()) refuse("must be a list of values");
  return make_one_of({value.begin(), value.end()}, place);
}

Check make_const(const json& value, const KeywordPlace& place) {
  return make_one_of({value}, place);
}

// --- numbers

template <typename Fits>
Check make_bound(const json& value, const KeywordPlace& place, Fits fits) {
  if (!value.is_number()) refuse("must be a number");
  return make_value_check(place, [bound = value.get<double>(), fits](const Adapter& v) {
    return !v.isNumber() || fits(v.getNumber(), bound);
  });
}

Check make_minimum(const json& value, const KeywordPlace& place) {
  return make_bound(value, place, [](double v, double bound) { return v >= bound; });
}

Check make_maximum(const json& value, const KeywordPlace& place) {
  return make_bound(value, place, [](double v, double bound) { return v <= bound; });
}

Check make_exclusive_minimum(const json& value, const KeywordPlace& place) {
  return make_bound(value, place, [](double v, double bound) { return v > bound; });
}

Check make_exclusive_maximum(const json& value, const KeywordPlace& place) {
  return make_bound(value, place, [](double v, double bound) { return v < bound; });
}

Check make_multiple_of(const json& value, const KeywordPlace& place) {
  if (!value.is_number() || value <= 0) refuse("must be a number above 0");
  return make_bound(value, place, [](double v, double step) {
    const double quotient = v / step;
    return std::abs(quotient - std::round(quotient)) <= 1e-9 * std::max(1.0, std::abs(quotient));
  });
}

// --- strings

Check make_min_length(const json& value, const KeywordPlace& place) {
  return make_value_check(place, [limit = size_limit(value)](const Adapter& v) {
    return !v.isString() || code_points(v.asString()) >= limit;
  });
}

Check make_max_length(const json& value, const KeywordPlace& place) {
  return make_value_check(place, [limit = size_limit(value)](const Adapter& v) {
    return !v.isString() || code_points(v.asString()) <= limit;
  });
}

Check make_pattern(const json& value, const KeywordPlace& place) {
  if (!value.is_string()) refuse("must be a string");
  const auto text = value.get<std::string>();
  if (text.size() > kMaxPatternBytes) refuse("is longer than 1000 bytes");
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxPatternMemory);
  auto pattern = std::make_shared<const RE2>(text, options);
  if (!pattern->ok()) refuse("is not a pattern that RE2 takes: " + excerpt(pattern->error()));
  return make_value_check(place, [pattern](const Adapter& v) {
    return !v.isString() || RE2::PartialMatch(v.asString(), *pattern);
  });
}

// --- arrays

Check make_min_items(const json& value, const KeywordPlace& place) {
  return make_value_check(place, [limit = size_limit(value)](const Adapter& v) {
    return !v.isArray() || v.getArraySize() >= limit;
  });
}

Check make_max_items(const json& value, const KeywordPlace& place) {
  return make_value_check(place, [limit = size_limit(value)](const Adapter& v) {
    return !v.isArray() || v.getArraySize() <= limit;
  });
}

/// Equal for equal values only; 1 and 1.0 are equal in JSON Schema.
void append_canonical(const Adapter& value, std::string& out) {
  if (value.isObject()) {
    out += '{';
    value.applyToObject([&](const std::string& name, const Adapter& member) {
      out += quote(name) + ':';
      append_canonical(member, out);
      out += ',';
      return true;
    });
    out += '}';
  } else if (value.isArray()) {
    out += '[';
    value.applyToArray([&](const Adapter& item) {
      append_canonical(item, out);
      out += ',';
      return true;
    });
    out += ']';
  } else if (value.isString()) {
    out += quote(value.asString());
  } else if (value.isBool()) {
    out += value.getBool() ? "true" : "false";
  } else if (value.isNumber()) {
    const bool exact = value.isInteger();
    out += exact             ? std::to_string(value.getInteger())
           : is_whole(value) ? std::to_string(static_cast<std::int64_t>(value.getNumber()))
                             : json_text(json(value.getNumber()));
  } else {
    out += "null";
  }
}

Check make_unique_items(const json& value, const KeywordPlace&) {
  if (!value.is_boolean()) refuse("must be true or false");
  if (!value.get<bool>()) return [](const Adapter&) -> ValidationErrors { return {}; };
  return [](const Adapter& v) -> ValidationErrors {
    if (!v.isArray()) return {};
    std::map<std::string, std::size_t> seen;
    std::size_t index = 0;
    std::size_t first = 0;
    const bool unique = v.applyToArray([&](const Adapter& item) {
      std::string text;
      append_canonical(item, text);
      const auto [place, fresh] = seen.emplace(std::move(text), index++);
      first = place->second;
      return fresh;
    });
    if (unique) return {};
    return {ValidationError{{},
                            "must not hold the same entry twice, but entry [" +
                                std::to_string(index - 1) + "] repeats entry [" +
                                std::to_string(first) + "]",
                            false}};
  };
}

// --- objects

std::set<std::string> member_names(const Adapter& value) {
  std::set<std::string> names;
  value.applyToObject([&](const std::string& name, const Adapter&) {
    names.insert(name);
    return true;
  });
  return names;
}

Check make_min_properties(const json& value, const KeywordPlace& place) {
  return make_value_check(place, [limit = size_limit(value)](const Adapter& v) {
    return !v.isObject() || v.getObjectSize() >= limit;
  });
}

Check make_max_properties(const json& value, const KeywordPlace& place) {
  return make_value_check(place, [limit = size_limit(value)](const Adapter& v) {
    return !v.isObject() || v.getObjectSize() <= limit;
  });
}

/// What a property must be, as far as the schema that requires it says so.
std::string words_of_property(const std::string& name, const KeywordPlace& place) {
  const auto properties = place.schema.find("properties");
  if (properties == place.schema.end() || !properties->is_object()) return {};
  const auto found = properties->find(name);
  return found == properties->end() ? std::string() : what_fits(*found, place.root);
}

Check make_required(const json& value, const KeywordPlace& place) {
  std::vector<ValidationError> required;
  for (const auto& name : string_list(value)) {
    const auto fits = words_of_property(name, place);
    required.push_back(
        {name, (fits.empty() ? "is required" : "is required and must be " + fits) + kMissing,
         false});
  }
  return [required](const Adapter& v) -> ValidationErrors {
    if (!v.isObject() || required.empty()) return {};
    const auto names = member_names(v);
    ValidationErrors missing;
    for (const auto& one : required) {
      if (missing.size() < kMostErrors && names.count(one.member) == 0) missing.push_back(one);
    }
    return missing;
  };
}

Check make_dependent_required(const json& value, const KeywordPlace&) {
  if (!value.is_object()) refuse("must be an object of lists");
  std::map<std::string, std::vector<std::string>> rules;
  for (const auto& [name, needed] : value.items()) rules[name] = string_list(needed);
  return [rules](const Adapter& v) -> ValidationErrors {
    if (!v.isObject()) return {};
    const auto names = member_names(v);
    for (const auto& [name, needed] : rules) {
      if (names.count(name) == 0) continue;
      for (const auto& other : needed) {
        if (names.count(other) > 0) continue;
        return {
            ValidationError{other, "is required beside " + in_backticks({name}) + kMissing, false}};
      }
    }
    return {};
  };
}

/// "is unknown; did you mean `top`?"
std::string words_of_unknown(const std::string& name, const std::set<std::string>& known) {
  const std::string nearest(nearest_name(name, {known.begin(), known.end()}));
  if (!nearest.empty()) return "is unknown; did you mean " + in_backticks({nearest}) + "?";
  if (known.empty()) return "is unknown; nothing is taken here";
  return "is unknown; known: " + excerpt(in_backticks({known.begin(), known.end()}), 400);
}

const std::map<std::string, MakeCheck, std::less<>>& keywords() {
  static const std::map<std::string, MakeCheck, std::less<>> table = {
      {"type", make_type},
      {"enum", make_enum},
      {"const", make_const},
      {"minimum", make_minimum},
      {"maximum", make_maximum},
      {"exclusiveMinimum", make_exclusive_minimum},
      {"exclusiveMaximum", make_exclusive_maximum},
      {"multipleOf", make_multiple_of},
      {"minLength", make_min_length},
      {"maxLength", make_max_length},
      {"pattern", make_pattern},
      {"minItems", make_min_items},
      {"maxItems", make_max_items},
      {"uniqueItems", make_unique_items},
      {"minProperties", make_min_properties},
      {"maxProperties", make_max_properties},
      {"required", make_required},
      {"dependentRequired", make_dependent_required},
  };
  return table;
}

}  // namespace

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

MakeCheck find_keyword(const std::string& keyword) {
  const auto found = keywords().find(keyword);
  return found == keywords().end() ? nullptr : found->second;
}

Check make_closed(const KeywordPlace& place) {
  std::set<std::string> known;
  const auto properties = place.schema.find("properties");
  if (properties != place.schema.end() && properties->is_object()) {
    for (const auto& [name, unused] : properties->items()) known.insert(name);
  }
  return [known](const Adapter& v) -> ValidationErrors {
    if (!v.isObject()) return {};
    ValidationErrors unknown;
    for (const auto& name : member_names(v)) {
      if (known.count(name) > 0) continue;
      unknown.push_back({name, words_of_unknown(name, known), false, true});
      if (unknown.size() == kMostErrors) break;
    }
    return unknown;
  };
}

}  // namespace adomcp::mcp
