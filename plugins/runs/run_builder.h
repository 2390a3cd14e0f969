#pragma once

#include <adomcp/testing.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace adomcp::runs {

/// Timelines in the shape that Azure gives them: parts come below the last one of the level above.
class Timeline {
 public:
  Timeline& stage(const std::string& name, const std::string& result) {
    return add("", "Stage", name, result, stage_);
  }
  Timeline& job(const std::string& name, const std::string& result) {
    add(stage_, "Phase", name, result, phase_);
    return add(phase_, "Job", name, result, job_).with("workerName", "Azure Pipelines 3");
  }
  Timeline& task(const std::string& name, const std::string& result) {
    std::string id;
    return add(job_, "Task", name, result, id).with("log", {{"id", records_.size()}});
  }
  /// A check of the last stage below a checkpoint of its own.
  Timeline& check(const std::string& type, const std::string& id, const std::string& result) {
    std::string checkpoint;
    std::string part;
    add(stage_, "Checkpoint", "Checkpoint", result, checkpoint);
    return add(checkpoint, type, type, result, part).with("id", id).with("identifier", id);
  }
  Timeline& with(const char* key, const nlohmann::json& value) {
    records_.back()[key] = value;
    return *this;
  }
  Timeline& seconds(int seconds) {
    const std::string minute = std::to_string(10 + seconds / 60);
    const std::string second = std::to_string(100 + seconds % 60).substr(1);
    return with("finishTime", "2026-11-23T12:" + minute + ":" + second + "Z");
  }
  Timeline& phase_state(const char* state) {
    for (auto& record : records_) {
      if (record["id"] == phase_) record["state"] = state;
    }
    return *this;
  }
  nlohmann::json json() const { return {{"records", records_}}; }

 private:
  /// `result` may also be "inProgress" or "pending".
  Timeline& add(const std::string& parent, const std::string& type, const std::string& name,
                const std::string& result, std::string& id) {
    id = "id-" + std::to_string(records_.size());
    const bool pending = result == "pending";
    const bool done = !pending && result != "inProgress";
    records_.push_back(
        {{"id", id},
         {"parentId", parent.empty() ? nlohmann::json() : nlohmann::json(parent)},
         {"type", type},
         {"name", name},
         {"state", done ? "completed" : result},
         {"result", done ? nlohmann::json(result) : nlohmann::json()},
         {"attempt", 1},
         {"order", records_.size()},
         {"startTime", pending ? nlohmann::json() : nlohmann::json("2026-11-23T12:10:00Z")},
         {"finishTime", done ? nlohmann::json("2026-11-23T12:10:30Z") : nlohmann::json()}});
    return *this;
  }

  nlohmann::json records_ = nlohmann::json::array();
  std::string stage_, phase_, job_;
};

inline nlohmann::json build_json(int id, const std::string& status, const std::string& result) {
  nlohmann::json build = {
      {"id", id},
      {"buildNumber", "20261123." + std::to_string(id)},
      {"status", status},
      {"definition", {{"id", 81}, {"name", "shop-ci"}, {"revision", 7}}},
      {"sourceBranch", "refs/heads/main"},
      {"sourceVersion", "c0ffee" + std::to_string(id)},
      {"reason", "manual"},
      {"queueTime", "2026-11-23T12:09:00Z"},
      {"requestedFor", {{"displayName", "Ann"}}},
      {"repository", {{"type", "TfsGit"}, {"defaultBranch", "refs/heads/main"}}},
      {"_links", {{"web", {{"href", "https://dev.azure.com/run"}}}}}};
  if (status != "notStarted") build["startTime"] = "2026-11-23T12:10:00Z";
  if (!result.empty()) {
    build["result"] = result;
    build["finishTime"] = "2026-11-23T12:20:00Z";
  }
  return build;
}

/// Answers for one run.
inline void serve(fake::Host& host, const nlohmann::json& build, const nlohmann::json& timeline) {
  const std::string path = "build/builds/" + std::to_string(build["id"].get<int>());
  host.on("GET", path, fake::Answer::json(build));
  host.on("GET", path + "/timeline", fake::Answer::json(timeline));
}

}  // namespace adomcp::runs
