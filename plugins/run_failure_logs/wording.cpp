#include "wording.h"

#include <re2/re2.h>

#include <adomcp/text.hpp>
#include <algorithm>
#include <array>

namespace adomcp::failure_logs {

namespace {

// Wording of Azure Pipelines and its agent (azure-pipelines-agent, src/Misc/layoutbin/en-US
// /strings.json, and the service's own messages in public issues), in lower case.
constexpr std::array<std::string_view, 5> kTimeoutWords{
    "ran longer than the maximum time of", "the task has timed out",
    "has exceeded the maximum execution time", "exceeded the maximum time",
    "timed out waiting for approval"};

// So particular that they count in a task's message as well.
constexpr std::array<std::string_view, 19> kAgentWords{
    "we stopped hearing from agent",
    "lost communication with the server",
    "stopped hearing from the agent",
    "no agent found in pool",
    "agent did not connect",
    "no hosted parallelism has been purchased",
    "an image label with the label",
    "brownout",
    "the request was abandoned",
    "the agent was shut down",
    "received a shutdown signal",
    "the remote provider was unable to process the request",
    "failed to start the agent",
    "no agents in pool",
    "means it ran out of memory. make sure the agent",
    "operating system is shutting down for computer",
    "hosted runner encountered an error",
    "no space left on device",
    "not enough space on the disk"};

// What only the service says, of a job or what is above it.
constexpr std::array<std::string_view, 42> kServiceWords{
    // a machine given and taken away
    "deprovision", "remote provider", "provisioning resources", "could not provision",
    "provisioning failed", "failed to provision", "provisioning request", "provision message",
    "error type: disconnect", "hosted runner", "preempted", "evicted", "shutting down",
    "shutdown signal",
    // an agent that is not heard of any more
    "hearing from", "not heard from", "lost communication", "lost contact", "lost connection",
    "disconnected", "job has been abandoned", "did not connect", "did not respond", "worker exited",
    "worker process", "agent no longer exists", "agent.listener", "tf400898",
    // none to be had
    "parallelism", "potential agents", "parallel job", "free minutes", "find a pool", "image label",
    "imagelabel", "insufficient capacity", "not enough capacity", "allocationfailed",
    "skunotavailable",
    // room
    "disk space", "free memory", "out of memory"};

/// A thing and what became of it, anywhere after or before it in one sentence.
struct Pair {
  std::vector<std::string_view> things;
  std::vector<std::string_view> fates;
};

constexpr std::array<std::string_view, 8> kStarvedWords{
    "no test result files",           "was not found for build", "no package found with specified",
    "not found pathtopublish",        "path does not exist",     "not found sourcefolder",
    "no artifacts are available for", "no files were found"};

constexpr std::array<std::string_view, 19> kExpiredWords{"expired",
                                                         "timed out",
                                                         "timed_out",
                                                         "timed-out",
                                                         "timeout",
                                                         "timedout",
                                                         "time-out",
                                                         "time limit",
                                                         "deadline",
                                                         "not completed within",
                                                         "not given within",
                                                         "not decided within",
                                                         "not approved within",
                                                         "ran out of time",
                                                         "nor rejected",
                                                         "nobody approved",
                                                         "no one approved",
                                                         "lapsed",
                                                         "elapsed"};

constexpr std::array<std::string_view, 7> kAnnouncements{
    "will be removed", "will be retired", "deprecat",   "will soon",
    "will no longer",  "end-of-life",     "end of life"};

/// What only the service says, too, in many wordings.
const std::vector<Pair>& service_pairs() {
  static const std::vector<Pair> pairs{
      {{" lock", " lease", " agent", " request"}, {" renew"}},
      {{" lock", " lease"}, {" expired", " lapsed", " was lost", " been lost", " is lost"}},
      {{" agent", " machine", " runner", " vm", " worker", " instance"},
       {" was lost",        " is lost",          " lost.",       " lost:",        " lost ",
        " unreachable",     " reach ",           " unrespons",   " not respond",  " not be reached",
        " stopped respond", " terminated",       " reboot",      " restarted",    " deallocat",
        " was deleted",     " been deleted",     " was removed", " offline",      " reclaimed",
        " went away",       " crashed",          " allocate",    " be allocated", " no longer",
        " picked up",       " timed out waiting"}},
      {{" agent", " runner"},
       {" demand", " capab", " busy", " disabled", " unavailable", " not available", " timed out",
        " acquire", " be assigned"}},
      {{" agent", " machine", " deployment target", " vm"},
       {" unable to connect", " not connect", " cannot connect", " can't connect",
        " failed to connect", " failed to create", " be created", " be started"}},
      {{" no online", " no machine", " no target", " no deployment target", " no available",
        " no idle", " no eligible", " no healthy", " no virtual machine"},
       {" deployment group", " environment", " pool", " agent", " machine", " target", " queue"}},
      {{" deployment group"},
       {" offline", " not online", " unhealthy", " not healthy", " has no ", " not have any"}},
      {{" image", " vmimage"},
       {" been removed", " was removed", " is removed", " no longer", " not found", " not exist",
        " not supported", " unsupported", " not available", " unavailable", " retired", " blocked",
        " invalid", " not valid", " could not find", " cannot find", " unable to find"}},
      {{" scale set", " scaleset", " vmss"},
       {" fail", " unable", " could not", " not found", " no longer", " unhealthy"}},
      {{" agent", " machine", " pool", " resources", " parallel", " core", " vm", " subscription"},
       {" quota"}},
      {{" pool", " agent", " organization"}, {" maintenance"}},
      {{" agent", " machine", " runner", " vm"}, {" too long to start", " failed to start"}},
      {{" pool"}, {" offline"}},
      {{" no agent", " no agents"},
       {" pool", " found", " available", " online", " satisf", " demand", " capab"}},
      {{" internal error", " internal server error"}, {" job", " agent", " service"}}};
  return pairs;
}

/// The sentence, in lower case, with a blank before each word, whatever stood there.
bool says_pair(const std::string& sentence) {
  const auto any = [&](const std::vector<std::string_view>& words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
      return sentence.find(word) != std::string::npos;
    });
  };
  const std::vector<Pair>& pairs = service_pairs();
  return std::any_of(pairs.begin(), pairs.end(),
                     [&](const Pair& pair) { return any(pair.things) && any(pair.fates); });
}

