#pragma once

#include <string>
#include <utility>

namespace adomcp {

/// What policy says. `rule` names what decided, `reason` tells a person what to change.
struct Decision {
  bool allowed = false;
  std::string rule;
  std::string reason;
  bool needs_confirmation = false;  ///< allowed, once a person has confirmed it

  static Decision allow(std::string rule) { return {true, std::move(rule), {}, false}; }
  static Decision deny(std::string rule, std::string reason) {
    return {false, std::move(rule), std::move(reason), false};
  }
};

}  // namespace adomcp
