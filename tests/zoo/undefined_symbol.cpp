// Needs a function that nobody has.
#include "zoo.h"

extern "C" adomcp_status a_function_that_nobody_has(void*, adomcp_call*, adomcp_str);

namespace {

constexpr adomcp_tool kTool = zoo::tool("undefined_symbol", a_function_that_nobody_has);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("undefined-symbol"));
