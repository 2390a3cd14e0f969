#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mcp/fakes.h"
#include "unit/mcp/shared_state.h"

// Writes that a person confirms by MCP's elicitation.

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using State = Asked::State;

constexpr char kStartSchema[] = R"({"type":"object","additionalProperties":false,
  "required":["pipeline_id"],"properties":{"pipeline_id":{"type":"integer"},
  "note":{"type":"string"}}})";

PendingWrite start_on(const std::string& branch) {
  return {
      "Start pipeline 12 \"api\" on branch \"" + branch + "\".", "digest of " + branch, false, {}};
}

/// A link that can wait, as a session's or a task's.
class WaitingLink final : public ClientLink {
 public:
  void progress(double, double, std::string_view) override {}
  void log(std::string_view, std::string_view, std::string_view) override {}
  Asked ask(const Question& question) override {
    questions.push_back(question);
    return answer(question);
  }
  bool keep(std::string) override { return true; }
  std::string kept() const override { return {}; }
  std::optional<Deadline> begin_task(std::chrono::milliseconds,
                                     std::chrono::milliseconds) override {
    return task;
  }

  std::vector<Question> questions;
  std::optional<Deadline> task;
  std::function<Asked(const Question&)> answer = [](const Question&) {
    return Asked{State::kAnswered, R"({"action":"accept","content":{"confirm":true}})"};
  };
};

/// A host whose tool `start` writes as a plugin does: it asks the gate, and says what came of it.
struct Host {
  Host() {
    for (const char* name : {"start", "start_too"}) {
      auto tool = make_tool(name, kStartSchema);
      tool.read_only = false;
      world.add(tool);
    }
    world.confirmations = &shared.confirmations;
    world.seal = &shared.seal;
    world.capabilities = {{"elicitation", json::object()}};
    world.allow_writes({});
    world.invoker.talk = [this](ClientLink&) { return start(); };
    world.invoker.answer = [this](const json&) { return start(); };
  }

  plugin_host::CallResult start() {
    plugin_host::CallResult result;
    result.upstream_requests = 1;
    if (!world.invoker.last_scope.gate->confirmed(write)) {
      result.outcome = Outcome::kDenied;
      result.error_type = "denied";
      result.text = "Not confirmed.";
      return result;
    }
    ++started;
    result.outcome = Outcome::kSuccess;
    result.is_error = false;
    result.text = "Run 1.";
    return result;
  }

  Reply send(const json& more = json::object(), const json& arguments = {{"pipeline_id", 12}},
             const std::string& tool = "start") {
    json params = {{"name", tool}, {"arguments", arguments}};
    params.update(more);
    return world.modern("tools/call", params);
  }
  json call(const json& more = json::object()) {
    const auto reply = send(more);
    EXPECT_FALSE(reply.error) << reply.error->message;
    return reply.error ? json() : json::parse(reply.result);
  }
  /// By a legacy client that is reached by `link`.
  json legacy(const std::shared_ptr<WaitingLink>& link) {
    Request request{"tools/call", {{"name", "start"}, {"arguments", {{"pipeline_id", 12}}}}};
    request.era = Era::kLegacy;
    return json::parse(world.run_tool(request, {.link = link}).result);
  }

  static json says(const json& asked, const json& answer) {
    return {{"requestState", asked["requestState"]},
            {"inputResponses", {{"adomcp_confirm", answer}}}};
  }
  static json yes(const json& asked) {
    return says(asked, {{"action", "accept"}, {"content", {{"confirm", true}}}});
  }
  static std::string text_of(const json& result) { return result["content"][0]["text"]; }
  json last_record() const { return world.audit_lines->lines.back(); }

  World world;
  SharedState shared;
  PendingWrite write = start_on("main");
  int started = 0;
};

class ElicitedConfirmTest : public testing::Test, protected Host {};

