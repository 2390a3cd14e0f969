#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/client_link.h"

namespace adomcp::testing_support {

/// A client as a test wants it: answers by the functions it was given, and remembers what it was
/// told and asked. Without functions it is a client that can do nothing.
class FakeLink final : public ClientLink {
 public:
  struct Progress {
    double done = 0;
    double total = 0;
    std::string message;
    bool operator==(const Progress&) const = default;
  };
  struct Line {
    std::string level;
    std::string logger;
    std::string data_json;
    bool operator==(const Line&) const = default;
  };
  struct Times {
    std::chrono::milliseconds ttl{0};
    std::chrono::milliseconds poll{0};
  };
  using Answer = std::function<Asked(const Question&)>;
  using Begin = std::function<std::optional<Deadline>(Times)>;

  explicit FakeLink(Answer answer = {}, Begin begin = {}, std::string kept = {})
      : answer_(std::move(answer)), begin_(std::move(begin)), kept_(std::move(kept)) {}

  void progress(double done, double total, std::string_view message) override {
    const std::lock_guard lock(mutex_);
    progress_.push_back({done, total, std::string(message)});
  }

  void log(std::string_view level, std::string_view logger, std::string_view data_json) override {
    const std::lock_guard lock(mutex_);
    lines_.push_back({std::string(level), std::string(logger), std::string(data_json)});
  }

  /// The answer is given without the lock, so that it may wait.
  Asked ask(const Question& question) override {
    {
      const std::lock_guard lock(mutex_);
      questions_.push_back(question);
    }
    return answer_ ? answer_(question) : Asked{};
  }

  bool keep(std::string state) override {
    const std::lock_guard lock(mutex_);
    to_keep_ = std::move(state);
    return true;
  }

  std::string kept() const override { return kept_; }

  std::optional<Deadline> begin_task(std::chrono::milliseconds ttl,
                                     std::chrono::milliseconds poll) override {
    return begin_ ? begin_({ttl, poll}) : std::nullopt;
  }

  // What came of it.
  std::vector<Progress> told() const { return copy(progress_); }
  std::vector<Line> lines() const { return copy(lines_); }
  std::vector<Question> questions() const { return copy(questions_); }
  /// What the plugin kept last; nullopt: nothing.
  std::optional<std::string> to_keep() const { return copy(to_keep_); }

 private:
  template <typename Value>
  Value copy(const Value& value) const {
    const std::lock_guard lock(mutex_);
    return value;
  }

  const Answer answer_;
  const Begin begin_;
  const std::string kept_;
  mutable std::mutex mutex_;  // guards what follows
  std::vector<Progress> progress_;
  std::vector<Line> lines_;
  std::vector<Question> questions_;
  std::optional<std::string> to_keep_;
};

}  // namespace adomcp::testing_support
