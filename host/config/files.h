#pragma once

#include <optional>
#include <string>

namespace adomcp::config {

/// `path` itself when absolute, else below `folder`; without "." and "..".
std::string absolute_path(const std::string& path, const std::string& folder);

/// Absolute folder that holds the file at `path`.
std::string folder_of(const std::string& path);

/// "does not exist", "is not a file", "cannot be read: …"; nullopt when the file can be read.
std::optional<std::string> why_unreadable(const std::string& path);

}  // namespace adomcp::config
