#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/verify.h"

namespace adomcp::audit {

/// Follows a chain line by line through its files, in bounded memory.
class ChainCheck {
 public:
  ChainCheck(std::optional<Link> head, std::optional<Link> from)
      : head_(std::move(head)), from_(std::move(from)) {}

  void begin_file(const std::string& path);

  // Each is false once there is a problem.

  /// The next piece of the file: a line, or a part of one that didn't end.
  bool take(std::string_view text, bool ended);
  bool end_file();
  /// After the last file.
  bool end();

  const Verdict& verdict() const { return verdict_; }

 private:
  bool take_header(std::string_view line, const ChainedLine& chained);
  bool take_next(std::string_view line, const ChainedLine& chained);
  bool check_start(const std::string& after);
  bool check_published(const ChainedLine& chained, const Link& published);
  bool explains_torn(std::string_view line);
  void note_torn(std::string_view text, bool ended);
  bool problem(std::uint64_t line, const std::string& meaning);

  std::optional<Link> head_;
  std::optional<Link> from_;
  Verdict verdict_;
  Chain chain_{Link{}};
  std::string path_;
  std::uint64_t line_ = 0;
  bool line_open_ = false;  // whether the last piece was one without an end

  // Text that isn't chained, which the next line has to explain.
  Sha256 torn_;
  std::uint64_t torn_at_ = 0;  // its first line; 0: there is none
  bool torn_newline_ = false;
};

}  // namespace adomcp::audit
