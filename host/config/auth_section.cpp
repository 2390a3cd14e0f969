#include "config/auth_section.h"

#include <algorithm>
#include <array>

#include "config/forms.h"

namespace adomcp::config {
namespace {

bool is_platform_variable(std::string_view name) {
  return name == "FUNCTIONS_CUSTOMHANDLER_PORT" || name == "KUBERNETES_SERVICE_HOST" ||
         name.starts_with("WEBSITE_") || name.starts_with("CONTAINER_APP_");
}

void check_nobody_else_calls(const Field& mode, const ServerSettings& server,
                             const Environment& environment) {
  if (!is_loopback(server.host)) {
    mode.complain("none serves everybody, so server.listen must be a loopback address, not " +
                  server.host);
  }
  if (!server.public_url.empty()) {
    mode.complain("none serves everybody, so server.public_url must be left out");
  }
  const auto found = std::find_if(environment.begin(), environment.end(), [](const auto& entry) {
    return is_platform_variable(entry.first);
  });
  if (found != environment.end()) {
    mode.complain("none is refused on a hosting platform, where every caller looks local; " +
                  found->first + " is set");
  }
}

}  // namespace

AuthSettings read_auth(const Field& field, const ServerSettings& server,
                       const Environment& environment, Problems& problems) {
  constexpr std::string_view kAdvice = "the only mode of this version is `mode: none`";
  AuthSettings out;
  const Mapping auth(field.required(kAdvice), "auth", problems);
  if (!auth) return out;
  const Field mode = auth["mode"];
  mode.required(kAdvice);
  if (mode.is_scalar() && (mode.node()->text == "bearer" || mode.node()->text == "easyauth")) {
    mode.complain(mode.node()->text + " is not available in this version");
    return out;
  }
  const auto word = mode.choice({"none"});
  if (!word) return out;
  out.mode = *word;
  check_nobody_else_calls(mode, server, environment);
  return out;
}

}  // namespace adomcp::config
