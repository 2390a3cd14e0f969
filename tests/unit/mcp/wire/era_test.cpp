#include "mcp/wire/era.h"

#include <gtest/gtest.h>

#include "unit/mcp/fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr char kModernHeader[] = "2026-07-28";

struct Case {
  const char* name;
  const char* method;
  json params;
  World::Headers headers;
  int http_status;
  int code;  ///< 0: a result
};

class Ladder : public testing::TestWithParam<Case> {};

TEST_P(Ladder, AnswersWithTheRightStatusAndCode) {
  const auto& row = GetParam();
  World world;
  const auto reply = world.handle({row.method, row.params, false}, world.http_request(row.headers));
  if (row.code == 0) {
    ASSERT_FALSE(reply.error) << reply.error->message;
    EXPECT_TRUE(json::parse(reply.result).is_object());
    return;
  }
  ASSERT_TRUE(reply.error) << reply.result;
  EXPECT_EQ(reply.error->code, row.code) << reply.error->message;
  EXPECT_EQ(reply.error->http_status, row.http_status) << reply.error->message;
}

json with_meta(json meta, json more = json::object()) {
  more["_meta"] = std::move(meta);
  return more;
}

json without(const char* key) {
  auto meta = World::meta();
  meta.erase(std::string("io.modelcontextprotocol/") + key);
  return with_meta(meta);
}

json with(const char* key, json value) {
  auto meta = World::meta();
  meta[std::string("io.modelcontextprotocol/") + key] = std::move(value);
  return with_meta(meta);
}

World::Headers headers(const std::string& version, const std::string& method,
                       const std::string& name = {}) {
  World::Headers out = {{"mcp-protocol-version", version}, {"MCP-METHOD", method}};
  if (!name.empty()) out["Mcp-Name"] = name;
  return out;
}

const World::Headers kDiscover = headers(kModernHeader, "server/discover");

