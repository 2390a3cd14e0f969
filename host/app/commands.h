#pragma once

#include <optional>
#include <string>
#include <vector>

namespace adomcp::app {

/// What the command line gave; each command reads its own part.
struct Arguments {
  std::string config;
  std::optional<int> port;
  std::string tool;
  std::string arguments = "{}";
  std::string file;
  std::vector<std::string> files;
  std::string head;
};

// Each command gives the exit code: 0 good, 1 failed, 2 bad usage or configuration.

/// Serves until SIGINT or SIGTERM. Says "adomcp ready on URL" on standard error once it listens.
int serve(const Arguments& given);

/// Prints every problem of configuration and plugins, a line each with file:line:column.
int check(const Arguments& given);

/// One tools/call with policy and audit but without HTTP; prints its result as JSON. The audit's
/// standard output goes to standard error here.
int call(const Arguments& given);

/// Lists what would be served.
int plugins(const Arguments& given);

int inspect(const Arguments& given);

/// Says whether audit files are as they were written.
int audit_verify(const Arguments& given);

int version(const Arguments& given);

}  // namespace adomcp::app
