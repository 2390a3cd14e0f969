// adomcp/input.hpp - questions to the person behind the client, and their answers:
//
//   const adomcp::Answer name = call.elicit("name", "What is your name?", kNameSchema);
//   if (!name.accepted()) throw adomcp::ToolError("Nobody wanted to say.");
//   return "Hello " + name.text("name");
//
// Such a handler is written straight on and serves every client. Where the client can't be waited
// for, elicit() leaves the handler by an exception of its own, and the handler runs again from the
// top, with the same arguments, once there are answers: so before the last question it does nothing
// that can't be done twice, and has no `catch (...)` around a question. Part of plugin.hpp.
#pragma once

#include <adomcp/plugin.h>
#include <adomcp/content.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace adomcp {

/// What came back for a question.
struct Answer {
  Json json = nullptr;  ///< of an elicitation {"action": …, "content": {…}}

  /// "accept", "decline" or "cancel".
  std::string action() const {
    return json.is_object() ? json.value("action", std::string()) : std::string();
  }
  bool accepted() const { return action() == "accept"; }
  /// What was filled in; an empty object unless accepted.
  Json content() const {
    return accepted() && json.contains("content") ? json["content"] : Json::object();
  }
  bool has(const char* name) const { return content().contains(name); }
  std::string text(const char* name, const std::string& otherwise = {}) const {
    return content().value(name, otherwise);
  }
  std::int64_t integer(const char* name, std::int64_t otherwise = 0) const {
    return content().value(name, otherwise);
  }
  bool flag(const char* name, bool otherwise = false) const {
    return content().value(name, otherwise);
  }
};

/// By the questions' keys.
using Answers = std::map<std::string, Answer>;

/// One of several questions that go out together: call.ask_all({elicitation(…), elicitation(…)}).
struct Question {
  using Ask = std::function<adomcp_status(adomcp_call*, const Question&, adomcp_str* answer_json)>;

  std::string key;      ///< 1 to 64 of a-z, 0-9 and '_', unique in the call
  std::string message;  ///< for a person
  std::string params;   ///< JSON; of an elicitation its schema
  Ask ask = {};
  bool optional = false;  ///< a client that can't be asked this gives no answer; else the call ends

  Question if_supported() const {
    Question copy = *this;
    copy.optional = true;
    return copy;
  }
};

/// `requested_schema`: a flat object schema as text, of strings, numbers, booleans and choices.
Question elicitation(std::string key, std::string message, std::string_view requested_schema);

namespace detail {

/// Leaves the handler with this status and without a reply. Not a std::exception, so that a handler
/// that catches those doesn't catch this.
struct Leave {
  adomcp_status status;
};

}  // namespace detail
}  // namespace adomcp
