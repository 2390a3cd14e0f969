#include "record_tree.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

namespace adomcp::failure_logs {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxRecords = 20000;
constexpr int kMaxDepth = 16;

Record read(const json& raw) {
  Record record;
  record.raw = &raw;
  record.id = sdk::text_of(raw, "id");
  record.parent_id = sdk::text_of(raw, "parentId");
  record.type = sdk::text_of(raw, "type");
  record.name = sdk::text_of(raw, "name");
  record.identifier = sdk::text_of(raw, "identifier");
  record.result = sdk::text_of(raw, "result");
  record.attempt = std::max<std::int64_t>(1, sdk::integer_of(raw, "attempt", 1));
  record.order = sdk::integer_of(raw, "order");
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
  for (Record& record : records_) {
    std::sort(record.children.begin(), record.children.end(),
              [](const Record* a, const Record* b) { return a->order < b->order; });
  }
}

std::vector<const Record*> RecordTree::all(std::string_view type) const {
  std::vector<const Record*> out;
  for (const Record& record : records_) {
    if (!record.old && record.is(type)) out.push_back(&record);
  }
  return out;
}

const Record* RecordTree::above(const Record& from, std::string_view type) {
  const Record* at = &from;
  for (int depth = 0; at != nullptr && depth < kMaxDepth; ++depth, at = at->parent) {
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

// Of stages, phases and jobs with the same identifier the highest attempt counts.
void RecordTree::drop_old_attempts() {
  std::map<std::pair<std::string, std::string>, std::int64_t> newest;
  const auto key = [](const Record& record) {
    return std::make_pair(record.type, record.identifier);
  };
  for (const Record& record : records_) {
    if (record.identifier.empty() || record.is("Task")) continue;
    std::int64_t& attempt = newest[key(record)];
    attempt = std::max(attempt, record.attempt);
  }
  for (Record& record : records_) {
    const Record* at = &record;
    for (int depth = 0; at != nullptr && depth < kMaxDepth; ++depth, at = at->parent) {
      const auto found =
          at->identifier.empty() || at->is("Task") ? newest.end() : newest.find(key(*at));
      if (found != newest.end() && at->attempt < found->second) record.old = true;
    }
  }
}

}  // namespace adomcp::failure_logs
