#include "plugin_host/load/process_state.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cfenv>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#ifdef __SSE__
#include <xmmintrin.h>
#endif

#include "core/process.h"
#include "core/text.h"

namespace adomcp::plugin_host {
namespace {

constexpr unsigned kNoUmask = ~0U;
constexpr std::size_t kMaxWord = 256;

std::string current_locale() {
  const char* name = std::setlocale(LC_ALL, nullptr);
  return name == nullptr ? "" : name;
}

std::string current_folder() {
  std::error_code failed;
  return std::filesystem::current_path(failed).string();
}

/// umask(2) can only be asked by setting it, which files made meanwhile would feel.
unsigned current_umask() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("Umask:", 0) != 0) continue;
    return static_cast<unsigned>(std::strtoul(line.c_str() + sizeof("Umask:"), nullptr, 8));
  }
  return kNoUmask;
}

std::string octal(unsigned value) {
  std::string digits;
  for (; value != 0; value /= 8) digits.insert(digits.begin(), static_cast<char>('0' + value % 8));
  return "0" + digits;
}

/// Rounding, flushing to zero and traps, without the flags that every calculation sets.
unsigned float_control() {
#ifdef __SSE__
  return _mm_getcsr() & ~static_cast<unsigned>(_MM_EXCEPT_MASK);
#else
  return 0;
#endif
}

void set_float_control([[maybe_unused]] unsigned control) {
#ifdef __SSE__
  _mm_setcsr(control);
#endif
}

/// The flags that have a name: the C library adds one of its own when it sets a handler.
constexpr int kFlags = SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | SA_RESTART |
                       SA_NODEFER | static_cast<int>(SA_RESETHAND);

bool same(const struct sigaction& a, const struct sigaction& b) {
  return a.sa_handler == b.sa_handler && (a.sa_flags & kFlags) == (b.sa_flags & kFlags);
}

bool same(const sigset_t& a, const sigset_t& b) {
  for (int number = 1; number < NSIG; ++number) {
    if (sigismember(&a, number) != sigismember(&b, number)) return false;
  }
  return true;
}

std::map<std::string, std::string> values_of(char** variables) {
  std::map<std::string, std::string> values;
  for (; variables != nullptr && *variables != nullptr; ++variables) {
    const std::string_view whole = *variables;
    const auto end = whole.find('=');
    values.emplace(whole.substr(0, end),
                   end == std::string_view::npos ? "" : whole.substr(end + 1));
  }
  return values;
}

/// An environment that nobody ever frees.
struct KeptEnvironment {
  std::vector<std::string> strings;
  std::vector<char*> pointers;  // as in `environ`
};

/// By one pointer: a thread in getenv() sees the one list or the other, where setenv() would move
/// the list away under it. For the same reason lists are kept for ever, each for a plugin that was
/// refused.
void take_back_environment(const std::map<std::string, std::string>& values) {
  static auto& kept = *new std::deque<KeptEnvironment>();
  KeptEnvironment& made = kept.emplace_back();
  made.strings.reserve(values.size());
  for (const auto& [name, value] : values) {
    made.pointers.push_back(made.strings.emplace_back(name).append("=").append(value).data());
  }
  made.pointers.push_back(nullptr);
  environ = made.pointers.data();
}

std::string from_to(const std::string& what, const std::string& before, const std::string& after) {
  return what + " from " + before + " to " + escape_for_log(after, kMaxWord);
}

}  // namespace

ProcessState::ProcessState()
    : locale_(current_locale()),
      folder_(current_folder()),
      umask_(current_umask()),
      rounding_(std::fegetround()),
      float_control_(float_control()),
      environment_(values_of(environ)) {
  for (int number = 1; number < NSIG; ++number) {
    sigaction(number, nullptr, &handlers_.at(static_cast<std::size_t>(number)));
  }
  pthread_sigmask(SIG_SETMASK, nullptr, &mask_);
}

ProcessState::~ProcessState() {
  restore();
}

std::vector<std::string> ProcessState::restore() const {
  std::vector<std::string> changed;
  restore_signals(changed);
  if (const auto now = current_locale(); now != locale_) {
    changed.push_back(from_to("the locale", locale_, now));
    std::setlocale(LC_ALL, locale_.c_str());
  }
  if (const auto now = current_folder(); now != folder_) {
    changed.push_back(from_to("the working folder", folder_, now));
    std::error_code failed;
    std::filesystem::current_path(folder_, failed);
  }
  if (const auto now = current_umask(); now != umask_ && umask_ != kNoUmask) {
    changed.push_back(from_to("the umask", octal(umask_), octal(now)));
    ::umask(static_cast<mode_t>(umask_));
  }
  restore_environment(changed);
  if (std::fegetround() != rounding_ || float_control() != float_control_) {
    changed.emplace_back("the floating point mode (as -ffast-math does when it links)");
    std::fesetround(rounding_);
    set_float_control(float_control_);
  }
  return changed;
}

void ProcessState::restore_signals(std::vector<std::string>& changed) const {
  for (int number = 1; number < NSIG; ++number) {
    const auto& before = handlers_.at(static_cast<std::size_t>(number));
    struct sigaction now {};
    if (sigaction(number, nullptr, &now) != 0 || same(before, now)) continue;
    changed.push_back("the handler of " + signal_name(number));
    sigaction(number, &before, nullptr);
  }
  sigset_t mask{};
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  if (same(mask, mask_)) return;
  changed.emplace_back("the signal mask");
  pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
}

/// Only names are told: values may be secrets.
void ProcessState::restore_environment(std::vector<std::string>& changed) const {
  const auto now = values_of(environ);
  if (now == environment_) return;
  std::string names;
  const auto add = [&](const std::string& name) {
    names += (names.empty() ? "" : ", ") + escape_for_log(name, kMaxWord);
  };
  for (const auto& [name, value] : environment_) {
    const auto found = now.find(name);
    if (found == now.end() || found->second != value) add(name);
  }
  for (const auto& [name, value] : now) {
    if (environment_.count(name) == 0) add(name);
  }
  changed.push_back("the environment (" + std::string(names, 0, kMaxWord) + ")");
  take_back_environment(environment_);
}

}  // namespace adomcp::plugin_host
