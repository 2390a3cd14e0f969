#include "machine_names.h"

#include <re2/re2.h>

#include <adomcp/text.hpp>
#include <algorithm>
#include <array>

namespace adomcp::failure_logs {

namespace {

/// Words that follow "agent" where no name does.
constexpr std::array<std::string_view, 58> kNoNames{
    "is",       "was",        "were",         "has",     "had",      "did",      "does",
    "do",       "can",        "could",        "cannot",  "can't",    "will",     "would",
    "must",     "should",     "may",          "ran",     "lost",     "went",     "found",
    "stopped",  "exited",     "exits",        "failed",  "reported", "returned", "returns",
    "said",     "got",        "became",       "took",    "started",  "crashed",  "terminated",
    "rebooted", "restarted",  "disconnected", "worker",  "process",  "service",  "machine",
    "host",     "pool",       "pools",        "version", "request",  "job",      "queue",
    "session",  "connection", "listener",     "with",    "in",       "which",    "that",
    "error",    "code"};

/// What an agent's name can't hold: the words behind which a number says what went wrong.
bool says_number(std::string_view lower) {
  constexpr std::array<std::string_view, 6> kNumbered{"code", "error", "status",
                                                      "exit", "http",  "return"};
  return std::any_of(kNumbered.begin(), kNumbered.end(), [&](std::string_view word) {
    return lower.find(word) != std::string_view::npos;
  });
}

/// Where the name of an agent ends that `text`, in lower case, begins with; names may hold blanks.
/// 0: there is no name.
std::size_t end_of_agent(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  constexpr std::array<std::string_view, 18> kAfter{
      ". ",      ", ",        ": ",      "; ",       " ran ",      " lost ",
      " did ",   " has ",     " was ",   " went ",   " is ",       " in ",
      " found ", " stopped ", " could ", " exited ", " returned ", " failed "};
  const std::size_t word = std::min(text.find_first_of(" .,:;"), text.size());
  if (std::find(kNoNames.begin(), kNoNames.end(), text.substr(0, word)) != kNoNames.end()) return 0;
  std::size_t end = std::string_view::npos;
  for (const std::string_view after : kAfter) end = std::min(end, text.find(after));
  if (end <= kLongest && !says_number(text.substr(0, end))) return end;
  const std::size_t first = std::min({text.find(' '), text.find_last_not_of('.') + 1, text.size()});
  return says_number(text.substr(0, first)) ? 0 : first;
}

/// "agent build-a" and "The agent: build-b" without the names.
std::string without_agents(std::string_view text) {
  constexpr std::string_view kAgent = "agent";
  const std::string lower = sdk::to_lower(text);
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = lower.find(kAgent); at != std::string::npos;
       at = lower.find(kAgent, from)) {
    std::size_t name = at + kAgent.size();
    if (name < text.size() && text[name] == ':') ++name;
    out.append(text, from, name - from);
    from = name;
    if (name >= text.size() || text[name] != ' ') continue;
    const std::size_t length = end_of_agent(std::string_view(lower).substr(name + 1));
    if (length == 0) continue;
    out += " #";
    from = name + 1 + length;
  }
  return out.append(text.substr(std::min(from, text.size())));
}

/// A word behind which a machine or an id is named, and the name.
const RE2& named_machine() {
  static const RE2 pattern(
      R"((?i)\b(?:machine|runner|vm|worker|instance|host|computer|pipelines|lost|pid|process|id)"
      R"(|request|session|agentid|with|from|to|reach|node)(?: name| named| id| number)?)"
      R"([ :='"#(]{1,3}([a-z0-9_.\-]*[0-9][a-z0-9_.\-]*))");
  return pattern;
}

bool begins_with_any(std::string_view text, const std::vector<std::string_view>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.substr(0, word.size()) == word; });
}

/// A plain number, or letters and a number with a dash between; not an image, nor a code.
bool is_machine(std::string_view name, std::string_view word) {
  static const std::vector<std::string_view> others{"ubuntu", "windows", "macos", "vs20",  "win20",
                                                    "win-20", "code",    "error", "exit",  "http",
                                                    "status", "linux",   "v",     "debian"};
  const std::string lower = sdk::to_lower(name);
  if (begins_with_any(lower, others)) return false;
  const bool number = lower.find_first_not_of("0123456789.") == std::string::npos;
  const bool dashed = lower.find('-') != std::string::npos || lower.find('_') != std::string::npos;
  static const std::vector<std::string_view> anything{"with", "from", "to",     "reach",
                                                      "lost", "node", "process"};
  const bool by_word = !begins_with_any(sdk::to_lower(word), anything);
  return (number && by_word) || (dashed && sdk::is_alpha(lower.front()));
}

std::string without_named(const std::string& text) {
  std::string out;
  std::size_t from = 0;
  re2::StringPiece match[2];
  while (named_machine().Match(text, from, text.size(), RE2::UNANCHORED, match, 2)) {
    const auto at = static_cast<std::size_t>(match[1].data() - text.data());
    const std::string_view name(match[1].data(), match[1].size());
    const bool machine = is_machine(name, std::string_view(match[0].data(), match[0].size()));
    out.append(text, from, at - from).append(machine ? "#" : std::string(name));
    from = at + name.size();
  }
  return out + text.substr(from);
}

}  // namespace

std::string without_machines(std::string_view message) {
  static const RE2 guid(R"((?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)");
  static const RE2 time(
      R"(\b(?:\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?Z?|\d{1,2}:\d{2}:\d{2}\b))");
  static const RE2 share(R"(\b\d+(?:[.,]\d+)?\s?%)");
  std::string out(message);
  RE2::GlobalReplace(&out, guid, "#");
  RE2::GlobalReplace(&out, time, "#");
  RE2::GlobalReplace(&out, share, "#%");
  return without_named(without_agents(out));
}

}  // namespace adomcp::failure_logs
