#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "config/diagnostic.h"

namespace adomcp::config {

/// Environment variables as a value, so that tests need not touch the process's own and that
/// families like WEBSITE_* can be looked for.
using Environment = std::map<std::string, std::string, std::less<>>;

/// A copy of this process's environment.
Environment process_environment();

/// The variable's value; empty when it is unset or empty.
std::string variable(const Environment& environment, std::string_view name);

/// Name of a variable here that only hosting platforms set: behind their proxies every caller looks
/// local, and there may be several replicas. Empty: none is set.
std::string hosting_variable(const Environment& environment);

/// Replaces `${NAME}` and `${NAME:-default}` in scalars that YAML has parsed already, so that no
/// value can bring YAML of its own. The default also stands in for an empty variable, and may hold
/// such references itself; `$${` is a literal `${`. The bytes it makes for one file are bounded.
class Expander {
 public:
  Expander(const Environment& environment, Problems& problems)
      : environment_(environment), problems_(problems) {}

  /// The expanded text; nullopt after it has reported why not.
  std::optional<std::string> expand(std::string_view text, Mark mark);

 private:
  std::optional<std::string> reference(std::string_view body, Mark mark);

  const Environment& environment_;
  Problems& problems_;
  int depth_ = 0;  // of defaults within defaults
  std::size_t bytes_left_ = std::size_t{1024} * 1024;
};

}  // namespace adomcp::config
