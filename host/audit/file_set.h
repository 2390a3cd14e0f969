#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace adomcp::audit {

/// One audit file: the one that is written, or one that was rotated away as `path.N`.
struct AuditFile {
  std::uint64_t number = 0;  ///< N; 0 for the one that is written
  std::string path;
};

/// What was rotated away from `path`, oldest first.
std::vector<AuditFile> rotated_files(const std::string& path);

/// The same, and `path` itself at the end when it is there.
std::vector<AuditFile> all_files(const std::string& path);

}  // namespace adomcp::audit
