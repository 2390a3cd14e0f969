#pragma once

#include <cstdint>
#include <string_view>

namespace adomcp::failure_logs {

/// FNV-1a of 64 bits; `hash`: to go on from.
constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = 0xCBF29CE484222325) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

}  // namespace adomcp::failure_logs
