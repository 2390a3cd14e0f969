#pragma once

#include <signal.h>

#include <array>
#include <map>
#include <string>
#include <vector>

namespace adomcp::plugin_host {

/// A picture of what belongs to the whole process and a plugin must leave alone: signal handlers,
/// the locale, the working folder, the umask, the environment, and this thread's signal mask and
/// floating point mode. Taken before a plugin's code runs; the same thread looks again afterwards
/// and puts back what the plugin changed, at the latest when this object goes. Other threads may
/// run meanwhile; what they change is held against the plugin too, and the host's change nothing.
class ProcessState {
 public:
  ProcessState();
  ~ProcessState();
  ProcessState(const ProcessState&) = delete;
  ProcessState& operator=(const ProcessState&) = delete;

  /// Puts everything back. Says what was different, as in "the locale from C to de_DE"; empty when
  /// nothing was.
  std::vector<std::string> restore() const;

 private:
  void restore_signals(std::vector<std::string>& changed) const;
  void restore_environment(std::vector<std::string>& changed) const;

  std::array<struct sigaction, NSIG> handlers_{};
  sigset_t mask_{};
  std::string locale_;
  std::string folder_;
  unsigned umask_;
  int rounding_;
  unsigned float_control_;
  std::map<std::string, std::string> environment_;
};

}  // namespace adomcp::plugin_host
