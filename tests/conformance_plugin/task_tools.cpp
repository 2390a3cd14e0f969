#include "task_tools.h"

#include <adomcp/tasks.hpp>
#include <chrono>
#include <stdexcept>
#include <vector>

namespace conformance {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::minutes kKeep{10};
constexpr milliseconds kPoll{200};
constexpr milliseconds kJob{1000};
constexpr double kMsPerSecond = 1000;

constexpr std::string_view kConfirmForm =
    R"({"type": "object", "properties": {"confirm": {"type": "boolean"}}, "required": ["confirm"]})";

}  // namespace

std::string greets(Call& call) {
  return "Hello, " + call.text("name") + "!";
}

std::string computes_slowly(Call& call) {
  const milliseconds time(
      static_cast<std::int64_t>(call.args.at("seconds").get<double>() * kMsPerSecond));
  if (time.count() > 0) adomcp::begin_task(call, kKeep, kPoll);
  wait(call, time);
  return "Computed '" + call.text("label") + "' for " + std::to_string(time.count()) + " ms.";
}

std::string fails_as_task(Call& call) {
  adomcp::need_task(call, kKeep, kPoll);
  wait(call, kJob);
  throw adomcp::ToolError("This job always fails.");
}

std::string breaks_as_task(Call& call) {
  adomcp::need_task(call, kKeep, kPoll);
  throw std::logic_error("this job breaks on purpose");
}

std::string confirms_delete(Call& call) {
  adomcp::begin_task(call, kKeep, kPoll);
  const std::string name = call.text("filename", "(no file)");
  const auto answer = call.elicit("confirm", "Delete " + name + "?", kConfirmForm);
  return (answer.flag("confirm") ? "Deleted " : "Kept ") + name + ".";
}

std::string asks_two(Call& call) {
  const std::vector<adomcp::Question> questions = {
      adomcp::elicitation("name", "What is your name?", kNameForm),
      adomcp::elicitation("confirm", "Shall it go on?", kConfirmForm)};
  // A task waits for one answer after the other. What was asked before it began is open at once.
  adomcp::Answers answers;
  for (const auto& question : questions) {
    adomcp_str answer{};
    if (question.ask(call.handle(), question, &answer) != ADOMCP_OK) continue;
    answers.emplace(question.key, adomcp::Answer{Json::parse(adomcp::view(answer))});
  }
  if (answers.size() < questions.size()) {
    adomcp::begin_task(call, kKeep, kPoll);
    answers = call.ask_all(questions);
  }
  return answers.at("name").text("name", "Somebody") +
         (answers.at("confirm").flag("confirm") ? " goes on." : " stops.");
}

std::string asks_then_works(Call& call) {
  const auto answer = call.elicit("user_name", "What is your name?", kNameForm);
  adomcp::need_task(call, kKeep, kPoll);
  wait(call, kPoll);
  return "Worked for " + answer.text("name", "nobody") + ".";
}

}  // namespace conformance
