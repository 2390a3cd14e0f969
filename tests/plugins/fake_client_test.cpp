// The fake host's client: it must tell what a real host would not accept. Written against the C
// headers, since plugin.hpp can't make most of these mistakes.
#include <adomcp/changes.h>
#include <adomcp/completion.h>
#include <adomcp/input.h>
#include <adomcp/legacy.h>
#include <adomcp/prompts.h>
#include <adomcp/resources.h>
#include <adomcp/tasks.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <adomcp/testing.hpp>

#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using adomcp::fake::Host;
using adomcp::fake::Outcome;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Body = std::function<adomcp_status(adomcp_call*)>;

const adomcp_host* raw = nullptr;
Body body;  // of whatever is called
std::function<adomcp_status()> on_start;

constexpr std::string_view kSchema =
    R"({"type":"object","properties":{"name":{"type":"string"}},"required":["name"]})";

adomcp_str text(std::string_view from) {
  return {from.data(), from.size()};
}

adomcp_status entry(void*, adomcp_call* call, adomcp_str) {
  return body(call);
}

template <class Service>
const Service& service(const char* id) {
  return *static_cast<const Service*>(raw->service(id));
}
const adomcp_input& input() {
  return service<adomcp_input>(ADOMCP_INPUT);
}

adomcp_status elicit(adomcp_call* call, std::string_view key, std::string_view schema = kSchema) {
  adomcp_str answer{};
  return input().elicit(call, text(key), text("Who?"), text(schema), &answer);
}

const adomcp_tool kTool = {
    sizeof(adomcp_tool), ADOMCP_READ_ONLY, {"raw", 3}, {}, {}, {}, {}, entry, {}, {}};

const adomcp_plugin kPlugin = {sizeof(adomcp_plugin),
                               ADOMCP_ABI_MAJOR,
                               ADOMCP_ABI_MINOR,
                               {"raw", 3},
                               {"1", 1},
                               {"", 0},
                               1,
                               [](std::uint32_t) { return &kTool; },
                               [](const adomcp_host* host, adomcp_str, void**) {
                                 raw = host;
                                 return on_start ? on_start() : ADOMCP_OK;
                               },
                               [](void*) {}};

class FakeClient : public testing::Test {
 protected:
  ~FakeClient() override {
    body = nullptr;
    on_start = nullptr;
  }

