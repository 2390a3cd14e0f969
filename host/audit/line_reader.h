#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/descriptor.h"
#include "core/result.h"

namespace adomcp::audit {

/// Reads a file line by line in bounded memory.
class LineReader {
 public:
  struct Piece {
    std::string_view text;  ///< good until the next one is read
    bool ended = false;     ///< false: the file ends without a newline, or the line is endless
  };

  static Result<LineReader> open(const std::string& path);

  /// nullopt at the end, and when reading fails.
  std::optional<Piece> next();
  bool failed() const { return failed_; }

 private:
  explicit LineReader(Descriptor file);
  bool fill();

  Descriptor file_;
  std::vector<char> buffer_;
  std::size_t from_ = 0;
  std::size_t to_ = 0;
  bool failed_ = false;
};

}  // namespace adomcp::audit
