#pragma once

#include <string>
#include <string_view>

namespace adomcp {

/// What kind of thing a request asks for.
enum class OperationKind { kTool, kPrompt, kResource, kCompletion, kTask };

constexpr std::string_view to_string(OperationKind kind) {
  switch (kind) {
    case OperationKind::kTool:
      return "tool";
    case OperationKind::kPrompt:
      return "prompt";
    case OperationKind::kResource:
      return "resource";
    case OperationKind::kCompletion:
      return "completion";
    case OperationKind::kTask:
      return "task";
  }
  return "tool";
}

/// One thing that somebody asks to be done. Every Operation has one audit start and one outcome.
struct Operation {
  OperationKind kind = OperationKind::kTool;
  std::string
      name;  ///< the tool's or prompt's name, the resource's URI, the task's id; as asked for
  std::string plugin;  ///< id of the plugin that serves it; empty while unknown
  bool read_only = true;
};

}  // namespace adomcp