INSTANTIATE_TEST_SUITE_P(
    Modern, Ladder,
    testing::Values(
        Case{"discover", "server/discover", with_meta(World::meta()), kDiscover, 200, 0},
        Case{"no_meta", "server/discover", json::object(), kDiscover, 400, -32602},
        Case{"no_params", "server/discover", nullptr, kDiscover, 400, -32602},
        Case{"meta_is_text", "server/discover", {{"_meta", "x"}}, kDiscover, 400, -32602},
        Case{"no_version", "server/discover", without("protocolVersion"), kDiscover, 400, -32602},
        Case{"version_is_number", "server/discover", with("protocolVersion", 7), kDiscover, 400,
             -32602},
        Case{"no_capabilities", "server/discover", without("clientCapabilities"), kDiscover, 400,
             -32602},
        Case{"capabilities_list", "server/discover", with("clientCapabilities", json::array()),
             kDiscover, 400, -32602},
        Case{"no_client_info", "server/discover", without("clientInfo"), kDiscover, 200, 0},
        Case{"client_info_text", "server/discover", with("clientInfo", "x"), kDiscover, 400,
             -32602},
        Case{"envelope_before_headers",
             "server/discover",
             without("clientCapabilities"),
             {},
             400,
             -32602},
        Case{"no_headers", "server/discover", with_meta(World::meta()), {}, 400, -32020},
        Case{"header_differs", "server/discover", with_meta(World::meta("v999.0.0")), kDiscover,
             400, -32020},
        Case{"unknown_version", "server/discover", with_meta(World::meta("v999.0.0")),
             headers("v999.0.0", "server/discover"), 400, -32022},
        Case{"legacy_claim", "server/discover", with_meta(World::meta("2025-11-25")),
             headers("2025-11-25", "server/discover"), 400, -32022},
        Case{"method_missing",
             "server/discover",
             with_meta(World::meta()),
             {{"MCP-Protocol-Version", kModernHeader}},
             400,
             -32020},
        Case{"method_case", "tools/list", with_meta(World::meta()),
             headers(kModernHeader, "TOOLS/LIST"), 400, -32020},
        Case{"method_padded", "tools/list", with_meta(World::meta()),
             headers(kModernHeader, "  tools/list "), 200, 0},
        Case{"name_missing", "tools/call", with_meta(World::meta(), {{"name", "echo"}}),
             headers(kModernHeader, "tools/call"), 400, -32020},
        Case{"name_wrong", "tools/call", with_meta(World::meta(), {{"name", "echo"}}),
             headers(kModernHeader, "tools/call", "other"), 400, -32020},
        Case{"name_padded", "tools/call", with_meta(World::meta(), {{"name", "echo"}}),
             headers(kModernHeader, "tools/call", "  echo  "), 200, 0},
        Case{"name_encoded", "tools/call", with_meta(World::meta(), {{"name", "echo"}}),
             headers(kModernHeader, "tools/call", "=?base64?ZWNobw==?="), 200, 0},
        Case{"name_badly_encoded", "tools/call", with_meta(World::meta(), {{"name", "echo"}}),
             headers(kModernHeader, "tools/call", "=?base64?ZWNobw?="), 400, -32020},
        Case{"uri_mirrored", "resources/read", with_meta(World::meta(), {{"uri", "a://b"}}),
             headers(kModernHeader, "resources/read", "a://c"), 400, -32020},
        Case{"initialize", "initialize", with_meta(World::meta(), {{"protocolVersion", "x"}}),
             headers(kModernHeader, "initialize"), 404, -32601},
        Case{"ping", "ping", with_meta(World::meta()), headers(kModernHeader, "ping"), 404, -32601},
        Case{"set_level", "logging/setLevel", with_meta(World::meta()),
             headers(kModernHeader, "logging/setLevel"), 404, -32601},
        Case{"unknown_method", "unknown/method", with_meta(World::meta()),
             headers(kModernHeader, "unknown/method"), 404, -32601},
        Case{"unknown_tool", "tools/call", with_meta(World::meta(), {{"name", "nope"}}),
             headers(kModernHeader, "tools/call", "nope"), 200, -32602},
        Case{"tool_without_name", "tools/call", with_meta(World::meta()),
             headers(kModernHeader, "tools/call"), 200, -32602},
        Case{"arguments_list", "tools/call",
             with_meta(World::meta(), {{"name", "echo"}, {"arguments", json::array({1})}}),
             headers(kModernHeader, "tools/call", "echo"), 200, -32602},
        Case{"cursor", "tools/list", with_meta(World::meta(), {{"cursor", "abc"}}),
             headers(kModernHeader, "tools/list"), 200, -32602}),
    [](const auto& row) { return row.param.name; });

const json kInitialize = {{"protocolVersion", "2025-06-18"}, {"capabilities", json::object()}};

INSTANTIATE_TEST_SUITE_P(
    Legacy, Ladder,
    testing::Values(
        Case{"initialize", "initialize", kInitialize, {}, 200, 0},
        Case{"initialize_2025_11_25_header",
             "initialize",
             kInitialize,
             {{"mcp-protocol-version", "2025-11-25"}},
             200,
             0},
        Case{"initialize_modern_header",
             "initialize",
             kInitialize,
             {{"mcp-protocol-version", kModernHeader}},
             400,
             -32020},
        Case{"initialize_newer_header",
             "initialize",
             kInitialize,
             {{"mcp-protocol-version", "2027-01-01"}},
             200,
             0},
        Case{"initialize_claim_no_text",
             "initialize",
             {{"protocolVersion", "2025-06-18"},
              {"_meta", {{"io.modelcontextprotocol/protocolVersion", 1}}}},
             {},
             200,
             0},
        Case{"initialize_without_version", "initialize", json::object(), {}, 200, -32602},
        Case{"modern_header_no_claim",
             "tools/list",
             json::object(),
             {{"mcp-protocol-version", kModernHeader}},
             400,
             -32602},
        Case{"no_header", "tools/list", json::object(), {}, 200, 0},
        Case{"no_params", "tools/list", nullptr, {}, 200, 0},
        Case{"header_2025_03_26",
             "tools/list",
             json::object(),
             {{"mcp-protocol-version", "2025-03-26"}},
             200,
             0},
        Case{"header_2025_06_18",
             "tools/list",
             json::object(),
             {{"mcp-protocol-version", "2025-06-18"}},
             200,
             0},
        Case{"header_2024_11_05",
             "tools/list",
             json::object(),
             {{"mcp-protocol-version", "2024-11-05"}},
             400,
             -32022},
        Case{"header_nonsense",
             "tools/list",
             json::object(),
             {{"mcp-protocol-version", "banana"}},
             400,
             -32022},
        Case{"unenforced_method_header",
             "tools/list",
             json::object(),
             {{"Mcp-Method", "x"}},
             200,
             0},
        Case{"session_id_ignored", "tools/list", json::object(), {{"Mcp-Session-Id", "x"}}, 200, 0},
        Case{"discover", "server/discover", json::object(), {}, 200, -32601},
        Case{"ping", "ping", nullptr, {}, 200, 0},
        Case{"unknown_method", "resources/list", json::object(), {}, 200, -32601},
        Case{"unknown_tool", "tools/call", {{"name", "nope"}}, {}, 200, -32602},
        Case{"cursor", "tools/list", {{"cursor", "abc"}}, {}, 200, -32602}),
    [](const auto& row) { return row.param.name; });

