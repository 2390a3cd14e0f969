#pragma once

#include <string>

#include "core/result.h"

namespace adomcp::plugin_host {

/// Whether nobody but root and this process's user could have put the file there: `path` and every
/// folder above it, links followed, belong to one of the two and can't be written by others (in a
/// folder with the sticky bit, such as /tmp, others can't replace what isn't theirs). The error
/// names the path and the command that mends it.
Status check_trust(const std::string& path);

}  // namespace adomcp::plugin_host
