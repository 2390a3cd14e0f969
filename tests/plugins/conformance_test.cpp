// The suite's fixture behind the fake host: that it is written as the SDK wants, in both eras. What
// the suite looks at is the suite's business, see tests/e2e.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "plugin_file.h"

namespace {

using adomcp::fake::Host;
using adomcp::fake::Outcome;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

json accept(const json& content) {
  return {{"action", "accept"}, {"content", content}};
}
json said(const std::string& text) {
  return {{"role", "assistant"}, {"content", {{"type", "text"}, {"text", text}}}};
}

class Conformance : public testing::Test {
 protected:
  Conformance() {
    host_.answer("user_name", accept({{"name", "Alice"}}));
    host_.answer("name", accept({{"name", "Alice"}}));
    host_.answer("step1", accept({{"name", "Alice"}}));
    host_.answer("step2", accept({{"color", "blue"}}));
    host_.answer("confirm", accept({{"ok", true}, {"confirm", true}}));
    host_.answer("greeting", said("Hello there!"));
    host_.answer("client_roots", {{"roots", {{{"uri", "file:///test/root"}}}}});
  }
  Outcome call(const std::string& tool, const json& arguments = json::object()) {
    Outcome out = host_.call(tool, arguments);
    EXPECT_THAT(out.problems, IsEmpty()) << tool;
    return out;
  }

  Host host_{plugin_file("conformance")};
};

TEST_F(Conformance, TheSettingsServeAllThatItOffers) {
  std::ifstream file(ADOMCP_CONFORMANCE_SETTINGS);
  const std::string yaml((std::istreambuf_iterator<char>(file)), {});
  const auto expect_listed = [&](adomcp_str name) {
    const std::string line = "      - " + std::string(name.data, name.size) + "\n";
    EXPECT_THAT(yaml, HasSubstr(line));
  };
  for (std::uint32_t i = 0; i < host_.plugin().tool_count; ++i) {
    expect_listed(host_.plugin().tool(i)->name);
  }
  for (const auto* prompt : host_.declared().prompts) expect_listed(prompt->name);
  for (const auto* resource : host_.declared().resources) {
    expect_listed(resource->uri.size > 0 ? resource->uri : resource->uri_template);
  }
}

TEST_F(Conformance, ContentOfEachKind) {
  EXPECT_EQ(call("test_simple_text").text, "This is a simple text response for testing.");
  EXPECT_EQ(call("test_image_content").content.at(0)["mimeType"], "image/png");
  EXPECT_EQ(call("test_audio_content").content.at(0)["mimeType"], "audio/wav");
  const Outcome mixed = call("test_multiple_content_types");
  ASSERT_THAT(mixed.content, SizeIs(3));
  EXPECT_EQ(mixed.content[2]["resource"]["text"], R"({"test":"data","value":123})");
  const Outcome failed = call("test_error_handling");
  EXPECT_EQ(failed.status, ADOMCP_TOOL_ERROR);
  EXPECT_EQ(failed.text, "This tool intentionally returns an error for testing");
}

TEST_F(Conformance, ProgressLogsAndChanges) {
  const Outcome steps = call("test_tool_with_progress");
  ASSERT_THAT(steps.progress, SizeIs(3));
  EXPECT_EQ(steps.progress[0].done, 0);
  EXPECT_EQ(steps.progress[2].done, 100);
  EXPECT_THAT(call("test_tool_with_logging").client_logs, SizeIs(3));
  call("test_trigger_tool_change");
  call("test_trigger_prompt_change");
  call("test_trigger_resource_update");
  const auto changes = host_.changes();
  ASSERT_THAT(changes, SizeIs(3));
  EXPECT_EQ(changes[2].uri, "test://watched-resource");
}

TEST_F(Conformance, QuestionsInRounds) {
  EXPECT_EQ(call("test_input_required_result_elicitation").text, "Hello, Alice!");
  EXPECT_EQ(call("test_input_required_result_request_state").text, "confirmed, state-ok");
  EXPECT_EQ(call("test_input_required_result_list_roots").text, "Roots: file:///test/root");
  const Outcome three = call("test_input_required_result_multiple_inputs");
  EXPECT_EQ(three.text, "Hello there! Alice, roots: file:///test/root");
  EXPECT_EQ(three.rounds, 2);
  const Outcome twice = call("test_input_required_result_multi_round");
  EXPECT_EQ(twice.text, "Alice likes blue.");
  EXPECT_EQ(twice.rounds, 3);
}

TEST_F(Conformance, QuestionsOfAClientThatWaits) {
  host_.client.waits = true;
  EXPECT_EQ(call("test_input_required_result_multi_round").rounds, 1);
  EXPECT_EQ(call("test_input_required_result_request_state").text, "confirmed, in one round");
  host_.answer("completion", said("Paris"));
  EXPECT_EQ(call("test_sampling", {{"prompt", "What?"}}).text, "LLM response: Paris");
  host_.answer("person", accept({{"username", "u"}, {"email", "e"}}));
  EXPECT_EQ(call("test_elicitation", {{"message", "Who?"}}).text,
            R"(User response: action=accept, content={"email":"e","username":"u"})");
}

TEST_F(Conformance, TwoQuestionsOfATaskAreOpenAtOnce) {
  host_.client.takes_tasks = true;
  const Outcome out = call("multi_input");
  EXPECT_EQ(out.text, "Alice goes on.");
  EXPECT_TRUE(out.task);
  std::vector<std::string> keys;
  for (const auto& asked : out.asked) keys.push_back(asked.key);
  EXPECT_THAT(keys, ElementsAre("name", "confirm"));
}

TEST_F(Conformance, Tasks) {
  host_.client.takes_tasks = true;
  const Outcome composed = call("test_tool_with_task");
  EXPECT_EQ(composed.text, "Worked for Alice.");
  EXPECT_TRUE(composed.task);
  EXPECT_EQ(call("confirm_delete", {{"filename", "a.txt"}}).text, "Deleted a.txt.");
  EXPECT_FALSE(call("greet", {{"name", "Bob"}}).task);
  EXPECT_EQ(call("protocol_error_job").status, ADOMCP_INTERNAL);
  host_.client.takes_tasks = false;
  EXPECT_EQ(call("failing_job").status, ADOMCP_UNSUPPORTED);
  EXPECT_EQ(call("slow_compute", {{"seconds", 0}, {"label", "x"}}).text, "Computed 'x' for 0 ms.");
}

TEST_F(Conformance, PromptsResourcesAndCompletion) {
  const Outcome prompt =
      host_.get_prompt("test_prompt_with_arguments", {{"arg1", "a"}, {"arg2", "b"}});
  EXPECT_EQ(prompt.answer["messages"][0]["content"]["text"],
            "Prompt with arguments: arg1='a', arg2='b'");
  const Outcome read = host_.read("test://template/123/data");
  EXPECT_THAT(read.answer["contents"][0]["text"].get<std::string>(), HasSubstr(R"("id":"123")"));
  EXPECT_TRUE(host_.read("test://static-binary").answer["contents"][0].contains("blob"));
  const Outcome cities = host_.complete("test_prompt_with_arguments", "arg1", "par");
  EXPECT_THAT(cities.answer["values"], SizeIs(3));
}

}  // namespace
