#include <adomcp/arguments.hpp>

namespace {

struct Wanted {
  std::string name;

  static constexpr auto arguments() {
    namespace argument = adomcp::argument;
    return adomcp::arguments(
        argument::field("name", &Wanted::name, "Whom to greet.").max_length(100));
  }
};

constexpr const char* kOutput = R"({
  "type": "object", "required": ["greeting"],
  "properties": {"greeting": {"type": "string"}}})";

adomcp::Json hello(adomcp::Call&, const Wanted& wanted) {
  return {{"greeting", "hello " + wanted.name}};
}

constexpr adomcp_tool tools[] = {adomcp::tool<hello>(
    "hello", "Hello", "Greets by name.", ADOMCP_READ_ONLY | ADOMCP_IDEMPOTENT, kOutput)};

}  // namespace

ADOMCP_PLUGIN("hello", "1.0.0", tools)
