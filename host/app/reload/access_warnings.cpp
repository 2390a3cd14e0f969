#include "app/reload/access_warnings.h"

#include <spdlog/spdlog.h>

namespace adomcp::app {

std::vector<std::string> access_warnings(const AuthSettings& auth, const policy::Access& access) {
  if (auth.mode == "none" || !access.rules.empty() || !access.default_allow) return {};
  const std::string what = access.read_only ? "every tool that reads" : "every tool";
  return {"access.rules is empty: everybody who can sign in may use " + what +
          ". Add rules, or see to it that only the right people can sign in (Entra: assignment "
          "required)"};
}

void log_access_warnings(spdlog::logger& log, const AuthSettings& auth,
                         const policy::Access& access) {
  for (const auto& line : access_warnings(auth, access)) log.warn("{}", line);
}

}  // namespace adomcp::app
