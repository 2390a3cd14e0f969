#include "azure_devops/error_details.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/json_sax.h"
#include "core/text.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxResults = 50;
constexpr int kMaxDepth = 6;

constexpr std::array<std::string_view, 6> kMessageKeys{"message",     "errorMessage", "detail",
                                                       "description", "title",        "text"};
constexpr std::array<std::string_view, 4> kResultKeys{"validationResults", "errors",
                                                      "validationErrors", "details"};
constexpr std::array<std::string_view, 4> kListKeys{"$values", "$value", "values", "value"};
constexpr std::array<std::string_view, 6> kPlumbing{"typeName", "typeKey", "errorCode",
                                                    "eventId",  "status",  "traceId"};
constexpr std::array<std::string_view, 4> kInnerKeys{"customProperties", "innerException", "error",
                                                     "value"};

/// A member by its name in any case; null when there is none.
const json* loose_member(const json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  for (const auto& [key, value] : object.items()) {
    if (iequals(key, name)) return &value;
  }
  return nullptr;
}

/// The first text among the members that may hold a message.
std::string message_in(const json& object) {
  for (const std::string_view key : kMessageKeys) {
    const json* found = loose_member(object, key);
    if (found == nullptr || !found->is_string()) continue;
    if (const auto text = trim(found->get_ref<const std::string&>()); !text.empty()) {
      return std::string(text);
    }
  }
  return {};
}

/// The same of a result, whose message may be a number.
std::string said_by(const json& entry) {
  if (auto said = message_in(entry); !said.empty()) return said;
  const json* found = loose_member(entry, "message");
  return found != nullptr && found->is_number() ? json_text(*found) : std::string();
}

bool is_plumbing(std::string_view key) {
  return key.empty() || key.front() == '$' ||
         std::any_of(kPlumbing.begin(), kPlumbing.end(),
                     [&](std::string_view known) { return iequals(key, known); });
}

