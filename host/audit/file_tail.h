#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/chain.h"
#include "audit/file_set.h"
#include "core/result.h"

namespace adomcp::audit {

/// How a file ends.
struct FileTail {
  std::uint64_t number = 0;  ///< that its header gives
  Link last;                 ///< of its last chained line
  bool closed = false;       ///< that line says that the writer ended in good order
  bool newline = true;       ///< whether the file's last byte is one
  std::size_t torn = 0;      ///< bytes after that line, without the last newline
  std::string torn_sha256;   ///< of these bytes; empty when there are none
};

/// Reads the end of `path`. An error when its first line isn't a header of ours, or when no
/// chained line is near its end.
Result<FileTail> read_tail(const std::string& path);

/// The `started` lines without a `finished` one in the newest two files, since the last one that
/// ended in good order. Bounded: at most 10,000.
std::vector<std::string> find_left_open(const std::vector<AuditFile>& files);

}  // namespace adomcp::audit
