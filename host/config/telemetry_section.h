#pragma once

#include <optional>

#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads `telemetry`; nullopt where no traces are sent: without the block, and with an empty
/// endpoint (a variable that nobody set).
std::optional<TraceSettings> read_telemetry(const Field& field, Problems& problems);

}  // namespace adomcp::config
