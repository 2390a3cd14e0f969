#include "failed_tests.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <algorithm>
#include <unordered_map>

#include "shared/guid.h"

namespace adomcp::test_results {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxTests = 1000;  // looked at; Azure gives no more in the page asked for
constexpr std::size_t kNameBytes = 300;
constexpr std::size_t kMessageBytes = 1000;
constexpr std::size_t kStackBytes = 4000;  // more than is shown

std::string name_of(const json& result) {
  std::string name = sdk::raw_text_of(result, "automatedTestName");
  return name.empty() ? sdk::raw_text_of(result, "testCaseTitle") : name;
}

bool is_true(const json& value) {
  return value.is_boolean() && value.get<bool>();
}

Failed failed_of(const json& result) {
  Failed test;
  test.key = key_of(result);
  test.name = sdk::safe_text(name_of(result), kNameBytes);
  const std::string title = sdk::safe_text_of(result, "testCaseTitle", kNameBytes);
  const bool told = test.name.size() >= title.size() &&
                    std::string_view(test.name).substr(test.name.size() - title.size()) == title;
  if (!told) test.title = title;
  test.suite = sdk::safe_text_of(result, "automatedTestStorage", kNameBytes);
  test.test_run_id = sdk::integer_of(result, "runId");
  test.result_id = sdk::integer_of(result, "id");
  test.rerun = is_true(sdk::member(result, "isReRun"));
  const json& duration = sdk::member(result, "durationInMs");
  if (duration.is_number()) test.duration_seconds = duration.get<double>() / 1000;
  return test;
}

bool is_hex(char c) {
  return sdk::is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Whether a word of letters and digits differs from run to run: a long number, an address, a hash.
bool is_passing(std::string_view word) {
  const auto digit = [](char c) { return sdk::is_digit(c); };
  const auto digits = static_cast<std::size_t>(std::count_if(word.begin(), word.end(), digit));
  if (digits == word.size()) return digits >= 4;
  if (word.size() > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X')) return true;
  return digits > 0 && word.size() >= 8 && std::all_of(word.begin(), word.end(), is_hex);
}

}  // namespace

std::string key_of(const json& result) {
  return sdk::raw_text_of(result, "automatedTestStorage") + '\n' + name_of(result);
}

std::vector<Failed> failed_tests(const json& list, std::string_view part) {
  std::vector<Failed> out;
  std::unordered_map<std::string, std::size_t> places;
  for (const json& result : sdk::list_of(list)) {
    if (!sdk::iequals(sdk::raw_text_of(result, "outcome"), "failed")) continue;
    if (!sdk::icontains(name_of(result), part)) continue;
    const auto [place, is_new] = places.emplace(key_of(result), out.size());
    if (!is_new) {
      ++out[place->second].results;
      continue;
    }
    if (out.size() == kMaxTests) return out;
    out.push_back(failed_of(result));
  }
  return out;
}

std::vector<std::int64_t> test_runs_of(const std::vector<Failed>& tests, std::size_t most) {
  std::vector<std::int64_t> out;
  for (const Failed& test : tests) {
    if (out.size() == most) break;
    const bool known = std::find(out.begin(), out.end(), test.test_run_id) != out.end();
    if (!known && test.test_run_id > 0) out.push_back(test.test_run_id);
  }
  return out;
}

std::string without_details(const std::vector<Failed>& tests, std::size_t most) {
  constexpr std::size_t kNamed = 5;
  std::string names;
  std::size_t count = 0;
  for (std::size_t i = 0; i < std::min(most, tests.size()); ++i) {
    if (tests[i].has_details || ++count > kNamed) continue;
    names += (count == 1 ? "" : ", ") + sdk::quoted(tests[i].name, 80);
  }
  if (count == 0) return {};
  if (count > kNamed) names += " and " + std::to_string(count - kNamed) + " more";
  return std::to_string(count) + " of the tests: " + names;
}

void add_details(std::vector<Failed>& tests, std::int64_t test_run_id, const json& list) {
  std::unordered_map<std::int64_t, const json*> results;
  for (const json& result : sdk::list_of(list)) {
    results.emplace(sdk::integer_of(result, "id"), &result);
  }
  for (Failed& test : tests) {
    const auto found = results.find(test.result_id);
    if (test.test_run_id != test_run_id || found == results.end()) continue;
    test.has_details = true;
    test.message = sdk::trim(sdk::safe_text_of(*found->second, "errorMessage", kMessageBytes));
    test.stack = sdk::safe_text_of(*found->second, "stackTrace", kStackBytes);
  }
}

void add_place(std::vector<Failed>& tests, std::int64_t test_run_id, const json& run) {
  const json& place = sdk::member(run, "pipelineReference");
  const json& stage = sdk::member(place, "stageReference");
  const json& job = sdk::member(place, "jobReference");
  for (Failed& test : tests) {
    if (test.test_run_id != test_run_id) continue;
    test.stage = sdk::safe_text_of(stage, "stageName");
    test.job = sdk::safe_text_of(job, "jobName");
    test.attempt = std::max(sdk::integer_of(stage, "attempt"), sdk::integer_of(job, "attempt"));
  }
}

std::string folded(std::string_view message) {
  std::string out;
  for (std::size_t i = 0; i < message.size();) {
    if (shared::begins_with_guid(message.substr(i))) {
      out += '#';
      i += shared::kGuidSize;
      continue;
    }
    std::size_t end = i;
    while (end < message.size() && sdk::is_alnum(message[end])) ++end;
    const std::string_view word = message.substr(i, end - i);
    if (word.empty()) {
      out += message[i++];
      continue;
    }
    if (is_passing(word)) {
      out += '#';
    } else {
      out += word;
    }
    i = end;
  }
  return out;
}

std::vector<std::size_t> same_messages(const std::vector<Failed>& tests) {
  std::unordered_map<std::string, std::size_t> counts;
  for (const Failed& test : tests) {
    if (!test.message.empty()) ++counts[folded(test.message)];
  }
  std::unordered_map<std::string, std::size_t> numbers;
  std::vector<std::size_t> out;
  for (const Failed& test : tests) {
    const std::string text = folded(test.message);
    const bool alone = test.message.empty() || counts[text] < 2;
    out.push_back(alone ? 0 : numbers.emplace(text, numbers.size() + 1).first->second);
  }
  return out;
}

}  // namespace adomcp::test_results
