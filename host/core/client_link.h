#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/deadline.h"
#include "core/json.h"

namespace adomcp {

/// What a client can be asked in the middle of a call.
enum class Input { kElicitation, kSampling, kRoots };

/// The member of MCP's ClientCapabilities that a client has for it.
constexpr const char* capability_of(Input what) {
  if (what == Input::kSampling) return "sampling";
  return what == Input::kRoots ? "roots" : "elicitation";
}

// One set of bounds for whoever asks and whoever hands it on: what the first lets pass, the other
// takes.

/// Bytes of a question's key.
constexpr std::size_t kMostQuestionKey = 64;
/// Of the params that ask: a client's person reads them, or its model.
constexpr JsonLimits kQuestionLimits{std::size_t{32} << 10, 16, 2000};
/// Questions of one call, whichever way they are asked.
constexpr std::size_t kMostQuestionsOfCall = 64;
/// Those of one round, and those of a task that are open at a time: a person sees them together.
constexpr std::size_t kMostQuestions = 16;

/// 1 to 64 of a-z, 0-9 and '_'.
bool is_question_key(std::string_view key);

/// What came of asking.
struct Asked {
  enum class State {
    kAnswered,     ///< `json` is the client's result, checked: for an elicitation its action, and
                   ///< content that fits the schema
    kLater,        ///< the answer comes with another request, and the call ends here
    kUnsupported,  ///< this client can't
    kInterrupted,  ///< cancelled, or the deadline passed while waiting
    kInvalid,      ///< the question itself is wrong
  };
  State state = State::kUnsupported;
  std::string json = {};
};

/// The way from one running call back to the client that made it. Each era, and a task, has its
/// own. Lives as long as the call, also after its client has left. Thread-safe.
class ClientLink {
 public:
  virtual ~ClientLink() = default;

  /// Dropped unless the client asked for it, and unless `done` has grown. `total` 0: not known.
  virtual void progress(double done, double total, std::string_view message) = 0;

  /// A line of MCP's logging, for clients that want this level. `data_json`: any JSON value.
  virtual void log(std::string_view level, std::string_view logger, std::string_view data_json) = 0;

  /// `key` names the question within its call. `params_json`: of the request that asks. May wait
  /// until `until`, or until `interrupted`, which is asked now and then.
  struct Question {
    Input what = Input::kElicitation;
    std::string key;
    std::string params_json = "{}";
    Deadline until = {};
    std::function<bool()> interrupted = {};
  };
  virtual Asked ask(const Question& question) = 0;

  /// For the next round of the same call; false when it is too large.
  virtual bool keep(std::string state) = 0;
  /// What the round before kept; empty in the first one.
  virtual std::string kept() const = 0;

  /// The call becomes a task: gives its new deadline, or nullopt where the client takes no tasks.
  virtual std::optional<Deadline> begin_task(std::chrono::milliseconds ttl,
                                             std::chrono::milliseconds poll) = 0;
};

}  // namespace adomcp
