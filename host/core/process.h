#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/result.h"

namespace adomcp {

/// A program that has ended by itself.
struct ProcessOutput {
  int exit_code = 0;  ///< 128 + number when a signal ended it
  std::string standard_output;
  std::string standard_error;  ///< cut at its limit
};

struct ProcessLimits {
  std::size_t output_bytes = std::size_t{64} * 1024;  ///< more is an error
  std::size_t error_bytes = std::size_t{16} * 1024;   ///< more is dropped
};

/// "SIGSEGV"; "signal 64" where it has no name.
std::string signal_name(int signal);

/// The executable file that `name` means in `search_path` (as in PATH; its empty and relative
/// entries are passed over).
std::optional<std::string> find_program(const std::string& name, const std::string& search_path);

/// Runs `arguments` (the first is the program's absolute path) without a shell, in a process group
/// of its own, with nothing on standard input, no inherited descriptors, and this process's
/// environment but for PATH. At the deadline, on cancel and at too much output the whole group is
/// killed; it is also when it outlives its leader.
Result<ProcessOutput> run_process(const std::vector<std::string>& arguments,
                                  const std::string& search_path, const ProcessLimits& limits,
                                  Deadline deadline, const CancelToken& cancel);

}  // namespace adomcp
