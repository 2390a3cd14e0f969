// adomcp/changes.hpp - tells clients that listen that something of this plugin has changed. From
// any thread, between start and stop; on a host without listeners nothing happens.
#pragma once

#include <adomcp/changes.h>
#include <adomcp/call.hpp>

#include <cstdint>
#include <string_view>

namespace adomcp {

namespace detail {

inline void tell_change(std::int32_t what, std::string_view uri = {}) {
  const auto* const changes = service<adomcp_changes>(ADOMCP_CHANGES);
  if (changes != nullptr) changes->changed(what, str(uri));
}

}  // namespace detail

inline void tools_changed() {
  detail::tell_change(ADOMCP_CHANGED_TOOLS);
}
inline void prompts_changed() {
  detail::tell_change(ADOMCP_CHANGED_PROMPTS);
}
inline void resources_changed() {
  detail::tell_change(ADOMCP_CHANGED_RESOURCES);
}
/// What the resource with this URI holds.
inline void resource_changed(std::string_view uri) {
  detail::tell_change(ADOMCP_CHANGED_RESOURCE, uri);
}

}  // namespace adomcp
