#include "prompts.h"

#include <adomcp/completion.hpp>
#include <adomcp/prompts.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "fixture.h"

namespace conformance {
namespace {

using adomcp::Messages;

constexpr std::string_view kTwoArguments =
    R"([{"name": "arg1", "description": "First test argument", "required": true},
        {"name": "arg2", "description": "Second test argument", "required": true}])";
constexpr std::string_view kUriArgument =
    R"([{"name": "resourceUri", "description": "URI of the resource to embed", "required": true}])";
constexpr std::string_view kContextForm =
    R"({"type": "object", "properties": {"context": {"type": "string"}}, "required": ["context"]})";

Messages simple(Call&) {
  return Messages().user("This is a simple prompt for testing.");
}

Messages with_arguments(Call& call) {
  return Messages().user("Prompt with arguments: arg1='" + call.text("arg1") + "', arg2='" +
                         call.text("arg2") + "'");
}

Messages with_resource(Call& call) {
  return Messages()
      .user(adomcp::resource_block(call.text("resourceUri"), "text/plain",
                                   "Embedded resource content for testing."))
      .user("Please process the embedded resource above.");
}

Messages with_image(Call&) {
  return Messages()
      .user(adomcp::image_block(png(), "image/png"))
      .user("Please analyze the image above.");
}

Messages asks(Call& call) {
  const auto answer =
      call.elicit("user_context", "What context should the prompt use?", kContextForm);
  return Messages().user("Prompt with context: " + answer.text("context", "none"));
}

adomcp::Completion cities(Call&, const adomcp::CompletionRequest& typed) {
  std::vector<std::string> found;
  for (const char* word : {"paris", "park", "party"}) {
    if (std::string_view(word).substr(0, typed.value.size()) == typed.value)
      found.emplace_back(word);
  }
  return adomcp::completion(std::move(found));
}

}  // namespace

void declare_prompts(adomcp::Start& start) {
  start.add(adomcp::prompt<simple>("test_simple_prompt", {}, "One message."));
  start.add(adomcp::prompt<with_arguments>("test_prompt_with_arguments", {},
                                           "One message, of two arguments.", kTwoArguments));
  start.add(adomcp::prompt<with_resource>("test_prompt_with_embedded_resource", {},
                                          "A resource and what to do with it.", kUriArgument));
  start.add(
      adomcp::prompt<with_image>("test_prompt_with_image", {}, "An image and what to do with it."));
  start.add(
      adomcp::prompt<asks>("test_input_required_result_prompt", {}, "Asks for a context first."));
  start.add(adomcp::prompt_completer<cities>("test_prompt_with_arguments"));
}

}  // namespace conformance
