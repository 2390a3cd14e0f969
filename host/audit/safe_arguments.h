#pragma once

#include <cstddef>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace adomcp::audit {

/// A tool's arguments as the audit may show them: every key (64 an object, 4 levels) that doesn't
/// look like a secret itself, the values
/// of plain scalar ones, long strings cut to 256 bytes. "[hidden]" stands for a value whose key or
/// look says secret. Text that isn't a JSON object gives an empty object.
nlohmann::ordered_json safe_arguments(const std::string& arguments_json);

/// One value by its name, as above, cut to `max_bytes` with "[cut]" behind it.
std::string safe_value(const std::string& name, const std::string& value, std::size_t max_bytes);

/// A name or URI that somebody asked for, or "[hidden]" when it holds what looks like a secret.
std::string safe_name(const std::string& name);

/// The same for a name that nobody here knows: also when it is only like one.
std::string safe_unknown_name(const std::string& name);

/// Whether what stands under this key is better not repeated, whatever it is.
bool hides(const std::string& key);

}  // namespace adomcp::audit
