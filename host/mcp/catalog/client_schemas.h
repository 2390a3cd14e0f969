#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What clients do not take of a tool, although MCP and JSON Schema allow it. Pure; the table is
// client_table.cpp, with a source for each row.

namespace adomcp::plugin_host {
struct Tool;
}

namespace adomcp::mcp {

enum class ClientKind { kClaude, kVsCode, kGemini, kOpenAi, kCopilotStudio, kFoundry };

inline constexpr std::array kClientKinds = {ClientKind::kClaude,        ClientKind::kVsCode,
                                            ClientKind::kGemini,        ClientKind::kOpenAi,
                                            ClientKind::kCopilotStudio, ClientKind::kFoundry};

/// "copilot-studio", as on the command line.
std::string_view to_string(ClientKind client);

/// A tool as tools/list shows it.
struct ListedTool {
  std::string name;
  std::string input_schema;
  std::string output_schema = {};  ///< empty: none
};

/// `two_step`: tools that write get the reserved argument.
ListedTool listed(const plugin_host::Tool& tool, bool two_step);

/// One thing of one tool that one client doesn't take.
struct ClientFinding {
  ClientKind client;
  std::string tool;          ///< empty: all tools together
  std::string_view keyword;  ///< "oneOf"; "name" for a tool's name, "tools" for their number
  std::string_view form;     ///< what of it, e.g. "a list of types"; empty: that it is there
  std::string pointer;       ///< JSON pointer into the tool, "/inputSchema/oneOf": the first place
  std::size_t more = 0;      ///< further places in the same schema
  std::string_view effect;   ///< "leaves the tool out without a word"
  std::string_view instead;  ///< what to do
  bool certain = true;       ///< false: only reported, or inferred
};

/// In the table's order: by client, one for each keyword of each schema. A schema that is no JSON
/// object gives none: the host refuses it anyway.
std::vector<ClientFinding> client_findings(const ListedTool& tool,
                                           const std::vector<ClientKind>& clients);

/// What so many tools of one server are too much for; other servers' tools add to them.
std::vector<ClientFinding> client_findings(std::size_t tools,
                                           const std::vector<ClientKind>& clients);

/// One line: client, effect, keyword, place, and what to do.
std::string to_line(const ClientFinding& finding);

/// What of `tool` is certain not to be taken, by all clients, as one line without the tool's name;
/// nullopt when there is nothing.
std::optional<std::string> unportable(const ListedTool& tool);

}  // namespace adomcp::mcp
