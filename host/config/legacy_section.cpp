#include "config/legacy_section.h"

namespace adomcp::config {
namespace {

constexpr const char* kFunctionsPort = "FUNCTIONS_CUSTOMHANDLER_PORT";

/// `off` is false to readers of YAML 1.1, so false is off.
bool read_sessions(const Field& field) {
  if (field.is_scalar() && field.node()->text == "false") return false;
  return field.choice({"off", "local"}).value_or("off") == "local";
}

}  // namespace

LegacySettings read_legacy(const Field& field, const Environment& environment, Problems& problems) {
  LegacySettings out;
  const Mapping legacy(field, "legacy", problems);
  const Field sessions = legacy["sessions"];
  out.sessions = read_sessions(sessions);
  if (out.sessions && !variable(environment, kFunctionsPort).empty()) {
    sessions.complain(
        std::string("cannot be local on Functions, where the next request may reach another "
                    "process; ") +
        kFunctionsPort + " is set. Leave it off");
  }
  return out;
}

}  // namespace adomcp::config
