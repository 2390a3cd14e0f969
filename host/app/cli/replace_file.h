#pragma once

#include <string>

#include "core/result.h"

namespace adomcp::app {

/// Puts `text` in the place of the file at `path` in one step: whoever reads it sees the old text
/// or the new one, also after a crash. A symbolic link stays and its target is replaced; owner and
/// mode stay. The error says why the file is as it was.
Status replace_file(const std::string& path, const std::string& text);

}  // namespace adomcp::app
