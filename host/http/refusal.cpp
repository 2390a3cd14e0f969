#include "http/refusal.h"
#include "core/json.h"

#include <nlohmann/json.hpp>

namespace adomcp::http {

HttpResponse refuse(int status, std::string_view message) {
  constexpr int kInvalidRequest = -32600;
  constexpr int kInternalError = -32603;
  const int code = status == 500 ? kInternalError : kInvalidRequest;
  const nlohmann::ordered_json body = {{"jsonrpc", "2.0"},
                                       {"error", {{"code", code}, {"message", message}}}};
  HttpResponse answer;
  answer.status = status;
  answer.body = json_text(body);
  return answer;
}

}  // namespace adomcp::http
