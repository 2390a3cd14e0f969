#include "record_facts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMaxOfTask = 10;  // messages of one type of issue; Azure keeps no more either
constexpr std::size_t kMaxOfOthers = 50;
constexpr std::size_t kMaxMessage = 4096;

/// Without the zeros that Azure writes or leaves out behind a second's fraction.
std::string_view plain(std::string_view time) {
  if (time.empty() || time.back() != 'Z') return time;
  time.remove_suffix(1);
  if (time.find('.') == std::string_view::npos) return time;
  while (time.back() == '0') time.remove_suffix(1);
  if (time.back() == '.') time.remove_suffix(1);
  return time;
}

void add(std::vector<std::string>& to, std::string text, std::size_t most) {
  if (sdk::trim(text).empty() || to.size() >= most) return;
  if (std::find(to.begin(), to.end(), text) == to.end()) to.push_back(std::move(text));
}

}  // namespace

std::vector<std::string> Said::all() const {
  std::vector<std::string> out = errors;
  append(out, warnings);
  return out;
}

Said said_by(const Record& record) {
  Said out;
  const std::size_t most = record.is("Task") ? kMaxOfTask : kMaxOfOthers;
  for (const nlohmann::json& issue : sdk::list_of(sdk::member(*record.raw, "issues"))) {
    const std::string type = sdk::text_of(issue, "type");
    std::string message = sdk::text_of(issue, "message");
    message.resize(sdk::truncate_utf8(message, kMaxMessage).size());
    if (sdk::iequals(type, "error")) add(out.errors, std::move(message), most);
    if (sdk::iequals(type, "warning")) add(out.warnings, std::move(message), most);
  }
  return out;
}

std::vector<std::string> errors_of(const Record& record) {
  return said_by(record).errors;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  for (const std::string& message : from) {
    if (std::find(to.begin(), to.end(), message) == to.end()) to.push_back(message);
  }
}

std::vector<std::string> errors_above(const Record& record) {
  std::vector<std::string> out;
  for (const char* level : {"Phase", "Stage"}) {
    const Record* at = RecordTree::above(record, level);
    if (at != nullptr) append(out, errors_of(*at));
  }
  return out;
}

Said said_above(const Record& record) {
  for (const char* level : {"Job", "Phase", "Stage"}) {
    const Record* at = RecordTree::above(record, level);
    if (at == nullptr) continue;
    Said said = said_by(*at);
    if (!said.all().empty()) return said;
  }
  return {};
}

std::string level_name(const Record* record) {
  return record == nullptr || record->name == "__default" ? std::string() : record->name;
}

bool is_failed(const Record& record) {
  return record.has_result("failed") || record.has_result("abandoned") ||
         record.has_result("rejected") || record.has_result("timedOut");
}

bool is_broken(const Record& record) {
  return is_failed(record) || record.has_result("canceled");
}

bool never_ran(const Record& record) {
  const std::string started = record.time("startTime");
  const std::string finished = record.time("finishTime");
  return !record.result.empty() && (started.empty() || plain(started) == plain(finished));
}

}  // namespace adomcp::failure_logs
