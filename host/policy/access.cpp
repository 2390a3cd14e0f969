#include "policy/access.h"

namespace adomcp::policy {

Access access_of(const AccessSettings& settings) {
  return {settings.rules, settings.default_allow, settings.read_only, settings.toolsets};
}

}  // namespace adomcp::policy
