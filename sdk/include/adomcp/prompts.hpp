// adomcp/prompts.hpp - prompts: messages that a person chooses to begin with.
//
//   adomcp::Messages greet(adomcp::Call& call) {
//     return adomcp::Messages().user("Say hello to " + call.text("name") + ".");
//   }
//   start.add(adomcp::prompt<greet>("greet", "Greet", "Greets somebody.",
//                                   R"([{"name": "name", "required": true}])"));
//
// A handler may ask, use Azure DevOps and throw ToolError as a tool's handler does.
#pragma once

#include <adomcp/prompts.h>
#include <adomcp/plugin.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace adomcp {

/// A prompt's result, message by message.
class Messages {
 public:
  Messages& user(Block block) & { return add("user", std::move(block)); }
  Messages& user(std::string_view text) & { return user(text_block(text)); }
  Messages& assistant(Block block) & { return add("assistant", std::move(block)); }
  Messages& assistant(std::string_view text) & { return assistant(text_block(text)); }

  Messages&& user(Block block) && { return std::move(user(std::move(block))); }
  Messages&& user(std::string_view text) && { return std::move(user(text)); }
  Messages&& assistant(Block block) && { return std::move(assistant(std::move(block))); }
  Messages&& assistant(std::string_view text) && { return std::move(assistant(text)); }

  Messages& describe(std::string_view description) & {
    json_["description"] = description;
    return *this;
  }
  Messages&& describe(std::string_view description) && { return std::move(describe(description)); }

  const Json& json() const { return json_; }

 private:
  Messages& add(const char* role, Block block) {
    json_["messages"].push_back({{"role", role}, {"content", std::move(block.json)}});
    return *this;
  }

  Json json_ = {{"messages", Json::array()}};
};

namespace detail {

template <auto Handler>
adomcp_status get_prompt(void*, adomcp_call* handle, adomcp_str arguments) noexcept {
  return enter(handle, arguments,
               [](Call& call) -> Json { return Messages(Handler(call)).json(); });
}

}  // namespace detail

/// One prompt, for Start::add(). `arguments_json`: as prompts.h has it; the handler finds their
/// values in call.args, each a text.
template <auto Handler>
adomcp_prompt prompt(std::string_view name, std::string_view title, std::string_view description,
                     std::string_view arguments_json = {}) {
  return {
      sizeof(adomcp_prompt),      0, str(name), str(title), str(description), str(arguments_json),
      detail::get_prompt<Handler>};
}

}  // namespace adomcp
