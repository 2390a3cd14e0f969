#include "core/meta_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace adomcp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

using Cases = std::vector<std::pair<std::string, std::string>>;

/// What is wrong with it, or nothing.
std::string wrong_meta(const std::string& meta) {
  const auto read = read_meta(meta);
  return read ? "" : read.error().message;
}
std::string wrong_icons(const std::string& icons) {
  const auto read = read_icons(icons);
  return read ? "" : read.error().message;
}

TEST(MetaCheck, GoodMetaBecomesCompact) {
  EXPECT_EQ(read_meta("").value(), "");
  EXPECT_EQ(read_meta(" {} ").value(), "");
  EXPECT_EQ(read_meta("{ \"a\" : [ 1 ] }").value(), R"({"a":[1]})");
  for (const char* good : {
           R"({"example.com/kind":"x"})",
           R"({"com.example/kind":{"deep":[null,true,{"ui":1}]}})",
           R"({"mcp":1})",
           R"({"mcp.example/a":1})",
           R"({"a_b.c-d":1})",
           R"({"uix":1})",
           R"({"example.com/ui":1})",
           R"({"my-mcp.server/x":1})",
       }) {
    EXPECT_EQ(wrong_meta(good), "") << good;
  }
}

TEST(MetaCheck, SaysWhatIsWrongWithMeta) {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += R"({"a":)";
  deep += "1" + std::string(40, '}');
  for (const auto& [meta, says] : Cases{
           {"[]", "is not a JSON object"},
           {"1", "is not a JSON object"},
           {"{", "no JSON"},
           {"{} {}", "no JSON"},
           {"{\"a\":\"\xff\"}", "no JSON"},
           {deep, "deeper than 16 levels"},
           {R"({"a":")" + std::string(kMaxMeta, 'x') + "\"}", "larger than 16 KiB"},
           {R"({"":1})", "a key is 1 to 256"},
           {R"({"a b":1})", "a key is 1 to 256"},
           {"{\"a\\u202e\":1}", "a key is 1 to 256"},
           {R"({")" + std::string(300, 'k') + "\":1}", "a key is 1 to 256"},
           {R"({"ui":{"resourceUri":"ui://a/b"}})", "adomcp/ui.h"},
           {R"({"ui/resourceUri":"ui://a/b"})", "adomcp/ui.h"},
           {R"({"io.modelcontextprotocol/serverInfo":{}})", "MCP's own"},
           {R"({"io.ModelContextProtocol/ui":{}})", "MCP's own"},
           {R"({"tools.mcp.com/x":1})", "MCP's own"},
           {R"({"api.modelcontextprotocol.org/x":1})", "MCP's own"},
           {R"({"a":1,"dev.mcp/x":1})", "MCP's own"},
           {R"({"progressToken":1})", "MCP's own"},
           {R"({"traceparent":"x"})", "MCP's own"},
       }) {
    EXPECT_THAT(wrong_meta(meta), HasSubstr(says)) << meta.substr(0, 80);
  }
}

TEST(MetaCheck, GoodIconsBecomeCompact) {
  EXPECT_EQ(read_icons("").value(), "");
  EXPECT_EQ(read_icons("[]").value(), "");
  EXPECT_EQ(read_icons(R"([ {"src": "https://a.example/i.png"} ])").value(),
            R"([{"src":"https://a.example/i.png"}])");
  for (const char* good : {
           R"([{"src":"data:image/png;base64,AAEC","mimeType":"image/png"}])",
           R"([{"src":"data:image/svg+xml;base64,","sizes":["any"],"theme":"light"}])",
           R"([{"src":"https://a","sizes":["48x48","96x96"],"theme":"dark"},{"src":"https://b"}])",
           R"([{"src":"https://a","sizes":[]}])",
       }) {
    EXPECT_EQ(wrong_icons(good), "") << good;
  }
}

TEST(MetaCheck, SaysWhatIsWrongWithIcons) {
  std::string many = R"({"src":"https://a"})";
  for (int i = 0; i < 8; ++i) many += R"(,{"src":"https://a"})";
  const auto icon = [](const std::string& members) {
    return R"([{"src":"https://a",)" + members + "}]";
  };
  for (const auto& [icons, says] : Cases{
           {"{}", "is not a JSON array"},
           {"[", "no JSON"},
           {"[1]", "no object"},
           {"[{}]", "without a src"},
           {"[" + many + "]", "more than 8 icons"},
           {R"([{"src":"data:image/png;base64,)" + std::string(kMaxMeta, 'A') + "\"}]", "16 KiB"},
           {R"([{"src":1}])", "neither an https: URL"},
           {R"([{"src":""}])", "neither an https: URL"},
           {R"([{"src":"https://"}])", "neither an https: URL"},
           {R"([{"src":"http://a.example/i.png"}])", "neither an https: URL"},
           {R"x([{"src":"javascript:alert(1)"}])x", "neither an https: URL"},
           {R"([{"src":"file:///etc/passwd"}])", "neither an https: URL"},
           {R"([{"src":"data:text/html;base64,AAEC"}])", "neither an https: URL"},
           {R"([{"src":"data:image/png,AAEC"}])", "neither an https: URL"},
           {R"([{"src":"data:image/png;base64,A"}])", "neither an https: URL"},
           {R"([{"src":"https://a b"}])", "neither an https: URL"},
           {"[{\"src\":\"https://a\\u202e\"}]", "neither an https: URL"},
           {icon(R"("mimeType":"text/html")"), "a mimeType that is none of an image"},
           {icon(R"("mimeType":1)"), "a mimeType that is none of an image"},
           {icon(R"("sizes":"48x48")"), "sizes that are no list"},
           {icon(R"("sizes":["48"])"), "sizes that are no list"},
           {icon(R"("sizes":["48x"])"), "sizes that are no list"},
           {icon(R"("sizes":["x48"])"), "sizes that are no list"},
           {icon(R"("sizes":["123456x1"])"), "sizes that are no list"},
           {icon(R"("sizes":[48])"), "sizes that are no list"},
           {icon(R"("theme":"blue")"), "neither light nor dark"},
           {icon(R"("mimetype":"image/png")"), "the member 'mimetype'"},
       }) {
    EXPECT_THAT(wrong_icons(icons), HasSubstr(says)) << icons.substr(0, 80);
  }
}

TEST(MetaCheck, MetaOfContentsIsSmall) {
  EXPECT_TRUE(is_small_meta(json::object()));
  EXPECT_TRUE(is_small_meta({{"ui", {{"prefersBorder", true}}}}));
  EXPECT_TRUE(is_small_meta({{"a", std::string(kMaxMeta - 100, 'x')}}));
  EXPECT_FALSE(is_small_meta({{"a", std::string(kMaxMeta, 'x')}}));
  EXPECT_FALSE(is_small_meta({{"a", std::string(kMaxMeta / 2, '"')}})) << "as it is written";
  EXPECT_FALSE(is_small_meta({{"a", std::vector<int>(2000, 1)}}));
}

}  // namespace
}  // namespace adomcp
