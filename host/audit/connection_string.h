#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace adomcp::audit {

/// Where records go in Azure Monitor.
struct Ingestion {
  std::string instrumentation_key;
  std::string endpoint;  ///< without a slash at the end
};

/// Reads "InstrumentationKey=…;IngestionEndpoint=…". Errors never repeat a value.
Result<Ingestion> parse_connection_string(std::string_view text);

}  // namespace adomcp::audit
