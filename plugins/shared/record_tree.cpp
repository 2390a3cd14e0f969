#include "record_tree.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <unordered_set>

namespace adomcp::shared {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxRecords = 60000;  // more than fit into the bytes of a timeline
constexpr std::size_t kMaxDepth = 16;

/// The service's results, where a record has their number.
std::string result_of(const json& raw) {
  constexpr std::array<const char*, 6> kResults{
      "succeeded", "succeededWithIssues", "failed", "canceled", "skipped", "abandoned"};
  const std::int64_t number = sdk::integer_of(raw, "result", -1);
  const bool known = number >= 0 && number < static_cast<std::int64_t>(kResults.size());
  return known ? kResults.at(static_cast<std::size_t>(number)) : sdk::raw_text_of(raw, "result");
}

Record read(const json& raw) {
  Record record;
  record.raw = &raw;
  record.id = sdk::raw_text_of(raw, "id");
  record.parent_id = sdk::raw_text_of(raw, "parentId");
  record.type = sdk::raw_text_of(raw, "type");
  record.name = sdk::raw_text_of(raw, "name");
  record.identifier = sdk::raw_text_of(raw, "identifier");
  record.result = result_of(raw);
  record.attempt = std::max<std::int64_t>(1, sdk::integer_of(raw, "attempt", 1));
  record.order = sdk::integer_of(raw, "order", -1);
  return record;
}

}  // namespace

RecordTree::RecordTree(const json& timeline) {
  const json& records = sdk::member(timeline, "records");
  if (!records.is_array()) return;
  records_.reserve(std::min(records.size(), kMaxRecords));
  for (const json& raw : records) {
    if (records_.size() == kMaxRecords) break;
    if (raw.is_object()) records_.push_back(read(raw));
  }
  link();
  drop_old_attempts();
  for (Record& record : records_) sort(record.children);
}

std::vector<const Record*> RecordTree::all(std::string_view type) const {
  std::vector<const Record*> out;
  for (const Record& record : records_) {
    if (!record.old && record.is(type)) out.push_back(&record);
  }
  return out;
}

std::vector<const Record*> RecordTree::all() const {
  std::vector<const Record*> out;
  for (const Record& record : records_) {
    if (!record.old) out.push_back(&record);
  }
  return out;
}

const Record* RecordTree::above(const Record& from, std::string_view type) {
  const Record* at = &from;
  for (std::size_t depth = 0; at != nullptr && depth < kMaxDepth; ++depth, at = at->parent) {
    if (at->is(type)) return at;
  }
  return nullptr;
}

void RecordTree::link() {
  std::unordered_map<std::string_view, Record*> by_id;
  for (Record& record : records_) by_id.emplace(record.id, &record);
  for (Record& record : records_) {
    const auto found = record.parent_id.empty() ? by_id.end() : by_id.find(record.parent_id);
    if (found == by_id.end() || found->second == &record) continue;
    record.parent = found->second;
    found->second->children.push_back(&record);
  }
}

bool RecordTree::began_before(const Record& a, const Record& b) {
  const std::string one = a.time("startTime");
  const std::string other = b.time("startTime");
  return !one.empty() && (other.empty() || one < other);
}

/// Where a record stands whatever its attempt: its type and names below those of its ancestors. A
/// retried stage is a new record with new children, so ids don't serve; an identifier alone doesn't
/// either, because every Checkpoint is called "Checkpoint" and every unnamed phase "__default", and
/// legs of one job may share theirs. A parent that the timeline lacks counts by its id.
std::string RecordTree::place_of(const Record& record) {
  std::string path;
  const Record* at = &record;
  for (std::size_t depth = 0; at != nullptr && depth < kMaxDepth; ++depth, at = at->parent) {
    const bool unnamed = at->identifier.empty() && at->name.empty();
    path += at->type + '\n' + at->identifier + '\n' + (unnamed ? at->id : at->name) + '\n';
    if (at->parent == nullptr) path += at->parent_id;
  }
  return path;
}

/// What a later attempt names as its own before, with what hangs below it.
void RecordTree::mark_replaced() {
  std::unordered_set<std::string> replaced;
  for (const Record& record : records_) {
    for (const json& before : sdk::list_of(sdk::member(*record.raw, "previousAttempts"))) {
      const std::string id = sdk::raw_text_of(before, "recordId");
      if (!id.empty() && id != record.id) replaced.insert(id);
    }
  }
  for (Record& record : records_) {
    record.old = replaced.count(record.id) > 0 || replaced.count(record.parent_id) > 0;
  }
}

// Of the records at one place the highest attempt counts. Two steps of a job may have one name: of
// tasks only those give way that have an attempt of their own each.
void RecordTree::mark_level(const std::vector<Record*>& level) {
  std::map<std::string, std::vector<Record*>> places;
  for (Record* record : level) {
    record->old = record->old || (record->parent != nullptr && record->parent->old);
    if (!record->old) places[place_of(*record)].push_back(record);
  }
  for (const auto& [place, records] : places) {
    std::int64_t newest = 0;
    std::unordered_set<std::int64_t> attempts;
    for (const Record* record : records) {
      newest = std::max(newest, record->attempt);
      attempts.insert(record->attempt);
    }
    const bool steps = records.front()->is("Task") && attempts.size() < records.size();
    for (Record* record : records) record->old = !steps && record->attempt < newest;
  }
}

// From the top down: what hangs below an earlier attempt has no say in which is the latest.
void RecordTree::drop_old_attempts() {
  mark_replaced();
  std::array<std::vector<Record*>, kMaxDepth> levels;
  for (Record& record : records_) {
    std::size_t depth = 0;
    const Record* at = record.parent;
    for (; at != nullptr && depth + 1 < levels.size(); ++depth) at = at->parent;
    levels.at(depth).push_back(&record);
  }
  for (const std::vector<Record*>& level : levels) mark_level(level);
}

std::string level_name(const Record* record) {
  return record == nullptr || record->name == "__default" ? std::string() : record->name;
}

std::string stage_name(const Record& record) {
  return level_name(RecordTree::above(record, "Stage"));
}

std::string job_name(const Record& record) {
  const Record* job = RecordTree::above(record, "Job");
  return level_name(job != nullptr ? job : RecordTree::above(record, "Phase"));
}

std::vector<const Record*> tasks_of(const Record& job) {
  std::vector<const Record*> out;
  for (const Record* child : job.children) {
    if (!child->old && child->is("Task")) out.push_back(child);
  }
  return out;
}

}  // namespace adomcp::shared