  static Outcome run(Host& host, Body what) {
    body = std::move(what);
    return host.call(json::object());
  }
  /// The problems of a call that does this.
  static std::vector<std::string> problems(Body what) {
    Host host(kPlugin);
    host.answer("name", {{"action", "accept"}, {"content", {{"name", "Ann"}}}});
    return run(host, std::move(what)).problems;
  }
  static adomcp_status reply(adomcp_call* call) {
    raw->reply(call, text("done"), adomcp_str{});
    return ADOMCP_OK;
  }
  static void content(adomcp_call* call, std::string_view block) {
    raw->content(call, text(block));
  }
  /// Why the plugin can't start with this.
  static std::string refused(std::function<adomcp_status()> what) {
    on_start = std::move(what);
    try {
      Host host(kPlugin);
      return "";
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  }
};

TEST_F(FakeClient, AskingAndReplyingExcludeEachOther) {
  EXPECT_THAT(problems([](adomcp_call* call) {
                elicit(call, "who");
                return reply(call);
              }),
              ElementsAre("it replied while a question is open"));
  EXPECT_THAT(problems([](adomcp_call* call) {
                const adomcp_status status = elicit(call, "who");
                reply(call);
                return status;
              }),
              ElementsAre("it replied and waits for an answer at once"));
  EXPECT_THAT(problems([](adomcp_call*) { return ADOMCP_INPUT_REQUIRED; }),
              ElementsAre("it waits for an answer without having asked"));
}

TEST_F(FakeClient, AQuestionHasAKeyAndAFlatSchema) {
  const auto asks = [](std::string_view key, std::string_view schema) {
    return problems([=](adomcp_call* call) { return elicit(call, key, schema); });
  };
  for (const char* key : {"", "Name", "a-b", "ä"}) {
    EXPECT_THAT(asks(key, kSchema), ElementsAre(HasSubstr("is no key"))) << key;
  }
  EXPECT_THAT(asks(std::string(65, 'a'), kSchema), ElementsAre(HasSubstr("is no key")));
  EXPECT_THAT(asks("name", "{"), ElementsAre("a requested schema is of type object"));
  EXPECT_THAT(asks("name", R"({"type":"object"})"),
              ElementsAre("a requested schema has properties"));
  EXPECT_THAT(asks("name", R"({"type":"object","properties":{"a":{}}})"),
              ElementsAre("the property a has no type"));
  EXPECT_THAT(asks("name", R"({"type":"object","properties":{"a":{"type":"object"}}})"),
              ElementsAre("a requested schema is flat, and a is not"));
  EXPECT_THAT(problems([](adomcp_call* call) {
                elicit(call, "who");
                return elicit(call, "who");
              }),
              ElementsAre("two questions have the key 'who'"));
}

TEST_F(FakeClient, AnEndlessConversationEnds) {
  Host host(kPlugin);
  int round = 0;
  for (int i = 1; i < 100; ++i) host.answer("q" + std::to_string(i), {{"action", "decline"}});
  const Outcome out = run(host, [&](adomcp_call* call) {
    ++round;
    adomcp_status status = ADOMCP_OK;
    for (int i = 1; i <= round; ++i) status = elicit(call, "q" + std::to_string(i));
    return status;
  });
  EXPECT_EQ(out.rounds, 16);
  EXPECT_THAT(out.problems, ElementsAre("it asks without an end"));
}

TEST_F(FakeClient, TheTestsOwnAnswersFitTheQuestion) {
  Host host(kPlugin);
  host.client.waits = true;
  const auto ask = [&](const json& answer) {
    host.answer("name", answer);
    return run(host,
               [](adomcp_call* call) {
                 elicit(call, "name");
                 return reply(call);
               })
        .problems;
  };
  EXPECT_THAT(ask({{"action", "accept"}, {"content", {{"name", "Ann"}}}}), IsEmpty());
  EXPECT_THAT(ask({{"action", "decline"}}), IsEmpty());
  EXPECT_THAT(ask({{"action", "accept"}}),
              ElementsAre("the test's answer to 'name': it lacks name"));
  EXPECT_THAT(ask(json::object()), ElementsAre("the test's answer to 'name': it has no action"));
}

TEST_F(FakeClient, BlocksHaveAKnownFormAndComeBeforeTheReply) {
  const auto wrong = [](std::string_view block) {
    return problems([=](adomcp_call* call) {
      content(call, block);
      return reply(call);
    });
  };
  EXPECT_THAT(wrong(R"({"type":"text","text":"x"})"), IsEmpty());
  EXPECT_THAT(wrong("["), ElementsAre("a content block is an object with a type"));
  EXPECT_THAT(wrong(R"({"type":"text"})"), ElementsAre("a text block has text"));
  EXPECT_THAT(wrong(R"({"type":"image","data":"x"})"),
              ElementsAre("a block of image has data and mimeType"));
  EXPECT_THAT(wrong(R"({"type":"audio","mimeType":"x"})"),
              ElementsAre("a block of audio has data and mimeType"));
  EXPECT_THAT(wrong(R"({"type":"resource","resource":{}})"),
              ElementsAre("a resource's contents have no uri"));
  EXPECT_THAT(wrong(R"({"type":"resource","resource":{"uri":"a:b","text":"x","blob":"x"}})"),
              ElementsAre("a resource's contents have either text or blob"));
  EXPECT_THAT(wrong(R"({"type":"resource_link","uri":"a:b"})"),
              ElementsAre("a resource_link has uri and name"));
  EXPECT_THAT(wrong(R"({"type":"film"})"), ElementsAre("there is no content block of type film"));
  EXPECT_THAT(problems([](adomcp_call* call) {
                reply(call);
                content(call, R"({"type":"text","text":"x"})");
                return ADOMCP_OK;
              }),
              ElementsAre("a content block came after the reply"));
}

TEST_F(FakeClient, ProgressGrows) {
  const auto says = [](const std::vector<double>& steps) {
    return problems([=](adomcp_call* call) {
      for (const double done : steps) raw->progress(call, done, 0, adomcp_str{});
      return reply(call);
    });
  };
  EXPECT_THAT(says({0, 0.5, 9}), IsEmpty());
  EXPECT_THAT(says({1, 1}), ElementsAre("its progress doesn't grow"));
  EXPECT_THAT(says({-1}), ElementsAre("its progress doesn't grow"));
  EXPECT_THAT(says({std::numeric_limits<double>::quiet_NaN()}),
              ElementsAre("its progress doesn't grow"));
}

TEST_F(FakeClient, SomeFunctionsAreForTheCallsThreadAlone) {
  EXPECT_THAT(
      problems([](adomcp_call* call) {
        std::thread([&] {
          content(call, R"({"type":"text","text":"x"})");
          elicit(call, "who");
          input().keep(call, text("x"));
          reply(call);
        }).join();
        return ADOMCP_TOOL_ERROR;
      }),
      ElementsAre("content() came from another thread", "elicitation() came from another thread",
                  "keep() came from another thread", "reply() came from another thread"));
}

TEST_F(FakeClient, LinesToTheClientHaveALevelAndJson) {
  EXPECT_THAT(problems([](adomcp_call* call) {
                service<adomcp_legacy>(ADOMCP_LEGACY).log(call, text("loud"), text("x"), text("{"));
                return reply(call);
              }),
              ElementsAre("there is no level loud", "the data of a line to the client is no JSON"));
  EXPECT_THAT(
      problems([](adomcp_call* call) {
        adomcp_str said{};
        return service<adomcp_legacy>(ADOMCP_LEGACY).sample(call, text("key"), text("1"), &said);
      }),
      ElementsAre("the parameters of sampling are no JSON object"));
}

TEST_F(FakeClient, ACallBecomesATaskOnceAndOnlyWhenStartSaidSo) {
  const auto begin = [](adomcp_call* call) {
    return service<adomcp_tasks>(ADOMCP_TASKS).begin(call, 1000, 100);
  };
  EXPECT_THAT(problems(begin), ElementsAre("start() did not say that this may be a task"));
  on_start = [] { return service<adomcp_tasks>(ADOMCP_TASKS).allow(text("raw")); };
  Host host(kPlugin);
  host.client.takes_tasks = true;
  const Outcome out = run(host, [&](adomcp_call* call) {
    EXPECT_EQ(begin(call), ADOMCP_OK);
    return begin(call);
  });
  EXPECT_EQ(out.status, ADOMCP_INVALID_ARGUMENT);
  EXPECT_THAT(out.problems, ElementsAre(HasSubstr("a call becomes a task once")));
}

TEST_F(FakeClient, DeclarationsAreLookedAt) {
  const auto prompt = [](std::string_view name, std::string_view arguments) {
    static adomcp_prompt one;
    one = {sizeof(adomcp_prompt), 0, text(name), {}, {}, text(arguments), entry};
    return service<adomcp_prompts>(ADOMCP_PROMPTS).add(&one);
  };
  EXPECT_EQ(refused([&] { return prompt("a", R"([{"name":"x"}])"); }), "");
  EXPECT_THAT(refused([&] { return prompt("", ""); }), HasSubstr("it has no name"));
  EXPECT_THAT(refused([&] { return prompt("a", "[1]"); }), HasSubstr("its arguments are no array"));
  const auto resource = [](std::string_view uri, std::string_view many, std::string_view name) {
    static adomcp_resource one;
    one = {
        sizeof(adomcp_resource), 0, text(uri), text(many), text(name), {}, {}, {}, entry, {}, {}};
    return service<adomcp_resources>(ADOMCP_RESOURCES).add(&one);
  };
  EXPECT_EQ(refused([&] { return resource("a://b", "", "b"); }), "");
  EXPECT_THAT(refused([&] { return resource("a://b", "a://{x}", "b"); }), HasSubstr("either"));
  EXPECT_THAT(refused([&] { return resource("", "", "b"); }), HasSubstr("either"));
  EXPECT_THAT(refused([&] { return resource("b", "", "b"); }), HasSubstr("no scheme"));
  EXPECT_THAT(refused([&] { return resource("a://b", "", ""); }), HasSubstr("no name"));
  EXPECT_THAT(refused([&] {
                resource("a://b", "", "b");
                return resource("a://b", "", "b");
              }),
              HasSubstr("there is one already"));
  EXPECT_THAT(
      refused([] {
        static const adomcp_completer kOne = {sizeof(adomcp_completer), 0, text("none"), {}, entry};
        return service<adomcp_completion>(ADOMCP_COMPLETION).add(&kOne);
      }),
      HasSubstr("has not been added before"));
  EXPECT_THAT(refused([] { return service<adomcp_tasks>(ADOMCP_TASKS).allow(text("none")); }),
              HasSubstr("no tool none may be a task"));
}

TEST_F(FakeClient, AppsAreLookedAt) {
  constexpr std::string_view kPage = "<!DOCTYPE html><title>x</title>";
  const auto app = [](std::string_view uri, std::string_view html, std::string_view ui_json = {}) {
    const adomcp_app one = {sizeof(adomcp_app), 0,  text(uri), text("n"), {}, {}, text(html),
                            text(ui_json),      {}, {}};
    return service<adomcp_ui>(ADOMCP_UI).add(&one);
  };
  const auto link = [](std::string_view tool, std::string_view uri, std::uint32_t to = 0) {
    return service<adomcp_ui>(ADOMCP_UI).link(text(tool), text(uri), to);
  };
  EXPECT_EQ(refused([&] { return app("ui://a/b", kPage, R"({"prefersBorder":true})"); }), "");
  EXPECT_THAT(refused([&] { return app("https://a", kPage); }), HasSubstr("no ui://"));
  EXPECT_THAT(refused([&] { return app("ui://a/b", "<p>"); }), HasSubstr("<!doctype html>"));
  EXPECT_THAT(refused([&] { return app("ui://a/b", kPage, "[]"); }), HasSubstr("no JSON object"));
  EXPECT_THAT(refused([&] {
                app("ui://a/b", kPage);
                return app("ui://a/b", kPage);
              }),
              HasSubstr("there is one already"));
  EXPECT_EQ(refused([&] { return link("raw", "ui://a/b", ADOMCP_UI_APP); }), "");
  EXPECT_EQ(refused([&] { return link("raw", "", ADOMCP_UI_APP); }), "");
  EXPECT_THAT(refused([&] { return link("raw", ""); }), HasSubstr("it says nothing"));
  EXPECT_THAT(refused([&] { return link("raw", "a://b"); }), HasSubstr("no ui://"));
  EXPECT_THAT(refused([&] { return link("raw", "ui://a/b", 4); }),
              HasSubstr("a flag that is none"));
  EXPECT_THAT(refused([&] { return link("none", "ui://a/b"); }), HasSubstr("no such tool"));
  EXPECT_THAT(refused([&] {
                link("raw", "ui://a/b");
                return link("raw", "ui://a/c");
              }),
              HasSubstr("it has one already"));
}

TEST_F(FakeClient, AHostBeforeAbi03HasNoApps) {
  const auto has_ui = [] { return raw->service(ADOMCP_UI) != nullptr; };
  adomcp_plugin older = kPlugin;
  older.abi_minor = 2;
  const Host old(older, json::object(), 2);
  EXPECT_FALSE(has_ui());
  EXPECT_NE(raw->service(ADOMCP_PROMPTS), nullptr);
  const Host now(kPlugin);
  EXPECT_TRUE(has_ui());
}

TEST_F(FakeClient, NothingIsDeclaredAfterStart) {
  Host host(kPlugin);
  static const adomcp_prompt late = {sizeof(adomcp_prompt), 0, text("late"), {}, {}, {}, entry};
  EXPECT_EQ(service<adomcp_prompts>(ADOMCP_PROMPTS).add(&late), ADOMCP_INVALID_ARGUMENT);
  ASSERT_EQ(host.declared().logs.size(), 1U);
  EXPECT_THAT(host.declared().logs[0].message, HasSubstr("not added in start()"));
  EXPECT_THAT(host.declared().prompts, IsEmpty());
}

TEST_F(FakeClient, AnswersOfOtherThingsThanToolsHaveTheirForm) {
  on_start = [] {
    static const adomcp_prompt prompt = {sizeof(adomcp_prompt), 0, text("p"), {}, {}, {}, entry};
    static const adomcp_resource resource = {
        sizeof(adomcp_resource), 0, text("a://b"), {}, text("b"), {}, {}, {}, entry, {}, {}};
    static const adomcp_completer completer = {sizeof(adomcp_completer), 0, text("p"), {}, entry};
    service<adomcp_prompts>(ADOMCP_PROMPTS).add(&prompt);
    service<adomcp_resources>(ADOMCP_RESOURCES).add(&resource);
    return service<adomcp_completion>(ADOMCP_COMPLETION).add(&completer);
  };
  Host host(kPlugin);
  const auto answers = [](std::string_view answer) {
    body = [=](adomcp_call* call) {
      raw->reply(call, adomcp_str{}, text(answer));
      return ADOMCP_OK;
    };
  };
  answers("{}");
  EXPECT_THAT(host.get_prompt("p").problems, ElementsAre("a prompt's answer has messages"));
  EXPECT_THAT(host.read("a://b").problems, ElementsAre("a resource's answer has contents"));
  EXPECT_THAT(host.complete("p", "x", "").problems, ElementsAre("a completion has values"));
  answers(R"({"messages":[{"role":"system"}],"contents":[{"uri":"a:b"}],"values":[1]})");
  EXPECT_THAT(host.get_prompt("p").problems, ElementsAre("there is no role system"));
  EXPECT_THAT(host.read("a://b").problems,
              ElementsAre("a resource's contents have either text or blob"));
  EXPECT_THAT(host.complete("p", "x", "").problems, ElementsAre("a completion's values are texts"));
  const std::string many = json{{"values", std::vector<std::string>(101, "x")}}.dump();
  answers(many);
  EXPECT_THAT(host.complete("p", "x", "").problems,
              ElementsAre("a completion has at most 100 values"));
  body = [](adomcp_call* call) {
    content(call, R"({"type":"text","text":"x"})");
    return ADOMCP_NOT_FOUND;
  };
  EXPECT_THAT(host.get_prompt("p").problems,
              ElementsAre("only a tool's result has content blocks"));
}

TEST_F(FakeClient, EachHostHasServicesOfItsOwn) {
  Host first(kPlugin);
  const auto* const of_first = &service<adomcp_changes>(ADOMCP_CHANGES);
  Host second(kPlugin);
  EXPECT_NE(of_first, &service<adomcp_changes>(ADOMCP_CHANGES));
  of_first->changed(ADOMCP_CHANGED_TOOLS, adomcp_str{});
  EXPECT_EQ(first.changes().size(), 1U);
  EXPECT_THAT(second.changes(), IsEmpty());
  EXPECT_EQ(raw->service("adomcp.none/1"), nullptr);
}

TEST_F(FakeClient, AnOlderHostRefusesWhatNeedsANewerOne) {
  EXPECT_THROW(Host(kPlugin, json::object(), 1), std::runtime_error);
}

}  // namespace
