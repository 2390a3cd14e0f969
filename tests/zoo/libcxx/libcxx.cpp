// Built by clang with libc++, where std::string is made of other things than in the host. One tool
// throws inside and keeps it there, one throws through the boundary.
#include <adomcp/plugin.hpp>

#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

#ifndef _LIBCPP_VERSION
#error "this is about libc++"
#endif

namespace {

adomcp::Json words(adomcp::Call& call) {
  std::map<std::string, int> counts;
  std::istringstream in(call.text("text"));
  for (std::string word; in >> word;) ++counts[word];
  try {
    return {{"many", counts.at("many")}};
  } catch (const std::out_of_range&) {
    throw adomcp::ToolError("There are not many.");
  }
}

adomcp::Json throws(adomcp::Call&) {
  throw std::runtime_error("not for a client's eyes");
}

adomcp_status throws_out(void*, adomcp_call*, adomcp_str) {
  throw std::runtime_error("through the boundary");
}

constexpr adomcp_tool raw(adomcp_tool tool) {
  tool.call = throws_out;
  return tool;
}

constexpr const char* kAnything = R"({"type":"object"})";
constexpr adomcp_tool tools[] = {
    adomcp::tool<words>("libcxx", "Words", "Counts.", ADOMCP_READ_ONLY, kAnything),
    adomcp::tool<throws>("libcxx_throws", "Throws", "Throws.", ADOMCP_READ_ONLY, kAnything),
    raw(adomcp::tool<throws>("libcxx_throws_out", "Throws", "Throws.", ADOMCP_READ_ONLY,
                             kAnything))};

}  // namespace

ADOMCP_PLUGIN("libcxx", "1.0.0", tools)
