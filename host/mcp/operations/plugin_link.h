#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "core/client_link.h"

namespace adomcp::mcp {

/// A call's link as a plugin that writes gets it. A write that a person confirms while its call
/// waits is made by running the plugin again, so its questions are asked once however often it
/// runs; and none of them can be taken for the host's own. Thread-safe.
class PluginLink final : public ClientLink {
 public:
  /// Begins the keys of the host's questions.
  static constexpr std::string_view kHostKeys = "adomcp_";

  explicit PluginLink(std::shared_ptr<ClientLink> link) : link_(std::move(link)) {}

  void progress(double done, double total, std::string_view message) override {
    link_->progress(done, total, message);
  }
  void log(std::string_view level, std::string_view logger, std::string_view data_json) override {
    link_->log(level, logger, data_json);
  }
  Asked ask(const Question& question) override;
  bool keep(std::string state) override { return link_->keep(std::move(state)); }
  std::string kept() const override { return link_->kept(); }
  std::optional<Deadline> begin_task(std::chrono::milliseconds ttl,
                                     std::chrono::milliseconds poll) override;

  /// Of the task that the call has become.
  std::optional<Deadline> task_deadline() const;

 private:
  const std::shared_ptr<ClientLink> link_;
  mutable std::mutex mutex_;                                            // guards what follows
  std::map<std::pair<std::string, std::string>, std::string> answers_;  // by key and params
  std::optional<Deadline> task_deadline_;
};

}  // namespace adomcp::mcp
