#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "shared/record_tree.h"

namespace adomcp::failure_logs {

using shared::job_name;
using shared::level_name;
using shared::Record;
using shared::RecordTree;
using shared::stage_name;
using shared::tasks_of;

/// What a record's issues say, each text once and bounded. Blank ones are no messages. Where there
/// are too many, what tells of a lost machine or of time that ran out is kept before the others.
struct Said {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
  std::size_t errors_left_out = 0;  ///< beyond the bound
  std::size_t warnings_left_out = 0;

  /// Errors first.
  std::vector<std::string> all() const;
  /// Errors, and the warnings that say more than what is to come: a retirement stops nothing yet.
  std::vector<std::string> deciding() const;
  std::size_t left_out() const { return errors_left_out + warnings_left_out; }
};
Said said_by(const Record& record);
std::vector<std::string> errors_of(const Record& record);

/// Adds what isn't there yet.
void append(std::vector<std::string>& to, const std::vector<std::string>& from);

/// The errors of what hangs below a record, those of a part of its own type aside; the first few.
Said said_below(const Record& record);

/// What is said of the parts above others, which are asked for again and again: each is read once.
class SaidAbove {
 public:
  const Said& of(const Record& record);

  /// The errors of the phase and the stage that a record is in.
  Said errors(const Record& record);

  /// What was said of a record's job, phase or stage: the first of these that says anything.
  const Said& first(const Record& record);

 private:
  std::unordered_map<const Record*, Said> known_;
  const Said nothing_{};
};

/// How many tasks of its job come before it under the same name ("CmdLine").
std::size_t ordinal_of(const Record& task);

bool is_failed(const Record& record);  ///< failed, abandoned by its agent, or refused
bool is_broken(const Record& record);  ///< failed or canceled

/// Went on with errors of its own.
bool is_tolerated(const Record& record);

/// True when it has a result but no time passed in it: it is recorded, but nothing ran.
bool never_ran(const Record& record);

}  // namespace adomcp::failure_logs
