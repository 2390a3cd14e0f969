#pragma once

#include <string>
#include <vector>

#include "config/diagnostic.h"

namespace adomcp::config {

/// The sha256 that the plugin whose mapping begins at `plugin` is to have.
struct Pin {
  Mark plugin;
  std::string sha256;  ///< 64 lower-case hex digits
};

/// What became of one Pin.
struct PinOutcome {
  std::string before;   ///< the pin that stood there, in lower case; empty: none
  std::string refused;  ///< why it can't be written here, for a person; else empty
  int line = 1;         ///< where the pin stands afterwards; the plugin's line when refused

  bool changes(const Pin& pin) const { return refused.empty() && before != pin.sha256; }
};

struct PinnedText {
  std::string text;
  std::vector<PinOutcome> outcomes;  ///< one for each Pin, in their order
};

/// The text of a YAML file with its plugins pinned: a pin that is there gets the new value within
/// its quotes, a missing one goes behind `library`, on a line of its own or into the braces. No
/// other byte changes. `text` is one that load() has accepted.
PinnedText write_pins(const std::string& text, const std::vector<Pin>& pins);

}  // namespace adomcp::config
