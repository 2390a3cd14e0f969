#pragma once

#include <optional>
#include <string>
#include <vector>

namespace adomcp::app {

// Exit codes.
constexpr int kGood = 0;
constexpr int kFailed = 1;
constexpr int kBadConfiguration = 2;

/// What the command line gave; each command reads its own part.
struct Arguments {
  std::string config;
  std::optional<int> port;
  bool stdio = false;
  std::string tool;
  std::string arguments = "{}";
  std::string file;
  std::vector<std::string> keys;
  std::vector<std::string> files;
  std::string head;
  std::string from;
  std::vector<std::string> plugins;  ///< ids
  bool only_check = false;
  std::vector<std::string> clients;    ///< of client_names()
  std::string format = "server.json";  ///< of registry_formats()
  std::string name;                    ///< in a registry; empty: made of server.public_url
  unsigned time_limit = 15;            ///< seconds that one plugin may take to load, start and stop
};

// Each command gives an exit code.

/// Serves until SIGINT or SIGTERM, and reloads on SIGHUP and when a file changed. Says "adomcp
/// ready on URL" on standard error once it listens. With `stdio` it serves the client that started
/// it until that closes standard input, and no port is opened.
int serve(const Arguments& given);

/// Prints every problem of configuration and plugins, a line each with file:line:column. Plugins
/// are loaded in other processes only: one that crashes is a line too. With `clients` it fails,
/// too, where one of these doesn't take a tool, a line each.
int check(const Arguments& given);

/// The part of check() that is for a child: all but the plugins in `given.plugins`, together.
int check_rest(const Arguments& given);

/// One tools/call with policy and audit but without HTTP; prints its result as JSON. The audit's
/// standard output goes to standard error here.
int call(const Arguments& given);

/// Lists what would be served; loads plugins as check() does.
int plugins(const Arguments& given);

/// The part of plugins() that is for a child.
int plugins_rest(const Arguments& given);

int inspect(const Arguments& given);

/// Says whether audit files are as they were written.
int audit_verify(const Arguments& given);

int version(const Arguments& given);

}  // namespace adomcp::app
