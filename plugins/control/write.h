#pragma once

#include <adomcp/plugin.hpp>
#include <string>

namespace adomcp::control {

constexpr std::uint64_t kAnswerBytes = 4U << 20U;
constexpr std::uint32_t kLookMs = 10000;  ///< of a request that only looks at what came of a write

/// Sends one PATCH. The host decides on it again, asks a person, and sends it at most once. Throws
/// what the host says where it was refused, failed, or has an unknown outcome.
AdoResponse patch(Call& call, std::string path, const Json& body);

/// What was written may have happened all the same: `what` says how the answer is, and `look` where
/// to look before anybody tries again.
[[noreturn]] void unknown_outcome(const std::string& what, const std::string& look);

}  // namespace adomcp::control
