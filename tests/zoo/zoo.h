// A healthy plugin written by hand, for animals to break in one place.
#pragma once

#include <adomcp/plugin.h>

#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <string_view>

namespace zoo {

constexpr const char* kObject = R"({"type":"object"})";

inline const adomcp_host* host = nullptr;

constexpr adomcp_str str(std::string_view text) {
  return {text.data(), text.size()};
}

inline adomcp_status start(const adomcp_host* from, adomcp_str, void**) {
  host = from;
  return ADOMCP_OK;
}
inline void stop(void*) {}

/// A service of the host's; animals that need one aren't started without it.
template <typename Service>
const Service& service(const char* id) {
  return *static_cast<const Service*>(host->service(id));
}

inline adomcp_status ok(void*, adomcp_call* call, adomcp_str) {
  host->reply(call, str("fine"), str("{}"));
  return ADOMCP_OK;
}

/// A JSON object's integer member, well enough for what the tests send; `otherwise` when absent.
inline int number(adomcp_str json, std::string_view key, int otherwise = -1) {
  const std::string_view text(json.data, json.size);
  const auto at = text.find(key);
  if (at == std::string_view::npos) return otherwise;
  int value = 0;
  for (const char c : text.substr(at + key.size())) {
    if (c == ',' || c == '}') break;
    if (c >= '0' && c <= '9') value = value * 10 + (c - '0');
  }
  return value;
}

constexpr adomcp_tool tool(std::string_view name,
                           adomcp_status (*call)(void*, adomcp_call*, adomcp_str) = ok,
                           std::string_view input = kObject,
                           std::uint32_t flags = ADOMCP_READ_ONLY) {
  return {sizeof(adomcp_tool),
          flags,
          str(name),
          str("A title"),
          str("What it does."),
          str(input),
          str(""),
          call,
          {},
          {}};
}

/// A descriptor with one tool, which must have static storage.
template <const adomcp_tool& Tool>
constexpr adomcp_plugin plugin(std::string_view id) {
  return {sizeof(adomcp_plugin),
          ADOMCP_ABI_MAJOR,
          ADOMCP_ABI_MINOR,
          str(id),
          str("1.0.0"),
          str("by hand"),
          1,
          [](uint32_t) { return &Tool; },
          start,
          stop};
}

/// For one that differs in a field: `changed(plugin<kTool>("id"), [](auto& p) { p.abi_minor = 9;
/// })`.
template <typename Change>
constexpr adomcp_plugin changed(adomcp_plugin plugin, Change change) {
  change(plugin);
  return plugin;
}

/// As ADOMCP_METADATA, but of a descriptor, so that the two can't disagree. NULs fill it up.
constexpr std::array<char, 256> metadata_of(const adomcp_plugin& plugin) {
  std::array<char, 256> out{};
  std::size_t size = 0;
  const auto add = [&](std::string_view text) {
    for (const char c : text) out.at(size++) = c;
  };
  const auto add_number = [&](unsigned number) {
    for (unsigned power = 10000; power > 0; power /= 10) {
      if (number >= power || power == 1)
        out.at(size++) = static_cast<char>('0' + number / power % 10);
    }
  };
  add(R"({"abi":")");
  add_number(plugin.abi_major);
  add(".");
  add_number(plugin.abi_minor);
  add(R"(","id":")");
  add({plugin.id.data, plugin.id.size});
  add(R"(","version":")");
  add({plugin.version.data, plugin.version.size});
  add(R"("})");
  return out;
}

}  // namespace zoo

/// The descriptor alone.
#define ZOO_DESCRIPTOR(...)                                                                    \
  extern "C" __attribute__((visibility("default"))) constexpr adomcp_plugin adomcp_plugin_v0 = \
      __VA_ARGS__

/// The descriptor and the metadata that goes with it.
#define ZOO_PLUGIN(...)                                                                 \
  ZOO_DESCRIPTOR(__VA_ARGS__);                                                          \
  __attribute__((used, retain, section("adomcp"))) static constexpr auto kZooMetadata = \
      zoo::metadata_of(adomcp_plugin_v0)

/// A constructor that shows whoever gave the descriptor ADOMCP_ZOO_TRACE that the file was loaded:
/// code of it has run.
#define ZOO_TRACE                                                         \
  __attribute__((constructor)) static void leave_trace() {                \
    const char* const trace = getenv("ADOMCP_ZOO_TRACE");                 \
    if (trace == nullptr) return;                                         \
    const auto descriptor = static_cast<int>(strtol(trace, nullptr, 10)); \
    if (write(descriptor, "x", 1) < 0) abort();                           \
  }
