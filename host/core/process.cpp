#include "core/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include "core/descriptor.h"

namespace adomcp {
namespace {

using std::chrono::milliseconds;

/// How often cancel and the child are looked at; neither can wake a poll().
constexpr milliseconds kSlice{20};

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;

  bool make() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read_end = Descriptor(ends[0]);
    write_end = Descriptor(ends[1]);
    return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
  }
};

/// posix_spawn's two argument objects, freed together.
struct SpawnPlan {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};

  SpawnPlan() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  void prepare(const Pipe& out, const Pipe& err) {
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out.write_end.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.write_end.get(), STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> environment_with_path(const std::string& search_path) {
  std::vector<std::string> out{"PATH=" + search_path};
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("PATH=")) out.emplace_back(*entry);
  }
  return out;
}

/// A running child, killed with its group and reaped when it goes out of scope.
class Child {
 public:
  Child() = default;
  ~Child() {
    if (process_ <= 0) return;
    kill_group();
    waitpid(process_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// 0, or the error number.
  int start(std::vector<std::string> arguments, const std::string& search_path, const Pipe& out,
            const Pipe& err) {
    SpawnPlan plan;
    plan.prepare(out, err);
    auto environment = environment_with_path(search_path);
    pid_t process = -1;
    const int error =
        posix_spawn(&process, arguments.front().c_str(), &plan.actions, &plan.attributes,
                    pointers(arguments).data(), pointers(environment).data());
    if (error == 0) process_ = process;
    return error;
  }

  /// True once it has ended; doesn't wait.
  bool ended() {
    // WNOWAIT leaves the zombie, so that the group's number stays taken until the group is killed.
    siginfo_t info{};
    if (waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
      return true;
    }
    return info.si_pid == process_;
  }

  /// Ends what is left of the group and gives the exit code.
  int finish() {
    kill_group();
    int status = 0;
    const bool known = waitpid(process_, &status, 0) == process_;
    process_ = -1;
    if (!known) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  void kill_group() const { kill(-process_, SIGKILL); }

  pid_t process_ = -1;  // until reaped
};

/// Reads what is there; closes at its end. False when `text` would outgrow `most` and `strict`.
bool drain(Descriptor& from, std::string& text, std::size_t most, bool strict) {
  std::array<char, 4096> piece{};
  while (from) {
    const ssize_t got = read(from.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return true;
    if (got <= 0) {
      from = Descriptor();
      return true;
    }
    const auto bytes = static_cast<std::size_t>(got);
    const bool fits = text.size() + bytes <= most;
    if (!fits && strict) return false;
    text.append(piece.data(), std::min(bytes, most - text.size()));
    if (!fits) return true;  // one piece a turn, so that a flood can't hold the loop
  }
  return true;
}

void wait_a_slice(const Pipe& out, const Pipe& err, Deadline deadline) {
  std::array<pollfd, 2> watched{
      {{out.read_end.get(), POLLIN, 0}, {err.read_end.get(), POLLIN, 0}}};  // -1 is passed over
  const auto left = std::min(kSlice, deadline.remaining());
  poll(watched.data(), watched.size(), static_cast<int>(left.count()));
}

}  // namespace

std::string signal_name(int signal) {
  const char* name = sigabbrev_np(signal);
  return name == nullptr ? "signal " + std::to_string(signal) : "SIG" + std::string(name);
}

std::optional<std::string> find_program(const std::string& name, const std::string& search_path) {
  std::string_view rest(search_path);
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    std::string candidate(rest.substr(0, colon));
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
    if (!candidate.starts_with('/')) continue;
    candidate.append("/").append(name);
    struct stat info {};
    const bool is_file = stat(candidate.c_str(), &info) == 0 && S_ISREG(info.st_mode);
    if (is_file && access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return std::nullopt;
}

Result<ProcessOutput> run_process(const std::vector<std::string>& arguments,
                                  const std::string& search_path, const ProcessLimits& limits,
                                  Deadline deadline, const CancelToken& cancel) {
  Pipe out;
  Pipe err;
  Child child;
  if (!out.make() || !err.make()) {
    const int error = errno;
    return Error{ErrorCode::kUnavailable, "No pipe: " + error_text(error) + ".", {}};
  }
  if (const int error = child.start(arguments, search_path, out, err); error != 0) {
    return Error{ErrorCode::kUnavailable,
                 arguments.front() + " can't be run: " + error_text(error) + ".",
                 {}};
  }
  out.write_end = Descriptor();
  err.write_end = Descriptor();
  ProcessOutput output;
  bool ended = false;
  while (!ended) {
    if (cancel.cancelled()) return Error{ErrorCode::kCancelled, "The call was cancelled.", {}};
    if (deadline.passed()) return Error{ErrorCode::kTimeout, "The program took too long.", {}};
    wait_a_slice(out, err, deadline);
    ended = child.ended();  // asked first, so that what it wrote last is read below
    drain(err.read_end, output.standard_error, limits.error_bytes, false);
    if (!drain(out.read_end, output.standard_output, limits.output_bytes, true)) {
      return Error{ErrorCode::kUnavailable, "The program wrote more than an answer can be.", {}};
    }
  }
  output.exit_code = child.finish();
  return output;
}

}  // namespace adomcp
