#include "azure_devops/control_body.h"

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "core/guid.h"
#include "core/json.h"
#include "core/text.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBody = 16UL * 1024;
constexpr std::size_t kMaxComment = 2000;

Error refuse(const std::string& what) {
  return {ErrorCode::kInvalid, "The run can't be changed: " + what + ".", {}};
}

/// One object, without a member twice and with none but those of `known`.
Result<json> read(std::string_view text, std::initializer_list<std::string_view> known) {
  auto body = parse_strict_object(text, kMaxBody);
  if (!body) return refuse("its description is not a JSON object");
  for (const auto& [key, value] : body->items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return refuse("unknown member '" + std::string(truncate_utf8(key, 50)) + "'");
    }
  }
  return std::move(*body);
}

/// The only element of a list, as text: the strict parser takes objects.
std::string_view only_element(std::string_view text) {
  text = trim(text);
  if (!text.starts_with('[') || !text.ends_with(']')) return {};
  return trim(text.substr(1, text.size() - 2));
}

}  // namespace

Result<StageRetry> parse_stage_retry(std::string_view text) {
  const auto body = read(text, {"state", "forceRetryAllJobs"});
  if (!body) return body.error();
  if (text_at(*body, "state") != "retry") return refuse("a stage takes the state \"retry\" only");
  StageRetry retry;
  if (const json* all = member(*body, "forceRetryAllJobs")) {
    if (!all->is_boolean()) return refuse("forceRetryAllJobs must be true or false");
    retry.all_jobs = all->get<bool>();
  }
  return retry;
}

Status parse_cancel(std::string_view text) {
  const auto body = read(text, {"status"});
  if (!body) return body.error();
  if (text_at(*body, "status") == "cancelling") return Done{};
  return refuse("a run takes the status \"cancelling\" only");
}

Result<ApprovalDecision> parse_approval_decision(std::string_view text) {
  const auto body = read(only_element(text), {"approvalId", "status", "comment"});
  if (!body) return refuse("one approval is decided at a time, with approvalId, status, comment");
  ApprovalDecision decision;
  decision.approval_id = to_lower(text_at(*body, "approvalId"));
  if (!is_guid(decision.approval_id)) return refuse("approvalId must be the id of an approval");
  const std::string status = text_at(*body, "status");
  if (status != "approved" && status != "rejected") {
    return refuse("an approval takes the status \"approved\" or \"rejected\" only");
  }
  decision.approve = status == "approved";
  if (const json* comment = member(*body, "comment")) {
    if (!comment->is_string()) return refuse("the comment must be text");
    decision.comment = comment->get<std::string>();
  }
  if (decision.comment.size() > kMaxComment) {
    return refuse("the comment is over " + std::to_string(kMaxComment) + " bytes");
  }
  return decision;
}

std::string to_json(const StageRetry& retry) {
  return json_text(json{{"state", "retry"}, {"forceRetryAllJobs", retry.all_jobs}});
}

std::string to_json(const ApprovalDecision& decision) {
  json one = {{"approvalId", decision.approval_id},
              {"status", decision.approve ? "approved" : "rejected"}};
  if (!decision.comment.empty()) one["comment"] = decision.comment;
  return json_text(json::array({one}));
}

std::string cancel_json() {
  return json_text(json{{"status", "cancelling"}});
}

}  // namespace adomcp::azure_devops
