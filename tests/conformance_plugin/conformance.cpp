// The fixture of the official conformance suite: what its scenarios call, get and read, under the
// names and with the words they ask for. See README.md.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <thread>

#include "content_tools.h"
#include "input_tools.h"
#include "prompts.h"
#include "resources.h"
#include "round_tools.h"
#include "schema_tools.h"
#include "task_tools.h"
#include "telling_tools.h"

namespace conformance {

void wait(const Call& call, std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kSlice{10};
  const auto end = std::chrono::steady_clock::now() + time;
  for (;;) {
    call.check();
    const auto now = std::chrono::steady_clock::now();
    if (now >= end) return;
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(kSlice, end - now));
  }
}

namespace {

template <std::size_t... Sizes>
constexpr auto joined(const std::array<adomcp_tool, Sizes>&... parts) {
  std::array<adomcp_tool, (Sizes + ...)> all{};
  std::size_t at = 0;
  const auto append = [&](const auto& part) {
    for (const auto& one : part) all[at++] = one;
  };
  (append(parts), ...);
  return all;
}

constexpr auto kTools =
    joined(kContentTools, kTellingTools, kInputTools, kRoundTools, kSchemaTools, kTaskTools);

void declare(adomcp::Start& start) {
  declare_prompts(start);
  declare_resources(start);
  for (const auto name : kMayBeTask) start.may_be_task(name);
}

}  // namespace
}  // namespace conformance

ADOMCP_PLUGIN_WITH("conformance", "1.0.0", conformance::kTools, conformance::declare)
