#include "outbound_identity/azure_cli_credential.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/text.h"
#include "outbound_identity/token_text.h"

namespace adomcp::outbound_identity {
namespace {

/// The line of the CLI's error output that says what is wrong: the first "ERROR:", else the first
/// that isn't a warning.
std::string useful_line(std::string_view text) {
  constexpr std::string_view kError = "ERROR:";
  std::string_view first;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = trim(text.substr(0, end));
    if (line.starts_with(kError)) return safe_excerpt(trim(line.substr(kError.size())));
    if (first.empty() && !line.starts_with("WARNING:")) first = line;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return safe_excerpt(first);
}

Error failure(const ProcessOutput& output, const AzureCliSettings& settings) {
  const std::string said = useful_line(output.standard_error);
  std::string login = "az login";
  if (!settings.tenant.empty()) login += " --tenant " + settings.tenant;
  return {ErrorCode::kUnavailable,
          "The Azure CLI gave no token (exit code " + std::to_string(output.exit_code) + ")" +
              (said.empty() ? "." : ": " + said),
          "Run `" + login + "` on this machine as the user who runs the host."};
}

Error unreadable(const std::string& what) {
  return {ErrorCode::kUnavailable, "The Azure CLI's answer " + what + ".",
          "Run `az upgrade`, or try `az account get-access-token` by hand."};
}

}  // namespace

AzureCliCredential::AzureCliCredential(AzureCliSettings settings, std::string_view resource,
                                       const Clock& clock, Variables variables,
                                       std::chrono::milliseconds patience)
    : settings_(std::move(settings)),
      resource_(resource),
      clock_(clock),
      variables_(std::move(variables)),
      patience_(patience) {}

Result<AccessToken> AzureCliCredential::token(Deadline deadline, const CancelToken& cancel) {
  const std::string search_path = variables_("PATH");
  const auto program = find_program("az", search_path);
  if (!program) {
    return Error{ErrorCode::kUnavailable, "The Azure CLI (az) is not in PATH.",
                 "Install the Azure CLI and run `az login`, or configure another credential."};
  }
  std::vector<std::string> arguments = {*program, "account",    "get-access-token", "--output",
                                        "json",   "--resource", resource_};
  if (!settings_.tenant.empty()) {
    arguments.emplace_back("--tenant");
    arguments.push_back(settings_.tenant);
  }
  const auto output =
      run_process(arguments, search_path, {}, deadline.earlier(Deadline::after(patience_)), cancel);
  if (output) return output->exit_code == 0 ? parse(*output) : failure(*output, settings_);
  if (output.error().code != ErrorCode::kTimeout) return output.error();
  // The caller's lack of time says nothing of the CLI; running out of patience does.
  if (deadline.passed())
    return Error{ErrorCode::kTimeout, "No time was left for the Azure CLI.", {}};
  return Error{ErrorCode::kUnavailable, "The Azure CLI did not answer in time.",
               "Try `az account get-access-token` by hand."};
}

Result<AccessToken> AzureCliCredential::parse(const ProcessOutput& output) const {
  const auto answer = json_from(output.standard_output);
  if (!answer.is_object()) return unreadable("is not JSON");
  const auto* const secret = text_member(answer, "accessToken");
  if (secret == nullptr) return unreadable("holds no accessToken");
  if (!is_header_safe(*secret)) return unreadable("holds an accessToken of the wrong form");
  const auto expires_at = expiry_of(answer, clock_.now());
  if (!expires_at) return unreadable("does not say when the token expires");
  return AccessToken{"Bearer " + *secret, *expires_at};
}

}  // namespace adomcp::outbound_identity
