#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "run_failure_logs/timeline.h"

namespace adomcp::failure_logs {

/// Builds timelines in the shape that Azure gives them.
class Builder {
 public:
  Builder& stage(const std::string& id, const std::string& result) {
    return add(id, "", "Stage", id, result);
  }
  Builder& phase(const std::string& id, const std::string& parent, const std::string& result) {
    return add(id, parent, "Phase", id, result);
  }
  Builder& job(const std::string& id, const std::string& parent, const std::string& result) {
    return add(id, parent, "Job", id, result);
  }
  Builder& task(const std::string& name, const std::string& job, const std::string& result) {
    add(job + "/" + name, job, "Task", name, result);
    records_.back()["identifier"] = nullptr;
    records_.back()["log"] = {{"id", records_.size()}};
    return *this;
  }
  Builder& add(const std::string& id, const std::string& parent, const std::string& type,
               const std::string& name, const std::string& result) {
    records_.push_back({{"id", id},
                        {"parentId", parent.empty() ? nlohmann::json() : nlohmann::json(parent)},
                        {"type", type},
                        {"name", name},
                        {"identifier", id},
                        {"state", result.empty() ? "inProgress" : "completed"},
                        {"result", result.empty() ? nlohmann::json() : nlohmann::json(result)},
                        {"order", records_.size()},
                        {"attempt", 1},
                        {"startTime", "2026-11-23T12:00:00Z"},
                        {"finishTime", time()},
                        {"issues", nlohmann::json::array()}});
    return *this;
  }
  Builder& error(const std::string& message) { return issue("error", message); }
  Builder& warning(const std::string& message) { return issue("warning", message); }
  Builder& issue(const char* type, const std::string& message) {
    records_.back()["issues"].push_back({{"type", type}, {"message", message}});
    return *this;
  }
  /// A record that nothing ran for.
  Builder& idle() {
    records_.back()["log"] = nullptr;
    records_.back()["startTime"] = records_.back()["finishTime"];
    return *this;
  }
  Builder& without_log() { return with("log", nullptr); }
  Builder& with(const char* key, const nlohmann::json& value) {
    records_.back()[key] = value;
    return *this;
  }
  const nlohmann::json& records() const { return records_; }
  Analysis analyze(const nlohmann::json& build = {{"result", "failed"}}) const {
    return failure_logs::analyze({{"records", records_}}, build);
  }

 private:
  std::string time() const {
    const std::string minute = std::to_string(10 + records_.size());
    return "2026-11-23T12:" + minute + ":00.5Z";
  }
  nlohmann::json records_ = nlohmann::json::array();
};

}  // namespace adomcp::failure_logs
