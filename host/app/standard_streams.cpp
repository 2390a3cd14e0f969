#include "app/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

namespace adomcp::app {
namespace {

constexpr int kAboveStandard = 3;

}  // namespace

int take_standard_output() {
  const int own = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, kAboveStandard);
  if (own < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return STDOUT_FILENO;
  return own;
}

int take_standard_input() {
  const int own = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, kAboveStandard);
  if (own < 0) return STDIN_FILENO;
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const bool replaced = nothing >= 0 && ::dup2(nothing, STDIN_FILENO) >= 0;
  if (nothing > STDERR_FILENO) ::close(nothing);
  return replaced ? own : STDIN_FILENO;
}

}  // namespace adomcp::app
