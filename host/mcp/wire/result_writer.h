#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mcp/wire/era.h"

namespace adomcp::mcp {

/// What the server says of itself.
struct ServerInfo {
  std::string name = "adomcp";
  std::string title;
  std::string version;
  std::string instructions;  ///< for the model; empty: none
};

/// Writes results as each era wants them: modern ones carry resultType and the server's identity,
/// lists also who may keep them and how long; legacy ones carry nothing more than their members.
/// `members` is the inside of a JSON object, without braces; it may be empty. Thread-safe.
class ResultWriter {
 public:
  explicit ResultWriter(const ServerInfo& info);

  std::string result(Era era, std::string_view members) const;
  /// The same for everybody, so that caches may share it.
  std::string cacheable(Era era, std::string_view members) const;
  /// Made for one caller, and never kept.
  std::string uncacheable(Era era, std::string_view members) const;

  /// `structured` is a JSON object's text or empty; `text` says the same to people. `blocks` are
  /// more content, JSON objects as text.
  using Blocks = std::vector<std::string>;
  std::string tool_result(Era era, std::string_view text, std::string_view structured,
                          const Blocks& blocks = {}) const;
  std::string tool_error(Era era, std::string_view text, const Blocks& blocks = {}) const;

  /// A modern InputRequiredResult.
  std::string input_required(std::string_view members) const;

  /// The server's Implementation object as JSON text.
  const std::string& server_info() const { return server_info_; }

 private:
  std::string server_info_;
  std::string meta_;
  std::string modern_tail_;
};

}  // namespace adomcp::mcp
