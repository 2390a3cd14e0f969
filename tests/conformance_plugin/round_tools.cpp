#include "round_tools.h"

#include <adomcp/legacy.hpp>
#include <string_view>

namespace conformance {
namespace {

using adomcp::elicitation;
namespace legacy = adomcp::legacy;

constexpr std::string_view kConfirmForm =
    R"({"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]})";
constexpr std::string_view kColorForm =
    R"({"type": "object", "properties": {"color": {"type": "string"}}, "required": ["color"]})";
constexpr std::string_view kState = "asked for a confirmation";
constexpr int kLongAnswer = 100;
constexpr int kShortAnswer = 50;

Json say(const char* text, int max_tokens) {
  return {{"messages", {{{"role", "user"}, {"content", {{"type", "text"}, {"text", text}}}}}},
          {"maxTokens", max_tokens}};
}

std::string text_in(const adomcp::Answer& answer) {
  return answer.json.value("/content/text"_json_pointer, std::string("(no text)"));
}

std::string uris_in(const adomcp::Answer& answer) {
  std::string uris;
  for (const Json& root : answer.json.value("roots", Json::array())) {
    uris += (uris.empty() ? "" : ", ") + root.value("uri", std::string());
  }
  return uris;
}

}  // namespace

std::string asks_name(Call& call) {
  const auto answer = call.elicit("user_name", "What is your name?", kNameForm);
  return answer.accepted() ? "Hello, " + answer.text("name") + "!" : "Hello, stranger!";
}

std::string asks_model(Call& call) {
  return text_in(
      legacy::sample(call, "capital_question", say("What is the capital of France?", kLongAnswer)));
}

std::string asks_roots(Call& call) {
  return "Roots: " + uris_in(legacy::roots(call, "client_roots"));
}

std::string asks_with_state(Call& call) {
  const bool kept = call.kept() == kState;
  call.keep(kState);
  const auto answer = call.elicit("confirm", "Please confirm", kConfirmForm);
  return std::string(answer.flag("ok") ? "confirmed" : "not confirmed") +
         (kept ? ", state-ok" : ", in one round");
}

std::string asks_three(Call& call) {
  const auto answers =
      call.ask_all({elicitation("user_name", "What is your name?", kNameForm),
                    legacy::sampling("greeting", say("Generate a greeting", kShortAnswer)),
                    legacy::list_roots("client_roots")});
  return text_in(answers.at("greeting")) + " " + answers.at("user_name").text("name") +
         ", roots: " + uris_in(answers.at("client_roots"));
}

std::string asks_twice(Call& call) {
  const auto name = call.elicit("step1", "Step 1: What is your name?", kNameForm);
  const auto color = call.elicit("step2", "Step 2: What is your favorite color?", kColorForm);
  return name.text("name") + " likes " + color.text("color") + ".";
}

std::string asks_to_confirm(Call& call) {
  const auto answer = call.elicit("confirm", "Please confirm", kConfirmForm);
  return answer.flag("ok") ? "confirmed" : "not confirmed";
}

std::string asks_what_client_can(Call& call) {
  const auto answers = call.ask_all(
      {elicitation("user_name", "What is your name?", kNameForm).if_supported(),
       legacy::sampling("greeting", say("Generate a greeting", kShortAnswer)).if_supported()});
  return std::to_string(answers.size()) + " of two questions were answered.";
}

}  // namespace conformance
