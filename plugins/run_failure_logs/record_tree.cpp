#include "record_tree.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <unordered_set>

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

const std::string& first_of(const std::string& a, const std::string& b, const std::string& c) {
  if (!a.empty()) return a;
  return b.empty() ? c : b;
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

std::vector<const Record*> RecordTree::all() const {
  std::vector<const Record*> out;
  for (const Record& record : records_) {
    if (!record.old) out.push_back(&record);
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

/// Where a record stands whatever its attempt: its type and name below those of its ancestors. A
/// retried stage is a new record with new children, so ids don't serve; an identifier alone doesn't
/// either, because every Checkpoint is called "Checkpoint" and every unnamed phase "__default". A
/// parent that the timeline lacks counts by its id.
std::string RecordTree::place_of(const Record& record) {
  std::string path;
  const Record* at = &record;
  for (int depth = 0; at != nullptr && depth < kMaxDepth; ++depth, at = at->parent) {
    path += at->type + '\n' + first_of(at->identifier, at->name, at->id) + '\n';
    if (at->parent == nullptr) path += at->parent_id;
  }
  return path;
}

// Of the records at one place the highest attempt counts, and with it its part of the tree. Tasks
// have no place of their own: two steps of a job may have one name.
void RecordTree::drop_old_attempts() {
  std::map<std::string, std::int64_t> newest;
  std::unordered_set<std::string> replaced;  // ids that a later attempt names as its own before
  std::vector<std::string> places(records_.size());
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const Record& record = records_[i];
    for (const json& before : sdk::list_of(sdk::member(*record.raw, "previousAttempts"))) {
      const std::string id = sdk::text_of(before, "recordId");
      if (!id.empty() && id != record.id) replaced.insert(id);
    }
    if (record.is("Task")) continue;
    places[i] = place_of(record);
    std::int64_t& attempt = newest[places[i]];
    attempt = std::max(attempt, record.attempt);
  }
  for (std::size_t i = 0; i < records_.size(); ++i) {
    Record& record = records_[i];
    record.old = replaced.count(record.id) > 0 || replaced.count(record.parent_id) > 0 ||
                 (!record.is("Task") && record.attempt < newest.at(places[i]));
  }
  for (Record& record : records_) {
    const Record* at = record.parent;
    for (int depth = 0; at != nullptr && depth < kMaxDepth; ++depth, at = at->parent) {
      record.old = record.old || at->old;
    }
  }
}

}  // namespace adomcp::failure_logs