constexpr const char* kUnknown[] = {
    "2024-11-05", "2024-10-07",     "2026-07-27",   "2026-07-29", "2027-01-01",        "2099-12-31",
    "9999-99-99", "DRAFT-2026-v1",  "banana",       "1.0",        "2025-11-25,banana", "20260728",
    "2026-7-28",  "\"2026-07-28\"", "2025-06-18 x", "null"};

TEST(Era, InitializeIsNegotiatedWhateverTheHeaderSays) {
  World world;
  for (const char* asked : {"2025-11-25", "2025-06-18", "2025-03-26", "2026-07-28", "2099-12-31"}) {
    const json params = {{"protocolVersion", asked}, {"capabilities", json::object()}};
    const auto told = [&](const World::Headers& sent) {
      const auto reply = world.handle({"initialize", params, false}, world.http_request(sent));
      return reply.error ? json(reply.error->code) : json::parse(reply.result)["protocolVersion"];
    };
    const json agreed = told({});
    EXPECT_TRUE(agreed.is_string());
    for (const char* header : kUnknown) {
      EXPECT_EQ(told({{"MCP-Protocol-Version", header}}), agreed) << header;
    }
    for (const char* header : {"", "2025-11-25", "2025-06-18", "2025-03-26"}) {
      EXPECT_EQ(told({{"MCP-Protocol-Version", header}}), agreed) << header;
    }
    EXPECT_EQ(told({{"MCP-Protocol-Version", kModernHeader}}), -32020);
  }
}

TEST(Era, OtherMethodsAreToldWhatIsSupportedFirst) {
  World world;
  for (const char* method : {"tools/list", "tools/call", "ping", "server/discover", "x/y"}) {
    for (const char* header : kUnknown) {
      const auto reply = world.handle({method, json::object(), false},
                                      world.http_request({{"MCP-Protocol-Version", header}}));
      ASSERT_TRUE(reply.error) << header;
      EXPECT_EQ(reply.error->code, -32022) << header;
      EXPECT_EQ(reply.error->http_status, 400) << header;
      EXPECT_EQ(reply.error->message,
                "Unsupported protocol version. Supported: 2026-07-28, 2025-11-25, 2025-06-18, "
                "2025-03-26. Requested: '" +
                    std::string(header) + "'.");
      EXPECT_EQ(reply.error->data["supported"], supported_revisions());
      EXPECT_EQ(reply.error->data["requested"], header);
    }
  }
}

TEST(Era, UnsupportedVersionSaysWhatIsSupported) {
  World world;
  const auto reply = world.modern("server/discover", with_meta(World::meta("v999.0.0")),
                                  {{"MCP-Protocol-Version", "v999.0.0"}});
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->data["requested"], "v999.0.0");
  const auto discovered = json::parse(world.modern("server/discover").result);
  EXPECT_EQ(reply.error->data["supported"], discovered["supportedVersions"]);
}

TEST(Era, NotificationsAreTakenAndDoNothing) {
  World world;
  const auto reply = world.handle({"tools/call", {{"name", "echo"}}, true}, world.http_request({}));
  EXPECT_FALSE(reply.error);
  EXPECT_EQ(world.invoker.calls, 0);
}

}  // namespace
}  // namespace adomcp::mcp
