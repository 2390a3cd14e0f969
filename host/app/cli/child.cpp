#include "app/cli/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/process.h"
#include "core/text.h"

namespace adomcp::app {
namespace {

constexpr int kSignalBase = 128;  // of the exit codes that run_process gives for signals
constexpr std::size_t kMostReport = std::size_t{4} * 1024 * 1024;
constexpr std::size_t kMostWords = 200;
constexpr std::string_view kDone = "done";
/// How much longer than the child's own clock it is waited for.
constexpr std::chrono::seconds kGrace{5};

/// Whether the last line says that there is no more; takes it off.
bool take_done(std::string& report) {
  const std::string last = std::string(kDone) + "\n";
  if (report != last && !report.ends_with("\n" + last)) return false;
  report.resize(report.size() - last.size());
  return true;
}

std::string search_path() {
  const char* path = std::getenv("PATH");
  return path == nullptr ? "" : path;
}

}  // namespace

std::string_view last_line(std::string_view text) {
  const auto trimmed = trim(text);
  const auto before = trimmed.rfind('\n');
  return before == std::string_view::npos ? trimmed : trim(trimmed.substr(before + 1));
}

std::string ChildEnd::quote() const {
  return last_words.empty() ? "" : "; its last words: " + last_words;
}

ChildEnd run_child(const std::vector<std::string>& arguments, std::chrono::seconds limit) {
  std::vector<std::string> command{"/proc/self/exe"};  // also when its file has been replaced
  command.insert(command.end(), arguments.begin(), arguments.end());
  ProcessLimits limits;
  limits.output_bytes = kMostReport;
  const auto done =
      run_process(command, search_path(), limits, Deadline::after(limit + kGrace), CancelToken());
  ChildEnd end;
  if (!done) {
    end.hung = done.error().code == ErrorCode::kTimeout;
    if (!end.hung) end.not_run = done.error().text();
    return end;
  }
  end.report = done->standard_output;
  end.complete = take_done(end.report);
  end.last_words = escape_for_log(last_line(done->standard_error), kMostWords);
  end.exit_code = done->exit_code;
  const int signal = done->exit_code - kSignalBase;
  end.hung = signal == SIGALRM;
  if (signal > 0 && !end.hung) end.signal = signal_name(signal);
  return end;
}

ChildReport::ChildReport(std::chrono::seconds limit)
    : descriptor_(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)) {
  if (!descriptor_ || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
    const int error = errno;
    throw std::runtime_error("no way to report: " + error_text(error));
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int crash : std::array{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM}) {
    std::signal(crash, SIG_DFL);
  }
  alarm(static_cast<unsigned>(limit.count()));
}

void ChildReport::line(std::string_view text) const {
  std::string whole(text);
  whole += '\n';
  write_whole(descriptor_.get(), whole);  // else the parent is gone, and this process soon too
}

void ChildReport::done() const {
  line(kDone);
}

}  // namespace adomcp::app
