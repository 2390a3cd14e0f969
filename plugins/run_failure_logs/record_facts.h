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

/// The errors of the phase and the stage that a record is in.
std::vector<std::string> errors_above(const Record& record);

/// What was said of a record's job, phase or stage: the first of these that says anything.
Said said_above(const Record& record);

/// The name to show; empty for null and for what Azure names itself ("__default").
std::string level_name(const Record* record);

bool is_failed(const Record& record);  ///< failed, abandoned by its agent, or refused
bool is_broken(const Record& record);  ///< failed or canceled

/// True when it has a result but no time passed in it: it is recorded, but nothing ran.
bool never_ran(const Record& record);

}  // namespace adomcp::failure_logs
