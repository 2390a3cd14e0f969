#include "app/local_client.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "core/text.h"

namespace adomcp::app {
namespace {

std::string in_words(const SignInRefusal& refusal) {
  const std::string name(kTokenVariable);
  if (refusal.error.empty()) {
    return "Nobody is signed in: put an access token into the environment variable " + name +
           " of this process.";
  }
  return refusal.message + " The token is that of the environment variable " + name +
         "; start this again with another one.";
}

}  // namespace

std::string take_variable(const char* name) {
  char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no other thread yet
  if (value == nullptr) return {};
  std::string taken(value);
  std::fill_n(value, taken.size(), '\0');  // what /proc shows of this process, too
  ::unsetenv(name);                        // NOLINT(concurrency-mt-unsafe)
  return taken;
}

LocalClient::LocalClient(const inbound_auth::Authenticator& authenticator, const std::string& token,
                         OnRefused on_refused)
    : authenticator_(authenticator),
      header_(token.empty() ? std::string() : "Bearer " + token),
      on_refused_(std::move(on_refused)) {}

std::variant<Caller, SignInRefusal> LocalClient::check() const {
  auto found =
      authenticator_.authenticate([this](std::string_view name) -> std::optional<std::string> {
        if (!iequals(name, "Authorization") || header_.reveal().empty()) return std::nullopt;
        return header_.reveal();
      });
  auto* refusal = std::get_if<SignInRefusal>(&found);
  if (refusal == nullptr) return found;
  on_refused_(*refusal);
  constexpr int kForNow = 503;
  if (refusal->status != kForNow) refusal->message = in_words(*refusal);
  return found;
}

}  // namespace adomcp::app