bool says_pair_of_service(std::string_view message) {
  const std::string text = ' ' + sdk::to_lower(message) + ' ';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(". ", at), text.size() - 1);
    std::string sentence = ' ' + text.substr(at, end + 1 - at);
    for (char& c : sentence) {
      if (c == '\'' || c == '"' || c == '(' || c == '\n') c = ' ';
    }
    if (says_pair(sentence)) return true;
    at = end + 1;
  }
  return false;
}

/// "The operation was canceled", "Job 'x' has been cancelled by …": a work of the service's, and
/// that it was canceled.
const RE2& canceled_pattern() {
  static const RE2 pattern(
      R"((?i)\b(?:operation|job|build|run|pipeline|stage|phase|task|step|execution|deployment))"
      R"((?: ['"][^'"]{1,200}['"])? (?:was|has been|got|is being) cancell?ed)");
  return pattern;
}

template <std::size_t N>
bool says(std::string_view message, const std::array<std::string_view, N>& words) {
  const std::string text = sdk::to_lower(message);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::kError:
      return "error";
    case Kind::kTimeout:
      return "timeout";
    case Kind::kCanceled:
      return "canceled";
    case Kind::kInfrastructure:
      return "infrastructure";
  }
  return "error";
}

Kind kind_of(const std::vector<std::string>& messages, bool canceled, Speaker speaker) {
  const auto any = [&](const auto& words) {
    return std::any_of(messages.begin(), messages.end(),
                       [&](const std::string& message) { return says(message, words); });
  };
  if (any(kTimeoutWords)) return Kind::kTimeout;
  if (any(kAgentWords)) return Kind::kInfrastructure;
  if (speaker == Speaker::kService) {
    const bool pair = std::any_of(messages.begin(), messages.end(), says_pair_of_service);
    if (pair || any(kServiceWords)) return Kind::kInfrastructure;
  }
  const bool said = std::any_of(messages.begin(), messages.end(), is_cancel_message);
  if (canceled || said) return Kind::kCanceled;
  return Kind::kError;
}

bool is_announcement(std::string_view message) {
  return says(message, kAnnouncements);
}

bool is_cancel_message(std::string_view message) {
  return RE2::PartialMatch({message.data(), message.size()}, canceled_pattern());
}

bool is_starved_message(std::string_view message) {
  return says(message, kStarvedWords);
}

bool says_expired(std::string_view text) {
  return says(text, kExpiredWords);
}

}  // namespace adomcp::failure_logs
