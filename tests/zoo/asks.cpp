// Asks its client: {"how":N}, where each number is a function below. What it replies is the status
// of each question, and the last answer after it.
#include <adomcp/input.h>
#include <adomcp/legacy.h>

#include <string>
#include <thread>

#include "zoo.h"

namespace {

using Text = std::string_view;

constexpr Text kForm =
    R"({"type":"object","properties":{"name":{"type":"string"}},"required":["name"]})";
constexpr std::size_t kMostKept = 8192;

struct Asker {
  adomcp_call* call;
  std::string said;

  adomcp_status note(adomcp_status status, adomcp_str answer = {}) {
    said += std::to_string(status) + ' ';
    if (answer.size > 0) said.append(answer.data, answer.size);
    return status;
  }
  adomcp_status elicit(Text key = "name", Text message = "Who are you?", Text form = kForm) {
    adomcp_str answer{};
    return note(zoo::service<adomcp_input>(ADOMCP_INPUT)
                    .elicit(call, zoo::str(key), zoo::str(message), zoo::str(form), &answer),
                answer);
  }
  adomcp_status sample(Text params = R"({"maxTokens":1})") {
    adomcp_str result{};
    return note(zoo::service<adomcp_legacy>(ADOMCP_LEGACY)
                    .sample(call, zoo::str("sampled"), zoo::str(params), &result),
                result);
  }
  adomcp_status roots() {
    adomcp_str result{};
    return note(zoo::service<adomcp_legacy>(ADOMCP_LEGACY).roots(call, zoo::str("rooted"), &result),
                result);
  }
  adomcp_status keep(const std::string& state) {
    return note(zoo::service<adomcp_input>(ADOMCP_INPUT).keep(call, zoo::str(state)));
  }
  adomcp_status reply() {
    zoo::host->reply(call, zoo::str(said), {});
    return ADOMCP_OK;
  }
};

/// As every plugin should.
adomcp_status once(Asker& ask) {
  const adomcp_status status = ask.elicit();
  return status == ADOMCP_OK ? ask.reply() : status;
}

adomcp_status from_another_thread(Asker& ask) {
  std::thread([&] {
    ask.elicit();
    ask.keep("state");
  }).join();
  return ask.reply();
}

adomcp_status waits_without_asking(Asker&) {
  return ADOMCP_INPUT_REQUIRED;
}

adomcp_status answers_and_waits(Asker& ask) {
  ask.elicit();
  ask.reply();
  return ADOMCP_INPUT_REQUIRED;
}

adomcp_status keeps(Asker& ask) {
  ask.keep(std::string(kMostKept + 1, 'x'));
  ask.keep("\xff");
  ask.keep(std::string(kMostKept, 'k'));
  const adomcp_str kept = zoo::service<adomcp_input>(ADOMCP_INPUT).kept(ask.call);
  ask.said.append(kept.data, kept.size);
  return ask.reply();
}

adomcp_status everything(Asker& ask) {
  bool missing = false;
  for (const adomcp_status status : {ask.elicit(), ask.sample(), ask.roots()}) {
    missing = missing || status == ADOMCP_UNSUPPORTED;
  }
  return missing ? ADOMCP_UNSUPPORTED : ask.reply();
}

adomcp_status badly(Asker& ask) {
  ask.elicit("Name");
  ask.elicit("");
  ask.elicit(std::string(65, 'k'));
  ask.elicit("message", "");
  ask.elicit("message", std::string(4097, 'm'));
  ask.elicit("message", "\xff");
  ask.elicit("form", "Who?", R"({"type":"object","properties":{"a":{"type":"object"}}})");
  ask.sample("[]");
  zoo::service<adomcp_input>(ADOMCP_INPUT).elicit(ask.call, {}, {}, {}, nullptr);
  return ask.reply();
}

adomcp_status goes_on_without(Asker& ask) {
  ask.elicit();
  return ask.reply();
}

adomcp_status twice(Asker& ask) {
  ask.elicit();
  ask.elicit();
  return ask.reply();
}

adomcp_status misses_nothing(Asker& ask) {
  ask.reply();
  return ADOMCP_UNSUPPORTED;
}

/// What a plugin read may stand in its questions.
adomcp_status of_secrets(Asker& ask) {
  ask.elicit("name", "Is password=hunter2 right?\xE2\x80\x8B",
             R"({"type":"object","properties":{"a":{"type":"string","title":"token=abc123",)"
             R"("description":"https://u:hunter2@h/"}},"required":["a"]})");
  ask.sample(
      R"({"maxTokens":1,"systemPrompt":"use password=hunter2","messages":[)"
      R"({"role":"user","content":{"type":"text","text":"pat ghp_0123456789abcdefghij"}}]})");
  return ask.reply();
}

adomcp_status call(void*, adomcp_call* handle, adomcp_str arguments) {
  static constexpr adomcp_status (*kWays[])(Asker&) = {once,
                                                       from_another_thread,
                                                       waits_without_asking,
                                                       answers_and_waits,
                                                       keeps,
                                                       everything,
                                                       badly,
                                                       goes_on_without,
                                                       twice,
                                                       misses_nothing,
                                                       of_secrets};
  Asker asker{handle, {}};
  return kWays[zoo::number(arguments, "\"how\":", 0)](asker);
}
constexpr adomcp_tool kTool = zoo::tool("asks", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("asks"));
