#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/client_link.h"

namespace adomcp::mcp {

/// A link whose questions are asked once, however often the plugin is run: a write that a person
/// confirms while its call waits is made by running the plugin again. Thread-safe.
class AnsweredLink final : public ClientLink {
 public:
  explicit AnsweredLink(std::shared_ptr<ClientLink> link) : link_(std::move(link)) {}

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
                                     std::chrono::milliseconds poll) override {
    return link_->begin_task(ttl, poll);
  }

 private:
  const std::shared_ptr<ClientLink> link_;
  std::mutex mutex_;                                                    // guards answers_
  std::map<std::pair<std::string, std::string>, std::string> answers_;  ///< by key and params
};

}  // namespace adomcp::mcp
