#include "azure_devops/error_message.h"

#include <nlohmann/json.hpp>

#include "core/text.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxMessage = 300;
constexpr std::size_t kMinSecret = 6;  // shorter ones would cut up ordinary words

void cut_out(std::string& text, std::string_view secret) {
  if (secret.size() < kMinSecret) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
    text.replace(at, secret.size(), "***");
  }
}

std::string in_project(const AskedFor& asked) {
  if (asked.project.empty()) return "organization '" + asked.organization + "'";
  return "project '" + asked.project + "' of organization '" + asked.organization + "'";
}

std::string with(const std::string& sentence, const std::string& said) {
  return said.empty() ? sentence + "." : sentence + ": " + said;
}

Error not_found(const AskedFor& asked, const std::string& said) {
  return {ErrorCode::kNotFound,
          with("Azure DevOps found nothing at " + asked.path + " in " + in_project(asked), said),
          "Check the id or name, and that the host's identity may read it."};
}

Error forbidden(const AskedFor& asked, const std::string& said) {
  return {ErrorCode::kDenied,
          with("Azure DevOps does not let the host's identity do this in " + in_project(asked) +
                   " (403)",
               said),
          "Give that identity the permission for " + asked.path + " in Azure DevOps."};
}

Error unauthorized(const AskedFor& asked, const std::string& said) {
  return {
      ErrorCode::kDenied,
      with("Azure DevOps refused the credential of organization '" + asked.organization + "' (401)",
           said),
      "Check that it is valid for this organization and has not expired."};
}

}  // namespace

std::string message_of(std::string_view content_type, std::string_view body,
                       std::string_view secret) {
  if (content_type.find("json") == std::string_view::npos) return {};
  const json parsed = json::parse(body, nullptr, false);
  if (!parsed.is_object()) return {};
  const auto found = parsed.find("message");
  if (found == parsed.end() || !found->is_string()) return {};
  auto text = found->get<std::string>();
  cut_out(text, secret);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  }
  return std::string(truncate_utf8(trim(text), kMaxMessage));
}

Error explain_status(int status, std::string_view content_type, std::string_view body,
                     std::string_view secret, const AskedFor& asked) {
  const std::string said = message_of(content_type, body, secret);
  const std::string number = " (" + std::to_string(status) + ")";
  switch (status) {
    case 401:
      return unauthorized(asked, said);
    case 403:
      return forbidden(asked, said);
    case 404:
      return not_found(asked, said);
    case 409:
      return {ErrorCode::kInvalid, with("Azure DevOps sees a conflict" + number, said),
              "Somebody else may have changed it just now; look at it again."};
    case 429:
      return {
          ErrorCode::kThrottled,
          with("Azure DevOps limits the rate of organization '" + asked.organization + "'" + number,
               said),
          "Wait a little and ask for less at a time."};
    default:
      break;
  }
  if (status >= 500) {
    return {ErrorCode::kUnavailable, with("Azure DevOps can't answer now" + number, said),
            "Try again in a while."};
  }
  return {ErrorCode::kInvalid,
          with("Azure DevOps refused the request for " + asked.path + number, said),
          said.empty() ? "Check the arguments." : ""};
}

Error explain_sign_in(const AskedFor& asked) {
  return {ErrorCode::kDenied,
          "Azure DevOps answered with its sign-in page: the credential of organization '" +
              asked.organization + "' was not accepted.",
          "Check that it is valid, not expired, and belongs to the organization's directory."};
}

}  // namespace adomcp::azure_devops
