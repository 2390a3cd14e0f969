#pragma once

#include <adomcp/azure.hpp>
#include <algorithm>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace adomcp::shared {

/// One timeline record; `raw` is the timeline's own and must outlive it.
struct Record {
  const nlohmann::json* raw = nullptr;
  std::string id, parent_id, type, name, identifier, result;
  std::int64_t attempt = 1;
  std::int64_t order = -1;  ///< -1: not known
  Record* parent = nullptr;
  std::vector<Record*> children;
  bool old = false;  ///< an earlier attempt, or part of one

  bool is(std::string_view what) const { return sdk::iequals(type, what); }
  bool has_result(std::string_view what) const { return sdk::iequals(result, what); }
  std::string time(const char* key) const { return sdk::raw_text_of(*raw, key); }
};

/// The records as a tree, with helpers to walk it. Records of earlier attempts are marked old.
class RecordTree {
 public:
  explicit RecordTree(const nlohmann::json& timeline);
  RecordTree(const RecordTree&) = delete;
  RecordTree& operator=(const RecordTree&) = delete;

  /// The latest attempt's records of a type, in the timeline's order.
  std::vector<const Record*> all(std::string_view type) const;

  /// The latest attempt's records of every type, in the timeline's order.
  std::vector<const Record*> all() const;

  /// The record itself or its closest ancestor of that type; null when there is none.
  static const Record* above(const Record& from, std::string_view type);

  /// By their order, or by the time they started where one of them has no order.
  template <typename Pointer>
  static void sort(std::vector<Pointer>& records) {
    const bool ordered = std::all_of(records.begin(), records.end(),
                                     [](const Record* record) { return record->order >= 0; });
    std::stable_sort(records.begin(), records.end(), [&](const Record* a, const Record* b) {
      return ordered ? a->order < b->order : began_before(*a, *b);
    });
  }

 private:
  /// Records that never began come last.
  static bool began_before(const Record& a, const Record& b);
  void link();
  void drop_old_attempts();
  void mark_replaced();
  void mark_level(const std::vector<Record*>& level);
  static std::string place_of(const Record& record);

  std::vector<Record> records_;
};

/// The name to show; empty for null and for what Azure names itself ("__default").
std::string level_name(const Record* record);

/// The names of the stage, and of the job or phase, that a record is in.
std::string stage_name(const Record& record);
std::string job_name(const Record& record);

/// The tasks of a job's latest attempt, in their order.
std::vector<const Record*> tasks_of(const Record& job);

}  // namespace adomcp::shared
