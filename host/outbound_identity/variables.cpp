#include "outbound_identity/variables.h"

#include <cstdlib>

namespace adomcp::outbound_identity {

std::string process_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace adomcp::outbound_identity
