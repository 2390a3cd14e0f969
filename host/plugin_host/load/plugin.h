#pragma once

#include <adomcp/plugin.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "core/settings.h"
#include "plugin_host/load/library.h"
#include "plugin_host/load/private_copy.h"
#include "plugin_host/load/registration.h"
#include "plugin_host/load/thread_mark.h"
#include "plugin_host/plugin_log.h"

namespace adomcp::plugin_host {

/// How long a plugin may take to start and to stop.
struct PluginLimits {
  std::chrono::milliseconds start = std::chrono::seconds(10);
  std::chrono::milliseconds stop = std::chrono::seconds(5);
};

/// A loaded plugin: its library, its descriptor, its own state. Stops the plugin, then unloads it,
/// when the last Catalog or call that holds it is gone. After start() it is immutable.
class Plugin : public std::enable_shared_from_this<Plugin> {
 public:
  /// Checks the file (who may write it, sha256 pin, signature, native library, entry symbol, what
  /// its adomcp section says) before any of its code runs, loads a private copy of what was
  /// checked, and checks that its descriptor says the same. The error says what is wrong with it.
  static Result<std::shared_ptr<Plugin>> load(const PluginSettings& settings,
                                              std::shared_ptr<spdlog::logger> logger);

  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;
  ~Plugin();

  /// Once, before any call. `host` is the table that the plugin gets and may keep: it must live as
  /// long as the process. After an error the plugin is not to be used, and stop() isn't called.
  /// One that doesn't come back in time, here or from its stop(), is left behind for good: its
  /// thread, its library and what it holds are never freed, and the host goes on.
  Status start(const adomcp_host& host, const std::string& settings_json, PluginLimits limits = {});

  const std::string& id() const { return id_; }
  const std::string& version() const { return version_; }
  const std::string& built_with() const { return built_with_; }
  const std::string& path() const { return path_; }
  const std::string& sha256() const { return sha256_; }
  /// The private copy's path, by which the dynamic loader knows it.
  const std::string& loaded_from() const { return library_.path(); }
  const adomcp_plugin& descriptor() const { return *descriptor_; }
  const PluginLog& log() const { return log_; }
  void* self() const { return self_; }
  /// In start().
  const Declared& declared() const { return declared_; }

 private:
  Plugin(const PluginSettings& settings, std::string sha256, std::optional<PrivateCopy> copy,
         Library library, const adomcp_plugin* descriptor, std::shared_ptr<spdlog::logger> logger);

  std::string id_;
  std::string version_;
  std::string built_with_;
  std::string path_;
  std::string sha256_;
  PluginLog log_;
  std::optional<PrivateCopy> copy_;  // kept in development, where debuggers look for its symbols
  Library library_;
  const adomcp_plugin* descriptor_;
  ThreadMark threads_;  // those that began in start()
  void* self_ = nullptr;
  Declared declared_;
  bool started_ = false;
  PluginLimits limits_;
};

}  // namespace adomcp::plugin_host
