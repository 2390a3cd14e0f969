// What several parts of the suite's fixture use.
#pragma once

#include <adomcp/plugin.hpp>
#include <chrono>
#include <string>
#include <string_view>

namespace conformance {

using adomcp::Call;
using adomcp::Json;

/// One red pixel, and a sound of no length.
inline constexpr std::string_view kPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg"
    "==";
inline constexpr std::string_view kWav =
    "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

inline constexpr std::string_view kNoArguments = R"({"type": "object", "properties": {}})";

/// A form with this one text to fill in; the questions' wording is the suite's.
inline constexpr std::string_view kNameForm =
    R"({"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]})";

inline adomcp::Base64 png() {
  return {std::string(kPng)};
}

/// Returns early, by an exception, when the call is cancelled or out of time.
void wait(const Call& call, std::chrono::milliseconds time);

/// A tool of the fixture: they all change nothing at Azure DevOps.
template <auto Handler>
constexpr adomcp_tool tool(std::string_view name, std::string_view description,
                           std::string_view input_schema = kNoArguments) {
  return adomcp::tool<Handler>(name, {}, description, ADOMCP_READ_ONLY, input_schema);
}

}  // namespace conformance
