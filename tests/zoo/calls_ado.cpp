// Asks Azure DevOps for several things at once, one of them piece by piece, and tells what came.
#include <adomcp/plugin.hpp>

#include <string>
#include <vector>

namespace {

adomcp::Json calls_ado(adomcp::Call& call) {
  std::string pieces;
  adomcp::AdoRequest streamed{.path = "streamed", .service = "vstmr"};
  streamed.on_chunk = [&](std::string_view piece) {
    pieces += piece;
    return pieces.size() < 6;
  };
  std::vector<adomcp::AdoRequest> requests = {{.path = "one", .query = "a=b"},
                                              std::move(streamed),
                                              {.path = "denied", .project = "Elsewhere"},
                                              {.path = "x", .service = "elsewhere"}};
  adomcp::Json answers = adomcp::Json::array();
  for (const auto& answer : call.send_all(requests)) {
    answers.push_back({{"status", answer.status},
                       {"http_status", answer.http_status},
                       {"truncated", answer.truncated},
                       {"body", answer.body},
                       {"continuation_token", answer.continuation_token},
                       {"error", answer.error}});
  }
  const auto too_many = call.send_all(std::vector<adomcp::AdoRequest>(17));
  return {{"answers", answers}, {"pieces", pieces}, {"too_many", too_many.back().status}};
}

constexpr adomcp_tool tools[] = {adomcp::tool<calls_ado>(
    "calls_ado", "Calls", "Asks several things.", ADOMCP_READ_ONLY, R"({"type":"object"})")};

}  // namespace

ADOMCP_PLUGIN("calls-ado", "1.0.0", tools)
