#pragma once

#include <string>
#include <string_view>

namespace adomcp {

/// What kind of thing a request asks for; more kinds come with the protocol's other features.
enum class OperationKind { kTool };

constexpr std::string_view to_string(OperationKind) {
  return "tool";
}

/// One thing that somebody asks to be done. Every Operation has one audit start and one outcome.
struct Operation {
  OperationKind kind = OperationKind::kTool;
  std::string name;    ///< the tool's name, as asked for
  std::string plugin;  ///< id of the plugin that serves it; empty while unknown
  bool read_only = true;
};

}  // namespace adomcp
