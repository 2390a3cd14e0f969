#include "mcp/wire/client.h"

#include <gtest/gtest.h>

#include "core/log_level.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

std::variant<Client, RpcError> read(json meta, Era era = Era::kModern) {
  return read_client(era, {"tools/call", {{"_meta", std::move(meta)}}});
}

Client client_of(json meta, Era era = Era::kModern) {
  auto out = read(std::move(meta), era);
  EXPECT_TRUE(std::holds_alternative<Client>(out));
  return std::get<Client>(std::move(out));
}

TEST(ReadClient, TakesAllFromTheRequestItself) {
  const auto client = client_of({{"io.modelcontextprotocol/clientCapabilities", {{"roots", {}}}},
                                 {"io.modelcontextprotocol/logLevel", "warning"},
                                 {"progressToken", "t\"1"}});
  EXPECT_EQ(client.era, Era::kModern);
  EXPECT_TRUE(client.can("roots"));
  EXPECT_FALSE(client.can("sampling"));
  EXPECT_EQ(client.log_level, "warning");
  EXPECT_EQ(client.progress_token, R"("t\"1")");
}

TEST(ReadClient, ATokenKeepsItsTypeAndDigits) {
  EXPECT_EQ(client_of({{"progressToken", 9007199254740993}}).progress_token, "9007199254740993");
  EXPECT_EQ(client_of({{"progressToken", "7"}}).progress_token, R"("7")");
  EXPECT_EQ(client_of({{"progressToken", -1}}, Era::kLegacy).progress_token, "-1");
  EXPECT_EQ(client_of(json::object()).progress_token, "");
}

TEST(ReadClient, RefusesWhatIsNoToken) {
  for (const auto era : {Era::kModern, Era::kLegacy}) {
    for (const json& token : {json(1.5), json(nullptr), json(true), json::array(), json::object(),
                              json(std::string(2000, 'x'))}) {
      const auto out = read({{"progressToken", token}}, era);
      ASSERT_TRUE(std::holds_alternative<RpcError>(out)) << token;
      EXPECT_EQ(std::get<RpcError>(out).code, -32602);
      EXPECT_EQ(std::get<RpcError>(out).http_status, era == Era::kModern ? 400 : 200);
    }
  }
}

TEST(ReadClient, RefusesAnUnknownLogLevel) {
  for (const json& level : {json("loud"), json(3), json("")}) {
    EXPECT_TRUE(
        std::holds_alternative<RpcError>(read({{"io.modelcontextprotocol/logLevel", level}})));
  }
}

TEST(ReadClient, ALegacyClientSaysNothingElseInMeta) {
  const auto client = client_of({{"io.modelcontextprotocol/clientCapabilities", {{"roots", {}}}},
                                 {"io.modelcontextprotocol/logLevel", "loud"}},
                                Era::kLegacy);
  EXPECT_FALSE(client.can("roots"));
  EXPECT_EQ(client.log_level, "");
  EXPECT_EQ(client.revision, kNewestLegacyRevision);
}

TEST(LogLevel, IsOrdered) {
  EXPECT_LT(log_level_rank("debug"), log_level_rank("info"));
  EXPECT_LT(log_level_rank("alert"), log_level_rank("emergency"));
  EXPECT_EQ(log_level_rank("Info"), -1);
}

}  // namespace
}  // namespace adomcp::mcp
