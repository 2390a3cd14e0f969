#include "schema_tools.h"

namespace conformance {

std::string takes_contact(Call& call) {
  return "The arguments fit: " + call.args.dump();
}

std::string says_region(Call& call) {
  return "region=" + call.text("region", "(none)");
}

}  // namespace conformance
