#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "plugin_host/in_process_invoker.h"
#include "unit/plugin_host/fixture.h"

// What holds for built plugins; the bytes of plugin.h itself are looked at in tests/abi.

namespace adomcp::plugin_host {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The lines of `nm -D --defined-only`.
std::vector<std::string> defined_symbols(const std::string& file) {
  FILE* const out = popen(("nm -D --defined-only '" + file + "'").c_str(), "r");
  std::string text;
  std::array<char, 4096> piece{};
  while (const std::size_t count = fread(piece.data(), 1, piece.size(), out)) {
    text.append(piece.data(), count);
  }
  EXPECT_EQ(pclose(out), 0);
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(Abi, PluginsExportOneSymbolThatIsNotUnique) {
  for (const char* name : {"echo", "good_c", "calls_ado", "witness", "hangs", "statuses"}) {
    const auto symbols = defined_symbols(zoo_file(name));
    ASSERT_EQ(symbols.size(), 1U) << name;
    EXPECT_NE(symbols.front().find(" adomcp_plugin_v0"), std::string::npos) << symbols.front();
    EXPECT_EQ(symbols.front().find(" u "), std::string::npos) << symbols.front();
  }
}

#ifdef __x86_64__
constexpr const char* kKept = ADOMCP_SOURCE_DIR "/tests/abi/kept/abi_0_1_x86_64.so";
#else
constexpr const char* kKept = nullptr;  // tests/abi/kept/README.md says how one is made
#endif

azure_devops::Response kept_answer(const azure_devops::Request& request) {
  azure_devops::Response response;
  if (request.path == "streamed") {
    request.on_chunk("pie");
    request.on_chunk("ces");
    return response;
  }
  response.body = "body";
  response.continuation_token = "next";
  return response;
}

TEST(KeptBinary, OfAbi01IsServedAsItIs) {
  if (kKept == nullptr) GTEST_SKIP() << "no binary of ABI 0.1 is kept for this architecture";
  PluginSettings settings = animal("kept");
  settings.library = kKept;
  const LogInMemory log;
  const auto catalog = CatalogBuilder(log.logger()).build({settings});
  ASSERT_THAT(catalog->problems(), IsEmpty()) << catalog->problems().front().message;
  const auto client = std::make_shared<FakeClient>(
      [](const auto&, const auto& request) { return kept_answer(request); });
  InProcessInvoker invoker(client, log.logger());
  const CallResult result = invoker.call({catalog, *catalog->find("kept"), R"({"n":1})", {}, {}});
  EXPECT_EQ(result.text, "all is as it was");
  EXPECT_EQ(result.outcome, Outcome::kSuccess);
  EXPECT_EQ(result.structured, R"({"n":1})");
  EXPECT_EQ(result.run_id, 4711);
  EXPECT_THAT(log.text(), HasSubstr("[kept] kept and called"));
  EXPECT_EQ(client->requests().at(0).query, "a=b");
}

}  // namespace
}  // namespace adomcp::plugin_host
