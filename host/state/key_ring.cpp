#include "state/key_ring.h"

#include <stdexcept>

#include "core/base64.h"

namespace adomcp::state {
namespace {

constexpr char kName[] = "keys/1";

Error unusable() {
  return {ErrorCode::kUnavailable, "The sealing key in the state store can't be used.",
          "Remove " + std::string(kName) + " there, or configure state.keys."};
}

}  // namespace

KeyRing::KeyRing(const std::vector<std::string>& configured, Store& store) : store_(store) {
  std::vector<std::string> keys;
  for (const auto& text : configured) {
    auto key = base64_decode(text);
    if (!key) throw std::invalid_argument("a key of state.keys is not base64");
    keys.push_back(std::move(*key));
  }
  if (!keys.empty()) sealer_ = std::make_shared<const Sealer>(keys);
}

Result<std::shared_ptr<const Sealer>> KeyRing::sealer(const Patience& patience) {
  {
    const std::lock_guard lock(mutex_);
    if (sealer_) return sealer_;
  }
  const auto key = agreed_key(patience);
  if (!key) return key.error();
  if (key->size() != Sealer::kKeyBytes) return unusable();
  const std::lock_guard lock(mutex_);
  if (!sealer_) sealer_ = std::make_shared<const Sealer>(std::vector<std::string>{*key});
  return sealer_;
}

/// Several replicas may try at once: one creates it, and all of them read what is there then.
Result<std::string> KeyRing::agreed_key(const Patience& patience) {
  auto there = store_.read(kName, patience);
  if (there && !*there) {
    const auto made = base64url_encode(random_bytes(Sealer::kKeyBytes));
    const auto created = store_.create(kName, made, Clock::TimePoint::max(), patience);
    if (!created) return created.error();
    there = store_.read(kName, patience);
  }
  if (!there) return there.error();
  auto key = *there ? base64url_decode(**there) : std::nullopt;
  if (!key) return unusable();
  return std::move(*key);
}

}  // namespace adomcp::state
