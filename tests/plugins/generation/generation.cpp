// Tells which of its copies answers: what start() was given, how often this copy was called.
#include <adomcp/arguments.hpp>

#include <atomic>

namespace generation_test {
inline std::atomic<int> inline_calls{0};
}

namespace {

struct Wanted {
  static constexpr auto arguments() { return adomcp::arguments(); }
};

// Function-local and inline: the kinds that the dynamic linker would make one of, if it could.
int count_call() {
  static std::atomic<int> calls{0};
  return ++calls;
}

adomcp::Json generation(adomcp::Call& call, const Wanted&) {
  call.log(ADOMCP_INFO, "here");
  return {{"name", adomcp::settings().at("name")},
          {"calls", count_call()},
          {"inline_calls", ++generation_test::inline_calls}};
}

constexpr adomcp_tool tools[] = {
    adomcp::tool<generation>("generation", "Generation", "Tells which.", ADOMCP_READ_ONLY)};

}  // namespace

ADOMCP_PLUGIN("generation", "1.0.0", tools)
