#pragma once

#include <string_view>

// What the `event` of a line may be.

namespace adomcp::audit {

inline constexpr std::string_view kStarted = "started";
inline constexpr std::string_view kFinished = "finished";
inline constexpr std::string_view kSignInFailed = "sign_in_failed";
/// Other plugins, tools or rules are served from now on, or were refused.
inline constexpr std::string_view kReloaded = "reloaded";
inline constexpr std::string_view kHeadPublished = "audit_head";

// These are in the file alone.
/// The first line of each file: its number, and the hash that its chain goes on from.
inline constexpr std::string_view kFile = "audit_file";
/// A host begins to write; says what the one before it left torn.
inline constexpr std::string_view kOpened = "audit_opened";
/// A host ended in good order.
inline constexpr std::string_view kClosed = "audit_closed";

}  // namespace adomcp::audit