TEST_F(ElicitedConfirmTest, APersonIsAskedAndSaysYes) {
  const auto asked = call();
  EXPECT_EQ(asked["resultType"], "input_required");
  const auto& request = asked["inputRequests"]["adomcp_confirm"];
  EXPECT_EQ(request["method"], "elicitation/create");
  EXPECT_THAT(request["params"]["message"], HasSubstr(write.summary));
  EXPECT_THAT(request["params"]["message"], HasSubstr("The tool start"));
  EXPECT_EQ(request["params"]["requestedSchema"]["properties"]["confirm"]["type"], "boolean");
  EXPECT_EQ(request["params"]["requestedSchema"]["required"], json({"confirm"}));
  EXPECT_EQ(started, 0);
  auto record = last_record();
  EXPECT_EQ(record["status"], "denied");
  EXPECT_EQ(record["decision"], "deny");
  EXPECT_EQ(record["rule"], "trigger.confirm");
  EXPECT_EQ(record["error_type"], "confirmation_required");
  EXPECT_EQ(record["confirmation"], "elicitation");

  const auto done = call(yes(asked));
  EXPECT_EQ(text_of(done), "Run 1.");
  EXPECT_EQ(started, 1);
  record = last_record();
  EXPECT_EQ(record["status"], "success");
  EXPECT_EQ(record["decision"], "allow");
  EXPECT_EQ(record["rule"], "allowlist.project");
  EXPECT_EQ(record["confirmation"], "elicitation");
  EXPECT_EQ(world.audit_lines->lines.size(), 4u);
  for (const auto& line : world.audit_lines->lines) {
    EXPECT_THAT(line.dump(), Not(HasSubstr(asked["requestState"].get<std::string>())));
  }
}

TEST_F(ElicitedConfirmTest, AnythingButATickedFormIsNo) {
  for (const json& no : {json{{"action", "decline"}}, json{{"action", "cancel"}},
                         json{{"action", "decline"}, {"content", {{"confirm", true}}}},
                         json{{"action", "accept"}, {"content", {{"confirm", false}}}}}) {
    const auto asked = call();
    const int calls = world.invoker.calls;
    const auto refused = call(says(asked, no));
    EXPECT_EQ(refused["isError"], true) << no;
    EXPECT_THAT(text_of(refused), HasSubstr("the person did not confirm it")) << no;
    EXPECT_EQ(world.invoker.calls, calls) << no;
    EXPECT_EQ(last_record()["error_type"], "confirmation_declined") << no;
    EXPECT_EQ(last_record()["status"], "denied") << no;
    EXPECT_EQ(last_record()["confirmation"], "elicitation") << no;
    EXPECT_THAT(text_of(call(yes(asked))), HasSubstr("used already")) << "a no stays one";
  }
  EXPECT_EQ(started, 0);
}

/// A client that answers its own form, as a program's does.
TEST_F(ElicitedConfirmTest, AProgramIsNotAsked) {
  const auto asked = call();  // a person's
  world.principal.application = true;
  const auto refused = call();
  EXPECT_EQ(refused["isError"], true);
  EXPECT_THAT(text_of(refused), HasSubstr("A program's own token can't confirm: a person has to "
                                          "sign in."));
  EXPECT_EQ(last_record()["error_type"], "confirmation_needs_person");
  EXPECT_EQ(last_record()["confirmation"], "none");
  EXPECT_EQ(last_record()["rule"], "trigger.confirm");
  const auto answered = call(yes(asked));
  EXPECT_THAT(text_of(answered), HasSubstr("A program's own token can't confirm"));
  EXPECT_EQ(last_record()["error_type"], "confirmation_needs_person");
  EXPECT_EQ(last_record()["confirmation"], "none");
  EXPECT_EQ(started, 0);
}

TEST_F(ElicitedConfirmTest, AProgramIsNotAskedByALinkThatWaitsEither) {
  const auto link = std::make_shared<WaitingLink>();
  world.principal.application = true;
  EXPECT_THAT(text_of(legacy(link)), HasSubstr("A program's own token can't confirm"));
  EXPECT_TRUE(link->questions.empty());
  EXPECT_EQ(last_record()["error_type"], "confirmation_needs_person");
  EXPECT_EQ(last_record()["confirmation"], "none");
  EXPECT_EQ(started, 0);
}

TEST_F(ElicitedConfirmTest, WithoutSignInWhoeverIsThereCountsAsAPerson) {
  world.principal = {};
  EXPECT_EQ(text_of(call(yes(call()))), "Run 1.");
  EXPECT_EQ(started, 1);
}

TEST_F(ElicitedConfirmTest, WhatCanNotBeShownWholeIsNotAskedAbout) {
  write.summary.clear();
  write.hidden = "It is too long to confirm.";
  const auto refused = call();
  EXPECT_EQ(text_of(refused), "Nothing was started. It is too long to confirm.");
  EXPECT_EQ(last_record()["error_type"], "confirmation_impossible");
  EXPECT_EQ(last_record()["confirmation"], "none");
}

