#include "http/challenge.h"

#include <algorithm>
#include <string_view>

#include "core/retry_after.h"
#include "core/text.h"
#include "http/answers.h"

namespace adomcp::http {
namespace {

constexpr std::chrono::seconds kDefaultWait{5};
constexpr std::size_t kLongestValue = 1000;

/// RFC 6750 allows printable ASCII without quotation marks and backslashes: nothing ends the
/// string early, and nothing needs to be escaped.
std::string quotable(std::string_view text) {
  std::string out(truncate_utf8(text, kLongestValue));
  std::replace(out.begin(), out.end(), '"', '\'');
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < 0x20 || c > 0x7E || c == '\\'; }, '?');
  return out;
}

class Parameters {
 public:
  void add(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    text_.append(text_.empty() ? " " : ", ").append(name).append("=\"");
    text_.append(quotable(value)).append("\"");
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string bearer(const SignInRefusal& refusal, const std::string& metadata_url,
                   const std::string& scope) {
  Parameters parameters;
  parameters.add("resource_metadata", metadata_url);
  parameters.add("scope", scope);
  parameters.add("error", refusal.error);
  if (!refusal.error.empty()) parameters.add("error_description", refusal.message);
  return "Bearer" + parameters.text();
}

}  // namespace

HttpResponse challenge(const SignInRefusal& refusal, const std::string& metadata_url,
                       const std::string& scope) {
  HttpResponse answer = refuse(refusal.status, refusal.message);
  // Signing in again is no remedy for a 403 that isn't about scopes, so it isn't asked for.
  const bool by_signing_in =
      refusal.status == 401 || (refusal.status == 403 && refusal.error == "insufficient_scope");
  if (by_signing_in) {
    answer.headers.emplace_back("WWW-Authenticate", bearer(refusal, metadata_url, scope));
  }
  if (refusal.status == 503) {
    const auto wait = refusal.retry_after.count() > 0 ? refusal.retry_after : kDefaultWait;
    answer.headers.push_back(retry_after_header(wait));
  }
  return answer;
}

}  // namespace adomcp::http
