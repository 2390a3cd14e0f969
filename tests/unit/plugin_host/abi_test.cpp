#include <adomcp/plugin.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

#include "unit/plugin_host/fixture.h"

// The ABI's golden numbers. A field may be appended (a new line here, a greater size); a line that
// changes breaks every plugin out there and needs a new major version.

namespace {

#define FIELDS(type, ...) (std::vector<std::size_t>{__VA_ARGS__, sizeof(type)})
#define AT(field) offsetof(Struct, field)

TEST(Abi, VersionIsTheOneTheseNumbersBelongTo) {
  EXPECT_EQ(ADOMCP_ABI_MAJOR, 0);
  EXPECT_EQ(ADOMCP_ABI_MINOR, 1);
}

TEST(Abi, StrStays) {
  using Struct = adomcp_str;
  EXPECT_EQ(FIELDS(Struct, AT(data), AT(size)), (std::vector<std::size_t>{0, 8, 16}));
  EXPECT_EQ(sizeof(adomcp_status), 4U);
}

TEST(Abi, AdoRequestStays) {
  using Struct = adomcp_ado_request;
  EXPECT_EQ(
      FIELDS(Struct, AT(struct_size), AT(timeout_ms), AT(max_bytes), AT(method), AT(service),
             AT(organization), AT(project), AT(path), AT(query), AT(accept), AT(content_type),
             AT(body), AT(on_chunk), AT(user)),
      (std::vector<std::size_t>{0, 4, 8, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 168, 176}));
}

TEST(Abi, AdoResponseStays) {
  using Struct = adomcp_ado_response;
  EXPECT_EQ(FIELDS(Struct, AT(struct_size), AT(status), AT(http_status), AT(truncated),
                   AT(content_type), AT(body), AT(continuation_token), AT(error)),
            (std::vector<std::size_t>{0, 4, 8, 12, 16, 32, 48, 64, 80}));
}

TEST(Abi, HostStays) {
  using Struct = adomcp_host;
  EXPECT_EQ(FIELDS(Struct, AT(struct_size), AT(abi_major), AT(abi_minor), AT(log), AT(interrupted),
                   AT(remaining_ms), AT(reply), AT(note), AT(ado), AT(service)),
            (std::vector<std::size_t>{0, 4, 6, 8, 16, 24, 32, 40, 48, 56, 64}));
}

TEST(Abi, ToolStays) {
  using Struct = adomcp_tool;
  EXPECT_EQ(FIELDS(Struct, AT(struct_size), AT(flags), AT(name), AT(title), AT(description),
                   AT(input_schema), AT(output_schema), AT(call)),
            (std::vector<std::size_t>{0, 4, 8, 24, 40, 56, 72, 88, 96}));
}

TEST(Abi, PluginStays) {
  using Struct = adomcp_plugin;
  EXPECT_EQ(FIELDS(Struct, AT(struct_size), AT(abi_major), AT(abi_minor), AT(id), AT(version),
                   AT(built_with), AT(tool_count), AT(tool), AT(start), AT(stop)),
            (std::vector<std::size_t>{0, 4, 6, 8, 24, 40, 56, 64, 72, 80, 88}));
}

TEST(Abi, StatusesAndFlagsStay) {
  EXPECT_EQ(
      (std::vector<int>{ADOMCP_OK, ADOMCP_TOOL_ERROR, ADOMCP_INVALID_ARGUMENT, ADOMCP_DENIED,
                        ADOMCP_CANCELLED, ADOMCP_DEADLINE, ADOMCP_UNAVAILABLE, ADOMCP_INTERNAL,
                        ADOMCP_UNKNOWN_OUTCOME, ADOMCP_NOT_FOUND, ADOMCP_THROTTLED}),
      (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ((std::vector<unsigned>{ADOMCP_READ_ONLY, ADOMCP_DESTRUCTIVE, ADOMCP_IDEMPOTENT,
                                   ADOMCP_OPEN_WORLD}),
            (std::vector<unsigned>{1, 2, 4, 8}));
  EXPECT_EQ((std::vector<int>{ADOMCP_DEBUG, ADOMCP_INFO, ADOMCP_WARN, ADOMCP_ERROR}),
            (std::vector<int>{0, 1, 2, 3}));
}

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
    const auto symbols = defined_symbols(adomcp::plugin_host::zoo_file(name));
    ASSERT_EQ(symbols.size(), 1U) << name;
    EXPECT_NE(symbols.front().find(" adomcp_plugin_v0"), std::string::npos) << symbols.front();
    EXPECT_EQ(symbols.front().find(" u "), std::string::npos) << symbols.front();
  }
}

}  // namespace
