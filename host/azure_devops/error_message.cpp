#include "azure_devops/error_message.h"

#include <algorithm>

#include "azure_devops/error_details.h"
#include "core/cleaning.h"
#include "core/text.h"

namespace adomcp::azure_devops {
namespace {

constexpr std::size_t kMaxMessage = 600;   // the headline, which may be a list of its own; it
                                           // gets what the results leave, too
constexpr std::size_t kMaxResult = 300;    // one validation result of many
constexpr std::size_t kMaxResults = 3000;  // all of them together
constexpr std::string_view kCut = " [cut]";
constexpr std::size_t kMaxSaid = 4000;  // all that is quoted
constexpr std::size_t kMaxName = 300;
constexpr std::size_t kMinSecret = 6;  // shorter ones would cut up ordinary words

void cut_out(std::string& text, std::string_view secret) {
  if (secret.size() < kMinSecret) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
    text.replace(at, secret.size(), "***");
  }
}

/// Cleaned, on one line, without the secret, at most `most` bytes; a mark says where it was cut.
std::string plain(std::string text, std::string_view secret, std::size_t most) {
  cut_out(text, secret);
  const bool longer = text.size() > 8 * most;  // bounded before the work
  text = clean(truncate_utf8(text, 8 * most));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  const auto line = trim(text);
  if (line.size() <= most && !longer) return std::string(line);
  return std::string(truncate_utf8(line, most - kCut.size())) + std::string(kCut);
}

/// " (1) … (2) …" with as many as fit, and how many didn't.
std::string listed(const ErrorDetails& details, std::string_view secret) {
  std::string out;
  std::size_t left_out = details.left_out;
  const bool several = details.results.size() > 1 || left_out > 0;
  const std::size_t most =
      std::max(kMaxResult, kMaxResults / std::max<std::size_t>(details.results.size(), 1));
  for (std::size_t i = 0; i < details.results.size(); ++i) {
    const std::string said = plain(details.results[i], secret, most);
    if (out.size() + said.size() > kMaxResults) {
      left_out += details.results.size() - i;
      break;
    }
    out += (several ? " (" + std::to_string(i + 1) + ") " : " ") + said;
  }
  if (left_out > 0) out += " … and " + std::to_string(left_out) + " more";
  return out;
}

std::string named(const std::string& name) {
  return quoted(name, kMaxName, '\'');
}

std::string in_project(const AskedFor& asked) {
  std::string organization = "organization " + named(asked.organization);
  if (asked.project.empty()) return organization;
  return "project " + named(asked.project) + " of " + organization;
}

/// What the server says is a stranger's: names of pipelines, of parameters, of whatever failed.
std::string with(const std::string& sentence, const std::string& said) {
  return said.empty() ? sentence + "." : sentence + ": " + quoted(said, kMaxSaid) + ".";
}

Error gone(const AskedFor& asked, const std::string& said) {
  return {ErrorCode::kNotFound,
          with("Azure DevOps no longer keeps " + asked.path + " in " + in_project(asked) + " (410)",
               said),
          {}};
}

Error not_found(const AskedFor& asked, const std::string& said) {
  return {ErrorCode::kNotFound,
          with("Azure DevOps found nothing at " + asked.path + " in " + in_project(asked), said),
          asked.path.find("/logs/") == std::string::npos
              ? "Check the id or name, and that the host's identity may read it."
              : "A log is no longer kept when its run's retention has ended."};
}

Error forbidden(const AskedFor& asked, const std::string& said) {
  return {ErrorCode::kDenied,
          with("Azure DevOps does not let the host's identity do this in " + in_project(asked) +
                   " (403)",
               said),
          "Give that identity the permission for " + asked.path + " in Azure DevOps."};
}

Error unauthorized(const AskedFor& asked, const std::string& said) {
  return {ErrorCode::kDenied,
          with("Azure DevOps refused the credential of organization " + named(asked.organization) +
                   " (401)",
               said),
          "Check that it is valid for this organization and has not expired."};
}

/// Proxies and old servers call JSON text/plain.
bool holds_json(std::string_view content_type, std::string_view body) {
  if (content_type.find("json") != std::string_view::npos) return true;
  const auto said = trim(body);
  const bool plain_text = content_type.empty() || content_type.find("text/plain") == 0;
  return plain_text && !said.empty() && (said.front() == '{' || said.front() == '[');
}

}  // namespace

std::string message_of(std::string_view content_type, std::string_view body,
                       std::string_view secret) {
  if (!holds_json(content_type, body)) return {};
  const ErrorDetails details = error_details(body);
  const std::string results = listed(details, secret);
  const std::size_t free = kMaxResults - std::min(kMaxResults, results.size());
  std::string said = plain(details.headline, secret, kMaxMessage + free) + results;
  if (details.broken) said += kCut;
  return std::string(trim(said));
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
      // What the service says of it would tell it from what is another project's.
      return asked.project.empty() ? not_found(asked, said) : explain_not_found(asked);
    case 409:
      return {ErrorCode::kInvalid, with("Azure DevOps sees a conflict" + number, said),
              "Somebody else may have changed it just now; look at it again."};
    case 410:
      return gone(asked, said);
    case 429:
      return {
          ErrorCode::kThrottled,
          with("Azure DevOps limits the rate of organization " + named(asked.organization) + number,
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

Error explain_not_found(const AskedFor& asked) {
  return not_found(asked, {});
}

Error explain_sign_in(const AskedFor& asked) {
  return {ErrorCode::kDenied,
          "Azure DevOps answered with its sign-in page: the credential of organization " +
              named(asked.organization) + " was not accepted.",
          "Check that it is valid, not expired, and belongs to the organization's directory."};
}

}  // namespace adomcp::azure_devops