TEST_F(ElicitedConfirmTest, TheFormHasAllLinesAsTheyAre) {
  write.summary = "Start it.\n\n- setting the variable \"A\" = \"1\"\n- and \"B\" = \"" +
                  std::string(3800, 'x') + '"';
  const auto asked = call();
  EXPECT_THAT(asked["inputRequests"]["adomcp_confirm"]["params"]["message"],
              HasSubstr("\n\n" + write.summary + "\n\n"));
  EXPECT_EQ(text_of(call(yes(asked))), "Run 1.");
}

TEST_F(ElicitedConfirmTest, TheAuditHasTheDigestThatWasAnsweredTo) {
  const auto asked = call();
  call(says(asked, {{"action", "decline"}}));
  EXPECT_EQ(last_record()["error_type"], "confirmation_declined");
  EXPECT_EQ(last_record()["write_sha256"], "digest of main");
}

TEST_F(ElicitedConfirmTest, AMissingOrMalformedAnswerIsAskedAgain) {
  const auto asked = call();
  for (const json& answer : {json(true), json("accept"), json{{"action", "accept"}},
                             json{{"action", "accept"}, {"content", {{"confirm", "yes"}}}},
                             json{{"action", "accept"}, {"content", {{"confirmed", true}}}}}) {
    EXPECT_EQ(call(says(asked, answer))["resultType"], "input_required") << answer;
  }
  EXPECT_EQ(call({{"requestState", asked["requestState"]}})["resultType"], "input_required");
  EXPECT_EQ(started, 0);
}

TEST_F(ElicitedConfirmTest, AReplayedRoundIsRefused) {
  const auto asked = call();
  call(yes(asked));
  const auto replayed = call(yes(asked));
  EXPECT_EQ(replayed["isError"], true);
  EXPECT_THAT(text_of(replayed), HasSubstr("used already"));
  EXPECT_EQ(started, 1);
  EXPECT_EQ(last_record()["error_type"], "confirmation_refused");
  EXPECT_EQ(last_record()["status"], "denied");
}

TEST_F(ElicitedConfirmTest, AYesIsOnePersonsForOneCall) {
  const auto asked = call();
  const auto refused = [&](const Reply& reply, const char* what) {
    ASSERT_TRUE(reply.error) << what;
    EXPECT_EQ(reply.error->code, -32602) << what;
    EXPECT_EQ(started, 0) << what;
  };
  refused(send(yes(asked), {{"pipeline_id", 13}}), "another pipeline");
  refused(send(yes(asked), {{"pipeline_id", 12}, {"note", "x"}}), "one more argument");
  refused(send(yes(asked), {{"pipeline_id", 12}}, "start_too"), "another tool");
  auto tampered = yes(asked);
  tampered["requestState"] = asked["requestState"].get<std::string>() + "x";
  refused(send(tampered), "tampered");
  world.principal.object_id = "other";
  refused(send(yes(asked)), "another person");
  world.principal.object_id = "oid";
  world.principal.tenant_id = "other";
  refused(send(yes(asked)), "another tenant");
  world.principal.tenant_id = "";
  shared.clock.advance(std::chrono::minutes(11));
  refused(send(yes(asked)), "expired");
  EXPECT_EQ(started, 0);
}

TEST_F(ElicitedConfirmTest, AWriteThatChangedMeanwhileIsAskedAnew) {
  auto asked = call();
  write = start_on("release/1");
  asked = call(yes(asked));
  EXPECT_EQ(asked["resultType"], "input_required");
  EXPECT_THAT(asked["inputRequests"]["adomcp_confirm"]["params"]["message"],
              HasSubstr("no longer what you confirmed"));
  EXPECT_THAT(asked.dump(), HasSubstr("release/1"));
  EXPECT_EQ(started, 0);
  EXPECT_EQ(text_of(call(yes(asked))), "Run 1.");
  EXPECT_EQ(started, 1);
}

TEST_F(ElicitedConfirmTest, ThePluginsOwnQuestionsComeFirst) {
  world.invoker.talk = [this](ClientLink& client) {
    ClientLink::Question question;
    question.key = "branch";
    question.params_json =
        R"({"message":"Which?","requestedSchema":{"type":"object","properties":{"b":{"type":"string"}}}})";
    const auto answer = client.ask(question);
    if (answer.state == State::kAnswered) {
      write = start_on(json::parse(answer.json)["content"]["b"]);
      EXPECT_EQ(client.kept(), "picked");
      return start();
    }
    client.keep("picked");
    start();  // too early: what it would write isn't known yet
    plugin_host::CallResult result;
    result.outcome = Outcome::kSuccess;
    result.input_required = true;
    return result;
  };
  auto asked = call();
  EXPECT_EQ(asked["inputRequests"].size(), 1u);
  EXPECT_TRUE(asked["inputRequests"].contains("branch"));
  EXPECT_EQ(last_record()["status"], "success");
  asked =
      call({{"requestState", asked["requestState"]},
            {"inputResponses", {{"branch", {{"action", "accept"}, {"content", {{"b", "fix"}}}}}}}});
  EXPECT_EQ(asked["inputRequests"].size(), 1u);
  EXPECT_THAT(asked["inputRequests"]["adomcp_confirm"]["params"]["message"], HasSubstr("\"fix\""));
  EXPECT_EQ(text_of(call(yes(asked))), "Run 1.") << "with the answer and what was kept before";
  EXPECT_EQ(started, 1);
}

