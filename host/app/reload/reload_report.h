#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/principal.h"
#include "core/settings.h"
#include "mcp/catalog/tool_index.h"

namespace adomcp::mcp {
class ToolIndex;
}

namespace adomcp::app {

/// Which lists clients see otherwise than before.
struct ListChanges {
  bool tools = false;
  bool prompts = false;
  bool resources = false;
};

/// Of two generations. Where lists hold only what their reader may use, other rules or projects
/// may change them all.
ListChanges list_changes(const mcp::ToolIndex& before, const Settings& running,
                         const mcp::ToolIndex& now, const Settings& wanted);

/// Why a reload happens, and who asked for it.
struct ReloadCause {
  std::string by;       ///< "signal", "file" or "request"
  Principal principal;  ///< with a request
  std::string client_ip;
};

enum class ReloadResult { kReloaded, kUnchanged, kRefused };

std::string_view to_string(ReloadResult result);

/// What a reload did.
struct ReloadReport {
  struct PluginChange {
    std::string id;
    std::string before;  ///< sha256, empty when it is new
    std::string now;     ///< sha256, empty when it is gone
  };

  ReloadResult result = ReloadResult::kUnchanged;
  std::uint64_t generation = 1;      ///< that is served now
  std::vector<std::string> reasons;  ///< of a refusal, one line each
  std::vector<std::string> added;    ///< tools
  std::vector<std::string> removed;
  std::vector<std::string> replaced;  ///< of another plugin file, or described otherwise
  ListChanges lists;                  ///< to tell clients of
  std::vector<PluginChange> plugins;  ///< the same sha256 twice: started anew with other settings
};

std::vector<std::string> tool_names(const plugin_host::Catalog& catalog);

/// Fills in which tools and plugins differ.
void compare(const mcp::ToolIndex& before, const mcp::ToolIndex& now, ReloadReport& report);

/// The answer to the one who asked, and what /status shows.
nlohmann::ordered_json to_page(const ReloadReport& report);

/// The fields of the audit's record. Long lists are cut, and it says so.
nlohmann::ordered_json to_record(const ReloadReport& report, const ReloadCause& cause);

/// One line for the log.
std::string to_line(const ReloadReport& report);

}  // namespace adomcp::app
