#include "state/confirmations.h"

#include <openssl/crypto.h>

#include "core/text.h"

namespace adomcp::state {
namespace {

constexpr char kPurpose[] = "confirmation/1";
constexpr std::size_t kIdLength = 32;
constexpr std::size_t kMaxPayload = 1024;

/// What is sealed: an id, the length of the binding, the binding, the payload.
std::string pack(const std::string& id, const std::string& binding, const std::string& payload) {
  return id + std::to_string(binding.size()) + ":" + binding + payload;
}

struct Unpacked {
  std::string id;
  std::string binding;
  std::string payload;
};

/// Only ever sees what pack() wrote, since it was sealed.
Unpacked unpack(const std::string& text) {
  const auto colon = text.find(':', kIdLength);
  const auto size = std::stoul(text.substr(kIdLength, colon - kIdLength));
  return {text.substr(0, kIdLength), text.substr(colon + 1, size), text.substr(colon + 1 + size)};
}

bool same(const std::string& a, const std::string& b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Error denied(const std::string& why) {
  return {ErrorCode::kDenied, "This confirmation does not count: " + why,
          "Leave it out to be told anew what would happen."};
}

}  // namespace

std::optional<std::string> Confirmations::unavailable() const {
  if (!many_replicas_ || store_.shared()) return std::nullopt;
  return "Several replicas may serve here, but state.store is memory, so none of them could tell "
         "whether a confirmation was used before. An operator can configure state.store: {blob: "
         "…}, "
         "or state.replicas: one where there is only one.";
}

Result<std::string> Confirmations::issue(const std::string& binding, const std::string& payload,
                                         const Patience& patience) {
  if (const auto reason = unavailable()) return Error{ErrorCode::kUnavailable, *reason, {}};
  if (binding.size() + payload.size() > kMaxPayload) {
    return Error{ErrorCode::kInternal, "The confirmation is too large.", {}};
  }
  const auto sealer = keys_.sealer(patience);
  if (!sealer) return sealer.error();
  return (*sealer)->seal(pack(random_id(), binding, payload), kPurpose, clock_.now() + kLifetime);
}

Result<std::string> Confirmations::redeem(const std::string& token, const std::string& binding,
                                          const Patience& patience) {
  if (const auto reason = unavailable()) return Error{ErrorCode::kUnavailable, *reason, {}};
  const auto sealer = keys_.sealer(patience);
  if (!sealer) return sealer.error();
  const auto now = clock_.now();
  const auto opened = (*sealer)->open(token, kPurpose, now);
  if (!opened) return denied(opened.error().message);
  auto sealed = unpack(*opened);
  if (!same(sealed.binding, binding)) {
    return denied("It was given to another caller, or for another tool or other arguments.");
  }
  // Kept until well after the token itself has expired.
  const auto first = store_.create("used/" + sealed.id, "", now + 2 * kLifetime, patience);
  if (!first) return first.error();
  if (!*first) return denied("It was used already.");
  return std::move(sealed.payload);
}

}  // namespace adomcp::state