/// A model that does all that a poisoned log tells it, with whatever it was ever shown.
TEST_F(ElicitedConfirmTest, AnEchoingModelStartsNothing) {
  const auto asked = call();
  const std::string state = asked["requestState"];
  const json accept = {{"action", "accept"}, {"content", {{"confirm", true}}}};
  for (const json& note : {json(state), json(asked.dump()), json(accept.dump()), json("confirm"),
                           json(write.digest), json(write.summary)}) {
    EXPECT_EQ(json::parse(
                  send(json::object(), {{"pipeline_id", 12}, {"note", note}}).result)["resultType"],
              "input_required");
  }
  for (const json& more : {json{{"inputResponses", {{"adomcp_confirm", accept}}}},
                           json{{"adomcp_confirm", accept}}, json{{"confirmation", state}}}) {
    EXPECT_EQ(call(more)["resultType"], "input_required") << more;
  }
  for (const json& arguments :
       {json{{"pipeline_id", 12}, {"confirm", true}},
        json{{"pipeline_id", 12}, {"adomcp_confirm", accept}},
        json{{"pipeline_id", 12}, {"requestState", state}, {"inputResponses", accept}}}) {
    EXPECT_EQ(json::parse(send(json::object(), arguments).result)["isError"], true) << arguments;
  }
  EXPECT_EQ(started, 0);
}

TEST_F(ElicitedConfirmTest, APluginCannotAskInTheHostsName) {
  world.invoker.talk = [this](ClientLink& client) {
    ClientLink::Question question;
    question.key = "adomcp_confirm";
    question.params_json = R"({"message":"Fine weather?","requestedSchema":{"type":"object",
        "properties":{"confirm":{"type":"boolean"}},"required":["confirm"]}})";
    EXPECT_EQ(client.ask(question).state, State::kInvalid);
    return start();
  };
  EXPECT_THAT(call()["inputRequests"]["adomcp_confirm"]["params"]["message"],
              HasSubstr(write.summary));
}

