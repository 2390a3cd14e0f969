// Calls from a thread of its own what only the call's thread may; then answers as it should.
#include <thread>

#include "zoo.h"

namespace {

void use(adomcp_call* handle) {
  zoo::host->note(handle, zoo::str("run_id"), zoo::str("13"));
  zoo::host->reply(handle, zoo::str("from elsewhere"), {});
  adomcp_ado_request request{};
  request.struct_size = sizeof(request);
  request.path = zoo::str("elsewhere");
  adomcp_ado_response response{};
  response.struct_size = sizeof(response);
  const adomcp_ado_request* requests[] = {&request};
  adomcp_ado_response* responses[] = {&response};
  zoo::host->ado(handle, requests, responses, 1);
}

adomcp_status call(void*, adomcp_call* handle, adomcp_str) {
  std::thread(use, handle).join();
  zoo::host->reply(handle, zoo::str("from its thread"), {});
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("other_thread", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("other-thread"));
