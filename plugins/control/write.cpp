#include "write.h"

#include <adomcp/azure.hpp>
#include <utility>

namespace adomcp::control {

AdoResponse patch(Call& call, std::string path, const Json& body) {
  AdoResponse response = call.send({.path = std::move(path),
                                    .method = "PATCH",
                                    .content_type = "application/json",
                                    .body = sdk::json_text(body),
                                    .max_bytes = kAnswerBytes});
  if (response.ok()) return response;
  throw ToolError(response.error.empty() ? "Azure DevOps could not be asked." : response.error,
                  response.status);
}

void unknown_outcome(const std::string& what, const std::string& look) {
  throw ToolError("Azure DevOps took the request, but " + what + ". Look with " + look +
                      " before trying again.",
                  ADOMCP_UNKNOWN_OUTCOME);
}

}  // namespace adomcp::control
