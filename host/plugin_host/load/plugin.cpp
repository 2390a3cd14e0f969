#include "plugin_host/load/plugin.h"

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "plugin_host/borrowed_text.h"
#include "plugin_host/load/bounded_run.h"
#include "plugin_host/load/descriptor_checks.h"
#include "plugin_host/load/file_trust.h"
#include "plugin_host/load/inspect.h"
#include "plugin_host/load/signature.h"

namespace adomcp::plugin_host {
namespace {

constexpr std::uint32_t kMaxTools = 64;
constexpr std::size_t kMaxWord = 256;
const std::string kEntry = "adomcp_plugin_v" + std::to_string(ADOMCP_ABI_MAJOR);

Error refused(std::string why) {
  return {ErrorCode::kInvalid, std::move(why), ""};
}

const std::string kHostAbi = abi_text(ADOMCP_ABI_MAJOR, ADOMCP_ABI_MINOR);

std::string shown(std::string_view text) {
  return "'" + escape_for_log(text, kMaxWord) + "'";
}

/// What the file says of itself must be what the host can serve and the configuration means.
Status check_metadata(const PluginMetadata& said, const std::string& wanted_id) {
  const auto its_abi = abi_text(said.abi_major, said.abi_minor);
  if (said.abi_major != ADOMCP_ABI_MAJOR) {
    return refused("it says plugin ABI " + its_abi + ", this host speaks " + kHostAbi +
                   "; build it against this host's SDK");
  }
  if (said.abi_minor > ADOMCP_ABI_MINOR) {
    return refused("it needs a host with plugin ABI " + its_abi + ", this one speaks " + kHostAbi +
                   "; update the host");
  }
  if (said.id != wanted_id) {
    return refused("it calls itself " + shown(said.id) + ", the configuration calls it '" +
                   wanted_id + "'");
  }
  return Done{};
}

/// What can be said of the file before any of its code runs; what it says of itself, when all is
/// well.
Result<PluginMetadata> check_file(const Inspection& file, const PluginSettings& settings) {
  const auto pinned = to_lower(settings.sha256);
  if (!pinned.empty() && pinned != file.sha256) {
    return refused("its sha256 is " + file.sha256 + ", not the pinned " + pinned);
  }
  if (pinned.empty() && !settings.development) {
    return refused("it is not pinned; once you trust this file, set sha256: " + file.sha256 +
                   ", which adomcp pin does, or set development: true while you write it");
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
  if (!file.metadata) return refused(file.no_metadata);
  if (auto good = check_metadata(*file.metadata, settings.id); !good) return good.error();
  return *file.metadata;
}

/// Its code has run by now, so that it must be what the section promised.
Status check_agreement(const adomcp_plugin& plugin, const PluginMetadata& said) {
  const auto disagree = [](const char* on, const std::string& here, const std::string& there) {
    return refused(std::string("its descriptor and its adomcp section disagree on the ") + on +
                   ": " + here + " and " + there + "; let ADOMCP_METADATA repeat the descriptor");
  };
  if (plugin.abi_major != said.abi_major || plugin.abi_minor != said.abi_minor) {
    return disagree("plugin ABI", abi_text(plugin.abi_major, plugin.abi_minor),
                    abi_text(said.abi_major, said.abi_minor));
  }
  if (view_of(plugin.id) != said.id) {
    return disagree("id", shown(view_of(plugin.id)), shown(said.id));
  }
  if (view_of(plugin.version) != said.version) {
    return disagree("version", shown(view_of(plugin.version)), shown(said.version));
  }
  return Done{};
}

Status check_descriptor(const adomcp_plugin& plugin, const PluginMetadata& said) {
  if (!ADOMCP_HAS(&plugin, stop) || plugin.struct_size > kMaxStruct) {
    return refused("its descriptor has a struct_size of " + std::to_string(plugin.struct_size) +
                   ", which no plugin of this ABI has");
  }
  if (auto good = check_agreement(plugin, said); !good) return good;
  if (plugin.tool_count > kMaxTools) {
    return refused("it declares " + std::to_string(plugin.tool_count) + " tools; at most " +
                   std::to_string(kMaxTools) + " are allowed");
  }
  const bool lacks_tool = plugin.tool == nullptr && plugin.tool_count > 0;
  if (lacks_tool || plugin.start == nullptr || plugin.stop == nullptr) {
    return refused("its descriptor lacks tool, start or stop");
  }
  return Done{};
}

struct StartOutcome {
  adomcp_status status = ADOMCP_INTERNAL;
  void* self = nullptr;
  bool threw = false;
  std::string said;  ///< the last error that it logged
  Declared declared = {};
};

StartOutcome run_start(const adomcp_plugin& plugin, const adomcp_host& host,
                       const std::string& settings_json) {
  StartOutcome outcome;
  Registration registration(plugin);
  const RegistrationScope scope(registration);
  try {
    const adomcp_str settings{settings_json.data(), settings_json.size()};
    outcome.status = plugin.start(&host, settings, &outcome.self);
  } catch (...) {
    outcome.threw = true;
  }
  outcome.declared = registration.take();
  return outcome;
}

void run_stop(const PluginLog& log, const adomcp_plugin& plugin, void* self) {
  BoundedLog bounded(log);
  const LogScope scope(bounded);
  try {
    plugin.stop(self);
  } catch (...) {
    log.write(ADOMCP_ERROR, "stop() threw an exception, which plugins must not do");
  }
}

/// "10 s"; with tests' limits also "20 ms".
std::string seconds(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kSecond{1000};
  if (time < kSecond) return std::to_string(time.count()) + " ms";
  return std::to_string(time / kSecond) + " s";
}

std::string why_left(BoundedRun stopped, std::chrono::milliseconds limit) {
  switch (stopped) {
    case BoundedRun::kNoThread:
      return "there is no thread to run stop() on;";
    case BoundedRun::kStillRunning:
      return "stop() did not return within " + seconds(limit) + "; its thread is left behind and";
    case BoundedRun::kDone:
      break;
  }
  return "threads that it began in start() run on, which stop() must join;";
}

}  // namespace

Result<std::shared_ptr<Plugin>> Plugin::load(const PluginSettings& settings,
                                             std::shared_ptr<spdlog::logger> logger) {
  auto copy = PrivateCopy::make(settings.library);
  if (!copy) return copy.error();
  if (!settings.development) {
    if (const auto good = check_trust(settings.library); !good) return good.error();
  }
  const auto file = inspect(copy->path());
  if (!file) return file.error();
  const auto said = check_file(*file, settings);
  if (!said) return said.error();

  auto library = Library::open(copy->path());
  if (!library) return library.error();
  const auto* descriptor = static_cast<const adomcp_plugin*>(library->find(kEntry));
  if (descriptor == nullptr) return refused("it does not export " + kEntry);
  if (const auto good = check_descriptor(*descriptor, *said); !good) return good.error();
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

Status Plugin::start(const adomcp_host& host, const std::string& settings_json,
                     PluginLimits limits) {
  limits_ = limits;
  const auto outcome = std::make_shared<StartOutcome>();
  // The thread owns all that it uses, but for `host`: this object too, which its caller may drop
  // meanwhile.
  const auto run = bounded_run(
      [self = shared_from_this(), &host, settings_json, outcome] {
        self->threads_.put();
        BoundedLog log(self->log_);
        const LogScope scope(log);
        *outcome = run_start(*self->descriptor_, host, settings_json);
        outcome->said = log.last_error();
      },
      limits_.start);
  if (run == BoundedRun::kNoThread) return refused("the system has no thread to start it on");
  if (run == BoundedRun::kStillRunning) {
    library_.keep_loaded();
    return refused("its start() did not return within " + seconds(limits_.start) +
                   "; it is left behind, loaded but not served");
  }
  if (outcome->threw) {
    return refused("its start() threw an exception, which plugins must not do");
  }
  if (outcome->status != ADOMCP_OK) {
    return refused("its start() failed with status " + std::to_string(outcome->status) +
                   (outcome->said.empty() ? "" : ": " + outcome->said));
  }
  self_ = outcome->self;
  declared_ = std::move(outcome->declared);
  started_ = true;
  return Done{};
}

Plugin::~Plugin() {
  const auto stop = [log = log_, descriptor = descriptor_, self = self_] {
    run_stop(log, *descriptor, self);
  };
  const auto run = started_ ? bounded_run(stop, limits_.stop) : BoundedRun::kDone;
  if (run == BoundedRun::kDone && threads_.left() == 0) return;
  library_.keep_loaded();
  log_.write(ADOMCP_ERROR, why_left(run, limits_.stop) + " its library stays loaded");
}

}  // namespace adomcp::plugin_host
