#pragma once

#include "app/cli/commands.h"

namespace adomcp::app {

/// Writes the sha256 of each declared plugin's library, or of those in `given.plugins`, into the
/// YAML that declares it, and says a line for each. With `given.only_check` it writes nothing and
/// fails where it would have. What was written is loaded again, and taken back unless it says the
/// same as before but for the pins.
int pin(const Arguments& given);

}  // namespace adomcp::app
