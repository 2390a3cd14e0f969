#include "record_facts.h"

#include <adomcp/text.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "wording.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMaxOfTask = 10;  // messages of one type of issue; Azure keeps no more either
constexpr std::size_t kMaxOfOthers = 50;
constexpr std::size_t kMaxBelow = 10;
constexpr std::size_t kMaxMessage = 4096;
constexpr int kMaxLevels = 16;

/// Without the zeros that Azure writes or leaves out behind a second's fraction.
std::string_view plain(std::string_view time) {
  if (time.empty() || time.back() != 'Z') return time;
  time.remove_suffix(1);
  if (time.find('.') == std::string_view::npos) return time;
  while (time.back() == '0') time.remove_suffix(1);
  if (time.back() == '.') time.remove_suffix(1);
  return time;
}

/// Texts in their order, each once.
class Texts {
 public:
  void add(std::string text) {
    if (sdk::trim(sdk::clean_text(text)).empty() || !seen_.insert(text).second) return;
    list_.push_back(std::move(text));
  }

  /// The first `most`, decisive ones before others where some must go.
  std::vector<std::string> take(std::size_t most, Speaker speaker, std::size_t& left_out) {
    if (list_.size() <= most) return std::move(list_);
    std::stable_partition(list_.begin(), list_.end(), [&](const std::string& text) {
      const Kind kind = kind_of({text}, false, speaker);
      return kind == Kind::kInfrastructure || kind == Kind::kTimeout;
    });
    left_out = list_.size() - most;
    list_.resize(most);
    return std::move(list_);
  }

 private:
  std::vector<std::string> list_;
  std::unordered_set<std::string> seen_;
};

/// Walks the tree once; parents that form a loop end at the last level.
void add_below(const Record& at, const Record& top, int levels, Texts& out) {
  if (levels == 0) return;
  for (const Record* child : at.children) {
    if (child->old || child == &top || child->is(top.type)) continue;
    for (std::string& error : said_by(*child).errors) out.add(std::move(error));
    add_below(*child, top, levels - 1, out);
  }
}

}  // namespace

std::vector<std::string> Said::all() const {
  std::vector<std::string> out = errors;
  append(out, warnings);
  return out;
}

std::vector<std::string> Said::deciding() const {
  std::vector<std::string> out = errors;
  for (const std::string& warning : warnings) {
    if (!is_announcement(warning)) append(out, {warning});
  }
  return out;
}

Said said_by(const Record& record) {
  Said out;
  Texts errors;
  Texts warnings;
  const bool task = record.is("Task");
  for (const nlohmann::json& issue : sdk::list_of(sdk::member(*record.raw, "issues"))) {
    const std::string type = sdk::raw_text_of(issue, "type");
    std::string message = sdk::raw_text_of(issue, "message");
    message.resize(sdk::truncate_utf8(message, kMaxMessage).size());
    if (sdk::iequals(type, "error")) {
      errors.add(std::move(message));
    } else if (sdk::iequals(type, "warning")) {
      warnings.add(std::move(message));
    }
  }
  const std::size_t most = task ? kMaxOfTask : kMaxOfOthers;
  const Speaker speaker = task ? Speaker::kTask : Speaker::kService;
  out.errors = errors.take(most, speaker, out.errors_left_out);
  out.warnings = warnings.take(most, speaker, out.warnings_left_out);
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

Said said_below(const Record& record) {
  Said out;
  Texts all;
  add_below(record, record, kMaxLevels, all);
  out.errors = all.take(kMaxBelow, Speaker::kService, out.errors_left_out);
  return out;
}

const Said& SaidAbove::of(const Record& record) {
  const auto [at, fresh] = known_.try_emplace(&record);
  if (fresh) at->second = said_by(record);
  return at->second;
}

Said SaidAbove::errors(const Record& record) {
  Said out;
  for (const char* level : {"Phase", "Stage"}) {
    const Record* at = RecordTree::above(record, level);
    if (at == nullptr) continue;
    const Said& said = of(*at);
    append(out.errors, said.errors);
    out.errors_left_out += said.errors_left_out;
  }
  return out;
}

const Said& SaidAbove::first(const Record& record) {
  for (const char* level : {"Job", "Phase", "Stage"}) {
    const Record* at = RecordTree::above(record, level);
    if (at == nullptr) continue;
    const Said& said = of(*at);
    if (!said.errors.empty() || !said.warnings.empty()) return said;
  }
  return nothing_;
}

std::size_t ordinal_of(const Record& task) {
  if (task.parent == nullptr) return 0;
  std::size_t out = 0;
  for (const Record* other : task.parent->children) {
    const bool before = !other->old && other->is("Task") && other->order < task.order;
    if (before && other->name == task.name) ++out;
  }
  return out;
}

bool is_failed(const Record& record) {
  return record.has_result("failed") || record.has_result("abandoned") ||
         record.has_result("rejected") || record.has_result("timedOut");
}

bool is_broken(const Record& record) {
  return is_failed(record) || record.has_result("canceled");
}

bool is_tolerated(const Record& record) {
  return record.has_result("succeededWithIssues") && !errors_of(record).empty();
}

bool never_ran(const Record& record) {
  const std::string started = record.time("startTime");
  const std::string finished = record.time("finishTime");
  return !record.result.empty() && (started.empty() || plain(started) == plain(finished));
}

}  // namespace adomcp::failure_logs
