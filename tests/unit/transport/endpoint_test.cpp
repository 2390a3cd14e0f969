#include "transport/endpoint.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>

#include "transport/message.h"

namespace adomcp::transport {
namespace {

using nlohmann::json;

class FakeServer final : public mcp::Server {
 public:
  mcp::Reply handle(const mcp::Request& request, const HttpRequest&) override {
    ++calls;
    last = request;
    if (throws) throw std::runtime_error("s3cret");
    return reply;
  }

  int calls = 0;
  bool throws = false;
  mcp::Request last;
  mcp::Reply reply{R"({ "raw" : 1e2 })", std::nullopt};
};

class EndpointTest : public testing::Test {
 protected:
  HttpResponse post(std::string body) {
    HttpRequest http_request;
    http_request.header = [](std::string_view) { return std::nullopt; };
    http_request.body = std::move(body);
    return Endpoint(server_).post(http_request);
  }

  FakeServer server_;
};

TEST_F(EndpointTest, ResultIsSplicedInAsItIs) {
  const auto answer = post(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"a":1}})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "application/json");
  EXPECT_EQ(answer.body, R"({"jsonrpc":"2.0","id":1,"result":{ "raw" : 1e2 }})");
  EXPECT_EQ(server_.last.method, "m");
  EXPECT_EQ(server_.last.params, json({{"a", 1}}));
  EXPECT_FALSE(server_.last.notification);
}

TEST_F(EndpointTest, IdsComeBackAsTheyCame) {
  for (const char* id : {"0", "-1", "1732365432123", "9223372036854775807", "-9223372036854775808",
                         "18446744073709551615", R"("")", R"("a\"b")", R"("7")"}) {
    const auto answer = post(R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":"m"})");
    EXPECT_EQ(answer.body,
              R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"result":{ "raw" : 1e2 }})");
  }
}

struct Case {
  const char* name;
  const char* body;
  int code;
  const char* id;  ///< JSON text; empty: no id in the answer
};

class MalformedBody : public EndpointTest, public testing::WithParamInterface<Case> {};

TEST_P(MalformedBody, Is400WithTheIdWhereReadable) {
  const auto& row = GetParam();
  const auto answer = post(row.body);
  EXPECT_EQ(answer.status, 400);
  const auto body = json::parse(answer.body);
  EXPECT_EQ(body["jsonrpc"], "2.0");
  EXPECT_EQ(body["error"]["code"], row.code);
  EXPECT_TRUE(body["error"]["message"].is_string());
  if (*row.id == '\0') {
    EXPECT_FALSE(body.contains("id"));
  } else {
    EXPECT_EQ(body["id"], json::parse(row.id));
  }
  EXPECT_EQ(server_.calls, 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, MalformedBody,
    testing::Values(
        Case{"empty", "", -32700, ""}, Case{"cut", R"({"jsonrpc":)", -32700, ""},
        Case{"two", "{}{}", -32700, ""}, Case{"not_utf8", "{\"a\":\"\xFF\"}", -32700, ""},
        Case{"text", R"("x")", -32600, ""}, Case{"number", "7", -32600, ""},
        Case{"empty_batch", "[]", -32600, ""}, Case{"nothing", "{}", -32600, ""},
        Case{"no_version", R"({"id":1,"method":"m"})", -32600, "1"},
        Case{"version_one", R"({"jsonrpc":"1.0","id":"x","method":"m"})", -32600, R"("x")"},
        Case{"version_number", R"({"jsonrpc":2.0,"id":1,"method":"m"})", -32600, "1"},
        Case{"no_method", R"({"jsonrpc":"2.0","id":1})", -32600, "1"},
        Case{"method_number", R"({"jsonrpc":"2.0","id":1,"method":7})", -32600, "1"},
        Case{"id_null", R"({"jsonrpc":"2.0","id":null,"method":"m"})", -32600, ""},
        Case{"id_fraction", R"({"jsonrpc":"2.0","id":1.5,"method":"m"})", -32600, ""},
        Case{"id_whole_float", R"({"jsonrpc":"2.0","id":1.0,"method":"m"})", -32600, ""},
        Case{"id_beyond_64_bits", R"({"jsonrpc":"2.0","id":18446744073709551616,"method":"m"})",
             -32600, ""},
        Case{"id_object", R"({"jsonrpc":"2.0","id":{},"method":"m"})", -32600, ""},
        Case{"id_boolean", R"({"jsonrpc":"2.0","id":true,"method":"m"})", -32600, ""},
        Case{"params_list", R"({"jsonrpc":"2.0","id":1,"method":"m","params":[1]})", -32600, "1"},
        Case{"params_text", R"({"jsonrpc":"2.0","id":1,"method":"m","params":"x"})", -32600, "1"}),
    [](const auto& row) { return row.param.name; });

TEST(ParseMessage, TakesOneAlone) {
  const auto one = parse_message(R"({"jsonrpc":"2.0","id":1,"method":"m"})");
  EXPECT_EQ(std::get<Message>(one).request.method, "m");
  for (const char* body : {R"([{"jsonrpc":"2.0","id":1,"method":"m"}])", "[]", "7"}) {
    const auto refused = parse_message(body);
    ASSERT_TRUE(std::holds_alternative<Malformed>(refused)) << body;
    EXPECT_EQ(std::get<Malformed>(refused).code, -32600);
  }
}

TEST_F(EndpointTest, DepthIsBounded) {
  const auto nested = [](std::size_t depth) {
    return R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"a":)" + std::string(depth, '[') +
           std::string(depth, ']') + "}}";
  };
  EXPECT_EQ(post(nested(62)).status, 200);
  EXPECT_EQ(post(nested(63)).status, 400);
  EXPECT_EQ(post(nested(500000)).status, 400);
}