TEST_F(ElicitedConfirmTest, AClientThatCannotAskIsToldSo) {
  for (const json& capabilities :
       {json{{"sampling", json::object()}}, json{{"elicitation", {{"url", json::object()}}}}}) {
    world.capabilities = capabilities;
    const auto refused = call();
    EXPECT_EQ(refused["isError"], true);
    EXPECT_THAT(text_of(refused), HasSubstr("takes MCP elicitation"));
    EXPECT_EQ(last_record()["error_type"], "confirmation_required");
    EXPECT_EQ(last_record()["confirmation"], "none");
  }
  write.two_step = true;
  EXPECT_THAT(text_of(call()), HasSubstr(R"("confirmation": ")"));
  EXPECT_EQ(last_record()["confirmation"], "two_step");
}

TEST_F(ElicitedConfirmTest, WithoutAWorkingStoreNothingIsConfirmed) {
  shared.store.is_shared = false;
  EXPECT_THAT(text_of(call()), HasSubstr("configure state.store"));
  EXPECT_EQ(last_record()["error_type"], "confirmation_unavailable");
  shared.store.is_shared = true;
  const auto asked = call();
  shared.store.is_shared = false;
  EXPECT_THAT(text_of(call(yes(asked))), HasSubstr("configure state.store"));
  EXPECT_EQ(started, 0);
}

TEST_F(ElicitedConfirmTest, NeitherWaysTextIsGoodForTheOther) {
  TriggerSettings trigger;
  trigger.two_step = true;
  write.two_step = true;
  world.allow_writes(trigger);
  CallRecord record;
  record.principal = world.principal;
  record.operation.name = "start";
  record.arguments_json = R"({"pipeline_id":12})";
  const ElicitedConfirmation elicited(&shared.confirmations);
  const auto confirmation = elicited.issue(write, record, {});
  ASSERT_TRUE(confirmation);
  const auto reply = send(json::object(), {{"pipeline_id", 12}, {"confirmation", *confirmation}});
  EXPECT_THAT(reply.result, HasSubstr("another caller, or for another tool"));
  EXPECT_EQ(started, 0);
}

TEST_F(ElicitedConfirmTest, ALinkThatWaitsIsAskedHereAndNow) {
  const auto link = std::make_shared<WaitingLink>();
  const auto done = legacy(link);
  EXPECT_EQ(text_of(done), "Run 1.");
  EXPECT_EQ(started, 1);
  ASSERT_EQ(link->questions.size(), 1u);
  EXPECT_EQ(link->questions[0].key, "adomcp_confirm");
  EXPECT_THAT(link->questions[0].params_json, HasSubstr("Start pipeline 12"));
  EXPECT_EQ(world.audit_lines->lines.size(), 2u);
  EXPECT_EQ(last_record()["status"], "success");
  EXPECT_EQ(last_record()["decision"], "allow");
  EXPECT_EQ(last_record()["rule"], "allowlist.project");
  EXPECT_EQ(last_record()["confirmation"], "elicitation");
  EXPECT_EQ(last_record()["upstream_requests"], 2) << "of both runs";
}

TEST_F(ElicitedConfirmTest, ALinkThatWaitsMaySayNo) {
  const auto link = std::make_shared<WaitingLink>();
  struct Case {
    Asked asked;
    const char* type;
  };
  for (const auto& row :
       {Case{{State::kAnswered, R"({"action":"decline"})"}, "confirmation_declined"},
        Case{{State::kAnswered, R"({"action":"accept","content":{"confirm":false}})"},
             "confirmation_declined"},
        Case{{State::kAnswered, "no json"}, "confirmation_declined"},
        Case{{State::kInterrupted}, "confirmation_missing"},
        Case{{State::kInvalid}, "confirmation_unavailable"},
        Case{{State::kLater}, "confirmation_unavailable"},
        Case{{State::kUnsupported}, "confirmation_required"}}) {
    link->answer = [&](const auto&) { return row.asked; };
    const auto refused = legacy(link);
    EXPECT_EQ(refused["isError"], true) << row.type;
    EXPECT_THAT(text_of(refused), HasSubstr("Nothing was started")) << row.type;
    EXPECT_EQ(last_record()["error_type"], row.type);
    EXPECT_EQ(last_record()["rule"], "trigger.confirm");
  }
  EXPECT_EQ(started, 0);
}

TEST_F(ElicitedConfirmTest, ThePluginsAnswersHoldForItsSecondRun) {
  const auto link = std::make_shared<WaitingLink>();
  world.invoker.talk = [this](ClientLink& client) {
    ClientLink::Question question;
    question.key = "branch";
    EXPECT_EQ(client.ask(question).state, State::kAnswered);
    return start();
  };
  EXPECT_EQ(text_of(legacy(link)), "Run 1.");
  EXPECT_EQ(link->questions.size(), 2u) << "its own once, and the host's";
}

TEST_F(ElicitedConfirmTest, ATasksDeadlineHoldsForTheQuestionToo) {
  const auto link = std::make_shared<WaitingLink>();
  link->task = Deadline::after(std::chrono::hours(5));
  world.invoker.talk = [this](ClientLink& client) {
    client.begin_task(std::chrono::hours(5), std::chrono::seconds(1));
    return start();
  };
  EXPECT_EQ(text_of(legacy(link)), "Run 1.");
  ASSERT_EQ(link->questions.size(), 1u);
  EXPECT_EQ(link->questions[0].until.at(), link->task->at());
}

TEST_F(ElicitedConfirmTest, AWriteThatChangesEachTimeIsGivenUp) {
  const auto link = std::make_shared<WaitingLink>();
  int n = 0;
  world.invoker.talk = [&](ClientLink&) {
    write = start_on("b" + std::to_string(++n));
    return start();
  };
  EXPECT_THAT(text_of(legacy(link)), HasSubstr("changes each time"));
  EXPECT_EQ(started, 0);
  ASSERT_EQ(link->questions.size(), 3u);
  EXPECT_NE(link->questions[0].key, link->questions[1].key) << "a link may remember answers";
  EXPECT_NE(link->questions[1].key, link->questions[2].key);
  EXPECT_EQ(last_record()["error_type"], "confirmation_refused");
}

}  // namespace
}  // namespace adomcp::mcp
