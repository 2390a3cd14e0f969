#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/span.h"

// Pure: spans as OTLP's JSON (opentelemetry.proto.collector.trace.v1), and what its answer says.

namespace adomcp::telemetry {

/// Who reports, as resource attributes.
struct Reporter {
  std::string service_name;
  std::string service_version;
  std::string instance_id;
};

/// An ExportTraceServiceRequest. Ids are hex text, 64-bit numbers decimal text, enumerations
/// numbers, as the protocol's JSON encoding has it.
std::string export_request(const Reporter& reporter, const std::vector<SpanData>& spans);

/// How many spans an ExportTraceServiceResponse says were refused; 0 for what can't be read.
std::uint64_t rejected_spans(std::string_view response);

}  // namespace adomcp::telemetry
