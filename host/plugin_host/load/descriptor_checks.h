#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// What every descriptor of a plugin's is checked for, whatever it describes.

namespace adomcp::plugin_host {

/// No struct of this ABI is larger, whatever it grows to.
constexpr std::uint32_t kMaxStruct = 4096;
constexpr std::size_t kMaxName = 64;

/// 1 to 64 letters, digits, '_', '.' or '-'.
bool is_plain_name(std::string_view name);

/// Why a descriptor can't have this title or description; empty when it can.
std::string wrong_words(std::string_view title, std::string_view description);

}  // namespace adomcp::plugin_host