bool is_number(std::string_view key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `result` of a validation result: words, or the numbers of the enumeration behind them.
bool is_result(const json& entry, std::string_view word, int number) {
  const json* found = loose_member(entry, "result");
  if (found == nullptr) return false;
  if (found->is_string()) return iequals(found->get_ref<const std::string&>(), word);
  return found->is_number_integer() && found->get<std::int64_t>() == number;
}

/// JSON that came as text; nothing when it is none.
json unpacked(const std::string& text) {
  const auto plain = trim(text);
  if (plain.empty() || (plain.front() != '[' && plain.front() != '{')) return nullptr;
  json parsed = json_from(plain);
  return parsed.is_discarded() ? json() : parsed;
}

class Collector {
 public:
  ErrorDetails run(const json& body) {
    take_inner(body, 0);
    split_headline();
    return std::move(out_);
  }

 private:
  /// An error: its message, its results, and the errors within it.
  void take_object(const json& object, int depth) {
    if (!object.is_object() || depth > kMaxDepth) return;
    if (auto said = message_in(object); !said.empty()) {
      if (out_.headline.empty()) {
        out_.headline = std::move(said);
      } else {
        add(std::move(said));
      }
    }
    for (const std::string_view key : kResultKeys) {
      if (const json* results = loose_member(object, key)) take_results(*results, depth + 1);
    }
    for (const std::string_view key : kInnerKeys) {
      const json* inner = loose_member(object, key);
      if (inner != nullptr) take_inner(*inner, depth + 1);
    }
  }

  void take_inner(const json& inner, int depth) {
    if (inner.is_array()) return take_results(inner, depth);
    if (!inner.is_string()) return take_object(inner, depth);
    const std::string& text = inner.get_ref<const std::string&>();
    const json object = unpacked(text);
    if (!object.is_null()) return take_inner(object, depth);
    if (out_.headline.empty()) out_.headline = text;
  }

  /// A list of results, however it is wrapped.
  void take_results(const json& results, int depth) {
    if (depth > kMaxDepth) return;
    if (results.is_string()) {
      const std::string& text = results.get_ref<const std::string&>();
      const json inner = unpacked(text);
      return inner.is_null() ? add(text) : take_results(inner, depth + 1);
    }
    if (results.is_array()) {
      for (const json& entry : results) take_result(entry, depth + 1);
      return;
    }
    if (message_in(results).empty() && loose_member(results, "key") == nullptr) {
      for (const std::string_view key : kListKeys) {
        const json* list = loose_member(results, key);
        if (list != nullptr && !list->is_null()) return take_results(*list, depth + 1);
      }
    }
    take_result(results, depth + 1);
  }

  void take_result(const json& entry, int depth) {
    if (depth > kMaxDepth) return;
    if (entry.is_string() || entry.is_array()) return take_results(entry, depth);
    if (!entry.is_object() || is_result(entry, "ok", 0)) return;
    if (auto said = said_by(entry); !said.empty()) {
      add(is_result(entry, "warning", 1) ? "warning: " + said : std::move(said));
      return take_within(entry, depth);
    }
    if (loose_member(entry, "result") != nullptr)
      return add(json_text(entry));  // odd, but not lost
    if (const json* value = loose_member(entry, "value")) {
      if (const json* key = loose_member(entry, "key"); key != nullptr && key->is_string()) {
        return take_named(key->get<std::string>(), *value, depth);
      }
    }
    for (const auto& [key, value] : entry.items()) take_named(key, value, depth);
  }

  /// What stands within a result beside its message.
  void take_within(const json& entry, int depth) {
    for (const std::string_view key : kResultKeys) {
      if (const json* results = loose_member(entry, key)) take_results(*results, depth + 1);
    }
    for (const std::string_view key : {"customProperties", "innerException"}) {
      const json* inner = loose_member(entry, key);
      if (inner != nullptr) take_inner(*inner, depth + 1);
    }
  }

  /// {"parameterName": ["is missing", …]}, as ASP.NET names what is wrong by field; with one text
  /// for each; or by number. A name of a list is the list's.
  void take_named(const std::string& key, const json& value, int depth) {
    if (is_plumbing(key) || value.is_null()) return;
    const bool list =
        is_number(key) || std::any_of(kResultKeys.begin(), kResultKeys.end(),
                                      [&](auto known) { return iequals(key, known); });
    if (list || value.is_object()) return take_results(value, depth + 1);
    if (value.is_string()) return add(key + ": " + value.get<std::string>());
    if (!value.is_array()) return;
    for (const json& each : value) {
      if (each.is_string()) {
        add(key + ": " + each.get<std::string>());
      } else {
        take_result(each, depth + 1);
      }
    }
  }

  /// A message of several lines is a list itself: the YAML's errors come so.
  void split_headline() {
    const std::string whole = std::exchange(out_.headline, {});
    std::vector<std::string> lines;
    for (std::size_t from = 0; from <= whole.size();) {
      const std::size_t end = std::min(whole.find_first_of("\r\n", from), whole.size());
      const auto line = trim(std::string_view(whole).substr(from, end - from));
      if (!line.empty() && out_.headline.empty()) {
        out_.headline = line;
      } else if (!line.empty()) {
        lines.emplace_back(line);
      }
      from = end + 1;
    }
    std::vector<std::string> results = std::exchange(out_.results, {});
    for (auto* list : {&lines, &results}) {
      for (std::string& text : *list) add(std::move(text));
    }
  }

  void add(std::string text) {
    if (trim(text).empty() || text == out_.headline) return;
    if (std::find(out_.results.begin(), out_.results.end(), text) != out_.results.end()) return;
    if (out_.results.size() == kMaxResults) {
      ++out_.left_out;
      return;
    }
    out_.results.push_back(std::move(text));
  }

  ErrorDetails out_;
};

/// Of a body that broke off: the messages that came whole.
class Salvage : public nlohmann::json_sax<json> {
 public:
  ErrorDetails take() { return std::move(out_); }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return ++depth_ <= kDeepest; }
  bool start_array(std::size_t) override { return ++depth_ <= kDeepest; }
  bool end_object() override { return --depth_ > 0; }
  bool end_array() override { return --depth_ > 0; }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override {
    return false;
  }
  bool key(string_t& name) override {
    message_ = iequals(name, "message") || iequals(name, "errorMessage");
    return true;
  }
  bool string(string_t& value) override {
    if (!std::exchange(message_, false) || trim(value).empty()) return true;
    if (depth_ == 1) {
      out_.headline = std::move(value);
    } else if (out_.results.size() < kMaxResults) {
      out_.results.push_back(std::move(value));
    }
    return true;
  }

 private:
  static constexpr std::size_t kDeepest = 100;

  ErrorDetails out_;
  std::size_t depth_ = 0;
  bool message_ = false;
};

}  // namespace

ErrorDetails error_details(std::string_view body) {
  const json parsed = json_from(body);
  if (!parsed.is_discarded()) return Collector().run(parsed);
  Salvage salvage;
  read_json(body, salvage);
  ErrorDetails details = salvage.take();
  details.broken = !details.headline.empty() || !details.results.empty();
  return details;
}

}  // namespace adomcp::azure_devops
