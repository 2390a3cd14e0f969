#include "plugin_host/plugin.h"

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "plugin_host/file_trust.h"
#include "plugin_host/host_api.h"
#include "plugin_host/inspect.h"
#include "plugin_host/signature.h"

namespace adomcp::plugin_host {
namespace {

constexpr std::uint32_t kMaxStruct = 4096;
constexpr std::uint32_t kMaxTools = 64;
constexpr std::size_t kMaxWord = 256;
const std::string kEntry = "adomcp_plugin_v" + std::to_string(ADOMCP_ABI_MAJOR);

Error refused(std::string why) {
  return {ErrorCode::kInvalid, std::move(why), ""};
}

std::string abi(unsigned major, unsigned minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

/// What can be said of the file before any of its code runs.
Status check_file(const Inspection& file, const PluginSettings& settings) {
  const auto pinned = to_lower(settings.sha256);
  if (!pinned.empty() && pinned != file.sha256) {
    return refused("its sha256 is " + file.sha256 + ", not the pinned " + pinned);
  }
  if (pinned.empty() && !settings.development) {
    return refused("it is not pinned; set sha256: " + file.sha256 +
                   " once you trust this file, or development: true while you write it");
  }
  if (!settings.keys.empty()) {
    const auto good = check_signature(file.path, settings.library + ".sig", settings.keys);
    if (!good) return good.error();
  }
  if (!file.not_loadable.empty()) return refused(file.not_loadable);
  const auto& majors = file.abi_majors;
  if (majors.empty()) return refused("it is no adomcp plugin: it does not export " + kEntry);
  if (std::find(majors.begin(), majors.end(), ADOMCP_ABI_MAJOR) == majors.end()) {
    return refused("it was built for plugin ABI " + std::to_string(majors.back()) +
                   ", this host speaks ABI " + std::to_string(ADOMCP_ABI_MAJOR) +
                   "; build it against this host's SDK");
  }
  return Done{};
}

Status check_descriptor(const adomcp_plugin& plugin, const std::string& wanted_id) {
  if (!ADOMCP_HAS(&plugin, stop) || plugin.struct_size > kMaxStruct) {
    return refused("its descriptor has a struct_size of " + std::to_string(plugin.struct_size) +
                   ", which no plugin of this ABI has");
  }
  if (plugin.abi_major != ADOMCP_ABI_MAJOR) {
    return refused("it says plugin ABI " + abi(plugin.abi_major, plugin.abi_minor) +
                   ", this host speaks " + abi(ADOMCP_ABI_MAJOR, ADOMCP_ABI_MINOR));
  }
  if (plugin.abi_minor > ADOMCP_ABI_MINOR) {
    return refused("it needs a host with plugin ABI " + abi(plugin.abi_major, plugin.abi_minor) +
                   ", this one speaks " + abi(ADOMCP_ABI_MAJOR, ADOMCP_ABI_MINOR) +
                   "; update the host");
  }
  if (view_of(plugin.id) != wanted_id) {
    return refused("it calls itself '" + escape_for_log(view_of(plugin.id), kMaxWord) +
                   "', the configuration calls it '" + wanted_id + "'");
  }
  if (plugin.tool_count == 0 || plugin.tool_count > kMaxTools) {
    return refused("it declares " + std::to_string(plugin.tool_count) + " tools; 1 to " +
                   std::to_string(kMaxTools) + " are allowed");
  }
  if (plugin.tool == nullptr || plugin.start == nullptr || plugin.stop == nullptr) {
    return refused("its descriptor lacks tool, start or stop");
  }
  return Done{};
}

}  // namespace

std::string_view view_of(adomcp_str text) {
  if (text.size == 0 || text.data == nullptr) return {};
  return {text.data, text.size};
}

Result<std::shared_ptr<Plugin>> Plugin::load(const PluginSettings& settings,
                                             std::shared_ptr<spdlog::logger> logger) {
  auto copy = PrivateCopy::make(settings.library);
  if (!copy) return copy.error();
  if (!settings.development) {
    if (const auto good = check_trust(settings.library); !good) return good.error();
  }
  const auto file = inspect(copy->path());
  if (!file) return file.error();
  if (const auto good = check_file(*file, settings); !good) return good.error();

  auto library = Library::open(copy->path());
  if (!library) return library.error();
  const auto* descriptor = static_cast<const adomcp_plugin*>(library->find(kEntry));
  if (descriptor == nullptr) return refused("it does not export " + kEntry);
  if (const auto good = check_descriptor(*descriptor, settings.id); !good) return good.error();
  std::optional<PrivateCopy> kept;
  if (settings.development) kept.emplace(std::move(copy).value());
  return std::shared_ptr<Plugin>(new Plugin(settings, file->sha256, std::move(kept),
                                            std::move(library).value(), descriptor,
                                            std::move(logger)));
}

Plugin::Plugin(const PluginSettings& settings, std::string sha256, std::optional<PrivateCopy> copy,
               Library library, const adomcp_plugin* descriptor,
               std::shared_ptr<spdlog::logger> logger)
    : id_(settings.id),
      version_(escape_for_log(view_of(descriptor->version), kMaxWord)),
      built_with_(escape_for_log(view_of(descriptor->built_with), kMaxWord)),
      path_(settings.library),
      sha256_(std::move(sha256)),
      log_(settings.id, std::move(logger)),
      copy_(std::move(copy)),
      library_(std::move(library)),
      descriptor_(descriptor) {}

Status Plugin::start(const std::string& settings_json) {
  const LogScope scope(log_);
  try {
    const adomcp_str settings{settings_json.data(), settings_json.size()};
    const adomcp_status status = descriptor_->start(&host_api(), settings, &self_);
    started_ = status == ADOMCP_OK;
    if (!started_) return refused("its start() failed with status " + std::to_string(status));
    return Done{};
  } catch (...) {
    return refused("its start() threw an exception, which plugins must not do");
  }
}

Plugin::~Plugin() {
  if (!started_) return;
  const LogScope scope(log_);
  try {
    descriptor_->stop(self_);
  } catch (...) {
    log_.write(ADOMCP_ERROR, "stop() threw an exception, which plugins must not do");
  }
}

}  // namespace adomcp::plugin_host
