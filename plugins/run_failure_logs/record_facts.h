#pragma once

#include <string>
#include <vector>

#include "record_tree.h"

namespace adomcp::failure_logs {

/// What a record's issues say, each text once and bounded.
struct Said {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;

  /// Errors first.
  std::vector<std::string> all() const;
};
Said said_by(const Record& record);
std::vector<std::string> errors_of(const Record& record);

/// Adds what isn't there yet.
void append(std::vector<std::string>& to, const std::vector<std::string>& from);

/// The name to show; empty for null and for what Azure names itself ("__default").
std::string level_name(const Record* record);

bool is_failed(const Record& record);  ///< failed, or abandoned by its agent
bool is_broken(const Record& record);  ///< failed or canceled

/// True when it has a result but no time passed in it: it is recorded, but nothing ran.
bool never_ran(const Record& record);

}  // namespace adomcp::failure_logs
