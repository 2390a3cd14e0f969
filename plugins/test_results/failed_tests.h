#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Pure: which tests of a run failed, and what their results say.

namespace adomcp::test_results {

/// One test, whatever the number of its results.
struct Failed {
  std::string key;  ///< by which it is recognised in other runs
  std::string name, title, suite;
  std::int64_t test_run_id = 0;
  std::int64_t result_id = 0;
  std::int64_t results = 1;
  bool rerun = false;
  std::optional<double> duration_seconds;
  // Of the details of its first result:
  bool has_details = false;  ///< they were read, whatever they say
  std::string message, stack;
  std::string stage, job;
  std::int64_t attempt = 0;  ///< 0: not told
};

/// By what a result's test is recognised: its full name and what holds it.
std::string key_of(const nlohmann::json& result);

/// The failed tests of a shallow list, in its order, each once; only those whose name has `part`,
/// in any case. An empty `part` is in each.
std::vector<Failed> failed_tests(const nlohmann::json& list, std::string_view part);

/// The test runs that hold the first results of `tests`, in order, each once, at most `most`.
std::vector<std::int64_t> test_runs_of(const std::vector<Failed>& tests, std::size_t most);

/// Names some of the first `most` tests whose details weren't read, and how many there are; empty:
/// none.
std::string without_details(const std::vector<Failed>& tests, std::size_t most);

/// Puts message and stack of the results of one test run into the tests they belong to.
void add_details(std::vector<Failed>& tests, std::int64_t test_run_id, const nlohmann::json& list);

/// Puts stage, job and attempt, as far as the test run tells them.
void add_place(std::vector<Failed>& tests, std::int64_t test_run_id, const nlohmann::json& run);

/// Equal for messages that are the same but for addresses, GUIDs and numbers of four digits and
/// more.
std::string folded(std::string_view message);

/// For each test the number of its group, from 1 in order of the first member; 0: it fails alone,
/// or without a message.
std::vector<std::size_t> same_messages(const std::vector<Failed>& tests);

}  // namespace adomcp::test_results
