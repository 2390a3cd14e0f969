// Throws through the C boundary in the middle of a call.
#include "zoo.h"

namespace {

adomcp_status call(void*, adomcp_call*, adomcp_str) {
  throw 42;
}
constexpr adomcp_tool kTool = zoo::tool("throws", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("throws"));
