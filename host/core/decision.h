#pragma once

#include <string>
#include <utility>

namespace adomcp {

/// What policy says. `rule` names what decided, `reason` tells a person what to change.
struct Decision {
  bool allowed = false;
  std::string rule;
  std::string reason;

  static Decision allow(std::string rule) { return {true, std::move(rule), {}}; }
  static Decision deny(std::string rule, std::string reason) {
    return {false, std::move(rule), std::move(reason)};
  }
};

}  // namespace adomcp