TEST_F(EndpointTest, NotificationsAndResponsesAreAccepted) {
  for (const char* body : {R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
                           R"({"jsonrpc":"2.0","method":"unknown","params":{}})"}) {
    const auto answer = post(body);
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.body, "");
    EXPECT_TRUE(server_.last.notification);
  }
  const int calls = server_.calls;
  EXPECT_EQ(post(R"({"jsonrpc":"2.0","id":1,"result":{}})").status, 202);
  EXPECT_EQ(post(R"({"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}})").status, 202);
  EXPECT_EQ(server_.calls, calls);
}

TEST_F(EndpointTest, ErrorsKeepStatusCodeAndData) {
  server_.reply.error = mcp::RpcError{404, -32601, "Method \"x\" not found", {{"a", 1}}};
  const auto answer = post(R"({"jsonrpc":"2.0","id":"q","method":"x"})");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(json::parse(answer.body),
            json::parse(R"({"jsonrpc":"2.0","id":"q","error":{"code":-32601,
                            "message":"Method \"x\" not found","data":{"a":1}}})"));
}

TEST_F(EndpointTest, AnExceptionIsAnInternalErrorWithoutItsWords) {
  server_.throws = true;
  const auto answer = post(R"({"jsonrpc":"2.0","id":3,"method":"x"})");
  EXPECT_EQ(json::parse(answer.body)["error"]["code"], -32603);
  EXPECT_EQ(json::parse(answer.body)["id"], 3);
  EXPECT_EQ(answer.body.find("s3cret"), std::string::npos);
}

TEST_F(EndpointTest, MutatedMessagesNeverBreakTheFrame) {
  const std::string seed =
      R"({"jsonrpc":"2.0","id":"a\u00e9","method":"tools/call","params":{"name":"x","arguments":)"
      R"({"a":[1,2.5e3,null,true],"b":"caf)"
      "\xC3\xA9"
      R"("}}})";
  std::mt19937 random(20261123);  // NOLINT(cert-msc51-cpp): the same mutations every time
  std::uniform_int_distribution<std::size_t> place(0, seed.size() - 1);
  std::uniform_int_distribution<int> byte(0, 255);
  for (int round = 0; round < 20000; ++round) {
    std::string body = seed;
    for (int i = 0; i <= round % 4; ++i) {
      const auto at = place(random) % body.size();
      switch (byte(random) % 4) {
        case 0:
          body[at] = static_cast<char>(byte(random));
          break;
        case 1:
          body.erase(at, 1 + static_cast<std::size_t>(byte(random) % 8));
          break;
        case 2:
          body.insert(at, body.substr(place(random) % body.size(), 12));
          break;
        default:
          body.insert(at, 1, R"({}[]",:\)"[byte(random) % 8]);
      }
      if (body.empty()) body = "x";
    }
    const auto answer = post(body);
    ASSERT_TRUE(answer.status == 200 || answer.status == 202 || answer.status == 400) << body;
    if (answer.status != 202) {
      ASSERT_TRUE(json::accept(answer.body)) << body;
    }
  }
}

}  // namespace
}  // namespace adomcp::transport
