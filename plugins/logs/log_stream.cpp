#include "log_stream.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <utility>

#include "budget.h"

namespace adomcp::logs {
namespace {

constexpr std::uint64_t kMaxBytes = 64U << 20U;  // of a log in one call

}  // namespace

Stretch read_lines(Call& call, const Run& run, std::int64_t log_id, std::int64_t from,
                   std::int64_t to, LineWindow& window) {
  const std::int64_t first = std::max<std::int64_t>(1, from - kLeadIn);
  MaskedLines lines(first, [&window](const Line& line) { return window.add(line); });
  Budget budget(call, kMaxBytes);
  AdoRequest request = log_request(run.id, log_id, first, to > 0 ? to + 1 : 0);
  request.max_bytes = kMaxBytes;
  request.on_chunk = [&lines, &budget](std::string_view piece) {
    return lines.feed(piece) && budget.spend(piece.size());
  };
  Stretch out;
  out.before = first - 1;
  out.response = call.send(request);
  call.check();
  const AdoResponse& response = out.response;
  if (response.status == ADOMCP_NOT_FOUND) {
    throw ToolError(gone_sentence(run, {log_id}), ADOMCP_NOT_FOUND);
  }
  out.to_end = response.ok() && !response.truncated;
  lines.finish(out.to_end);
  if (!response.ok() && window.lines().empty()) {
    throw ToolError(response.error.empty() ? "The log could not be read." : response.error,
                    response.status);
  }
  out.to_end = out.to_end || lines.stopped();
  out.last = lines.last();
  return out;
}

std::int64_t length_of(Call& call, const Run& run, std::int64_t log_id) {
  for (const Json& each : sdk::list_of(run.list)) {
    if (sdk::integer_of(each, "id") != log_id) continue;
    return std::max<std::int64_t>(0, sdk::integer_of(each, "lineCount"));
  }
  refuse_log(call, run, log_id);
}

}  // namespace adomcp::logs
