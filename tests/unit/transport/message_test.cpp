#include "transport/message.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace adomcp::transport {
namespace {

using nlohmann::json;

mcp::Request read(const std::string& body) {
  const auto parsed = parse_message(body);
  const auto* message = std::get_if<Message>(&parsed);
  EXPECT_NE(message, nullptr) << body;
  return message == nullptr ? mcp::Request{} : message->request;
}

constexpr const char* kMethods[] = {"initialize",
                                    "ping",
                                    "server/discover",
                                    "tools/list",
                                    "tools/call",
                                    "prompts/list",
                                    "prompts/get",
                                    "resources/list",
                                    "resources/read",
                                    "tasks/get",
                                    "resources/templates/list",
                                    "completion/complete",
                                    "logging/setLevel",
                                    "tasks/cancel",
                                    "subscriptions/listen",
                                    "x/unknown",
                                    "notifications/initialized",
                                    "notifications/cancelled",
                                    "notifications/roots/list_changed",
                                    "notifications/progress"};

TEST(Null, IsAsAbsentForTheParamsOfEveryMethod) {
  for (const std::string method : kMethods) {
    const bool notification = method.starts_with("notifications/");
    const std::string start = R"({"jsonrpc":"2.0",)" +
                              std::string(notification ? "" : R"("id":1,)") + R"("method":")" +
                              method + "\"";
    const auto absent = read(start + "}");
    const auto null = read(start + R"(,"params":null})");
    EXPECT_EQ(null.params, absent.params) << method;
    EXPECT_TRUE(null.params.is_null()) << method;
    EXPECT_EQ(null.notification, notification) << method;
    EXPECT_EQ(null.method, method);
  }
}

TEST(Null, IsAsAbsentWithinParamsAndMeta) {
  const struct {
    const char* sent;
    const char* read;
  } cases[] = {
      {R"({"name":"a","arguments":null})", R"({"name":"a"})"},
      {R"({"name":null,"arguments":{}})", R"({"arguments":{}})"},
      {R"({"_meta":null})", "{}"},
      {R"({"cursor":null})", "{}"},
      {R"({"cursor":null,"_meta":null})", "{}"},
      {R"({"_meta":{"progressToken":null}})", R"({"_meta":{}})"},
      {R"({"_meta":{"progressToken":1,"x/y":null}})", R"({"_meta":{"progressToken":1}})"},
      {R"({"inputResponses":null,"requestState":null,"name":"a"})", R"({"name":"a"})"},
      {R"({"requestId":null,"reason":null})", "{}"},
      {R"({"capabilities":null,"protocolVersion":"x"})", R"({"protocolVersion":"x"})"},
      // What is in the arguments is the tool's.
      {R"({"arguments":{"a":null}})", R"({"arguments":{"a":null}})"},
      {R"({"_meta":{"x/y":{"z":null}}})", R"({"_meta":{"x/y":{"z":null}}})"},
      {R"({"arguments":[null]})", R"({"arguments":[null]})"},
      {R"({"a":0,"b":false,"c":"","d":[],"e":{}})", R"({"a":0,"b":false,"c":"","d":[],"e":{}})"},
  };
  for (const auto& [sent, expected] : cases) {
    const std::string tail = std::string(R"("method":"m","params":)") + sent + "}";
    for (const char* id : {"", R"("id":1,)"}) {
      EXPECT_EQ(read(R"({"jsonrpc":"2.0",)" + std::string(id) + tail).params, json::parse(expected))
          << sent;
    }
  }
}

TEST(Null, IsAsAbsentInABatch) {
  const auto parsed =
      parse_body(R"([{"jsonrpc":"2.0","id":1,"method":"ping","params":null},)"
                 R"({"jsonrpc":"2.0","method":"notifications/initialized","params":null}])");
  const auto* batch = std::get_if<Batch>(&parsed);
  ASSERT_NE(batch, nullptr);
  for (const auto& message : batch->messages) EXPECT_TRUE(message.request.params.is_null());
}

TEST(Null, IsNoOtherThingThatIsNoObject) {
  for (const char* params : {"[]", "[null]", R"("")", R"("null")", "0", "false"}) {
    const auto parsed = parse_message(R"({"jsonrpc":"2.0","id":1,"method":"m","params":)" +
                                      std::string(params) + "}");
    ASSERT_TRUE(std::holds_alternative<Malformed>(parsed)) << params;
    EXPECT_EQ(std::get<Malformed>(parsed).code, -32600);
  }
}

}  // namespace
}  // namespace adomcp::transport
