#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "azure_devops/client.h"
#include "core/settings.h"
#include "plugin_host/call/host_api.h"
#include "plugin_host/invoker.h"
#include "plugin_host/load/catalog_builder.h"
#include "support/log_in_memory.h"

// What the tests of plugin_host share: the zoo's animals, a log in memory, pipes, a fake client.

namespace adomcp::plugin_host {

inline std::string zoo_file(const std::string& name) {
  return ADOMCP_BUILD_DIR "/zoo/" + name + ".so";
}

/// As YAML would declare the animal: "bad_name" is plugin bad-name with the tool bad_name.
inline PluginSettings animal(const std::string& name, std::vector<std::string> tools = {}) {
  PluginSettings settings;
  for (const char c : name) settings.id += c == '_' ? '-' : c;
  settings.library = zoo_file(name);
  settings.development = true;
  settings.tools = tools.empty() ? std::vector<std::string>{name} : std::move(tools);
  settings.declared_at = "plugins.yaml:1:1";
  return settings;
}

using testing_support::LogInMemory;

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_, O_CLOEXEC) != 0) std::abort();
  }
  ~Pipe() {
    close(ends_[0]);
    close_writer();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void close_writer() {
    if (ends_[1] >= 0) close(std::exchange(ends_[1], -1));
  }
  /// Blocks until there is one.
  char read_byte() const {
    char byte = 0;
    return read(ends_[0], &byte, 1) == 1 ? byte : '\0';
  }
  /// What is there now; at least one byte must be.
  std::string read_some() const {
    char bytes[4096];
    const ssize_t count = read(ends_[0], bytes, sizeof(bytes));
    return {bytes, count > 0 ? static_cast<std::size_t>(count) : 0};
  }

 private:
  int ends_[2] = {-1, -1};
};

/// Answers by a function and remembers what was asked.
class FakeClient final : public azure_devops::Client {
 public:
  using Respond = std::function<Result<azure_devops::Response>(const azure_devops::CallScope&,
                                                               const azure_devops::Request&)>;
  explicit FakeClient(Respond respond = {}) : respond_(std::move(respond)) {}

  Result<azure_devops::Response> send(const azure_devops::CallScope& scope,
                                      const azure_devops::Request& request) override {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    if (scope.upstream_requests != nullptr) ++*scope.upstream_requests;
    if (!respond_) return azure_devops::Response{};
    return respond_(scope, request);
  }

  std::vector<Result<azure_devops::Response>> send_all(
      const azure_devops::CallScope& scope,
      const std::vector<azure_devops::Request>& requests) override {
    std::vector<Result<azure_devops::Response>> answers;
    for (const auto& request : requests) answers.push_back(send(scope, request));
    return answers;
  }

  std::vector<azure_devops::Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  Respond respond_;
  mutable std::mutex mutex_;  // guards requests_
  std::vector<azure_devops::Request> requests_;
};

}  // namespace adomcp::plugin_host
