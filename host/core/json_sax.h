#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace adomcp {

/// Tells `reader` what the text holds, without building it. False when the text isn't JSON or the
/// reader stopped; what was told until then stays told.
bool read_json(std::string_view text, nlohmann::json_sax<nlohmann::json>& reader);

}  // namespace adomcp
