#pragma once

#include <string>
#include <vector>

#include "record_facts.h"
#include "wording.h"

namespace adomcp::failure_logs {

/// What happened in one job: which task failed by itself, and whether and where the job was stopped
/// from outside (a machine taken away, an agent lost, time run out, a person).
struct JobReading {
  const Record* failed = nullptr;     ///< the first task that failed by itself
  const Record* stopped = nullptr;    ///< the task that ran when the job was stopped
  bool outside = false;               ///< it was stopped from outside
  bool by_hand = false;               ///< canceled, and nothing says why
  bool alive = false;                 ///< other tasks ran well after `failed`
  Kind kind = Kind::kError;           ///< why it was stopped; of use when `outside`
  bool failed_first = false;          ///< `failed` stands before `stopped`
  bool idle_first = false;            ///< an idle task stands before the one that broke
  std::vector<std::string> errors;    ///< the job's own
  std::vector<std::string> warnings;  ///< the job's own
  std::size_t left_out = 0;           ///< more of the job's own
  std::vector<const Record*> broken;  ///< all that failed or were canceled, idle ones aside
  std::vector<const Record*> idle;    ///< recorded, but never ran
};

/// Reads the tasks of `holder`, in order: a job, or what stands in for one (a phase, a stage, or
/// null) where tasks have no job above them. `canceled`: what the job's own result says.
JobReading read_job(const Record* holder, const std::vector<const Record*>& tasks, bool canceled);

/// Why `at`, the holder or a task of it, was stopped where no task failed by itself. That something
/// is to be retired decides nothing, but for a brownout where nothing else does.
Kind stop_kind(const Record* holder, const Record& at, bool canceled);

/// "2 later tasks of the job never ran: 'A' and 'B'"; empty when there are none. Without "later"
/// when one of them stands before the task that broke.
std::string idle_sentence(const JobReading& reading);

}  // namespace adomcp::failure_logs
