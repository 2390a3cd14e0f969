// Ignores every interruption until a test lets it go. {"entered":FD,"release":FD}: it writes a byte
// to the one and then waits until the other is at its end. Afterwards it tries what is forbidden.
#include <unistd.h>

#include "zoo.h"

namespace {

adomcp_status call(void*, adomcp_call* handle, adomcp_str arguments) {
  zoo::host->note(handle, zoo::str("run_id"), zoo::str("99"));
  char byte = 'e';
  if (write(zoo::number(arguments, "\"entered\":"), &byte, 1) != 1) return ADOMCP_INTERNAL;
  const int release = zoo::number(arguments, "\"release\":");
  while (read(release, &byte, 1) > 0) continue;

  adomcp_ado_request request{};
  request.struct_size = sizeof(request);
  request.path = zoo::str("late");
  adomcp_ado_response response{};
  response.struct_size = sizeof(response);
  const adomcp_ado_request* requests[] = {&request};
  adomcp_ado_response* responses[] = {&response};
  zoo::host->ado(handle, requests, responses, 1);
  zoo::host->reply(handle, zoo::str("late"), {});
  return ADOMCP_OK;
}

constexpr adomcp_tool kTool = zoo::tool("hangs", call, zoo::kObject, 0);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("hangs"));
