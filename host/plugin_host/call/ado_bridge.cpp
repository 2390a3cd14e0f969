#include "plugin_host/call/ado_bridge.h"

#include <optional>
#include <string>

#include "plugin_host/borrowed_text.h"

namespace adomcp::plugin_host {
namespace {

constexpr std::uint32_t kMaxStruct = 4096;
constexpr std::size_t kMaxWord = 256;
constexpr std::size_t kMaxPath = std::size_t{4} * 1024;
constexpr std::size_t kMaxQuery = std::size_t{16} * 1024;
constexpr std::size_t kMaxBody = std::size_t{1024} * 1024;

std::optional<azure_devops::Service> to_service(std::string_view name) {
  if (name.empty() || name == "dev") return azure_devops::Service::kDev;
  if (name == "vsrm") return azure_devops::Service::kVsrm;
  if (name == "vstmr") return azure_devops::Service::kVstmr;
  return std::nullopt;
}

bool fits(adomcp_str text, std::size_t max_bytes) {
  return text.size == 0 || (text.data != nullptr && text.size <= max_bytes);
}

bool is_bounded(const adomcp_ado_request& from) {
  for (const adomcp_str word : {from.method, from.service, from.organization, from.project,
                                from.accept, from.content_type}) {
    if (!fits(word, kMaxWord)) return false;
  }
  return fits(from.path, kMaxPath) && fits(from.query, kMaxQuery) && fits(from.body, kMaxBody);
}

/// The plugin's own callback, kept from throwing into the client.
std::function<bool(std::string_view)> chunk_handler(const adomcp_ado_request& from) {
  return [on_chunk = from.on_chunk, user = from.user](std::string_view piece) {
    try {
      return on_chunk(user, {piece.data(), piece.size()}) == ADOMCP_OK;
    } catch (...) {
      return false;
    }
  };
}

adomcp_str borrow(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

adomcp_status to_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return ADOMCP_INVALID_ARGUMENT;
    case ErrorCode::kDenied:
    case ErrorCode::kUnconfirmed:
      return ADOMCP_DENIED;
    case ErrorCode::kNotFound:
      return ADOMCP_NOT_FOUND;
    case ErrorCode::kTimeout:
      return ADOMCP_DEADLINE;
    case ErrorCode::kCancelled:
      return ADOMCP_CANCELLED;
    case ErrorCode::kThrottled:
      return ADOMCP_THROTTLED;
    case ErrorCode::kUnavailable:
      return ADOMCP_UNAVAILABLE;
    case ErrorCode::kUnknown:
      return ADOMCP_UNKNOWN_OUTCOME;
    case ErrorCode::kInternal:
      return ADOMCP_INTERNAL;
  }
  return ADOMCP_INTERNAL;
}

bool is_whole(const adomcp_ado_request& request) {
  return ADOMCP_HAS(&request, user) && request.struct_size <= kMaxStruct;
}

bool is_whole(const adomcp_ado_response& response) {
  return ADOMCP_HAS(&response, error) && response.struct_size <= kMaxStruct;
}

Result<azure_devops::Request> to_request(const adomcp_ado_request& from) {
  if (!is_bounded(from)) {
    return Error{ErrorCode::kInvalid, "A field of this Azure DevOps request is too long.", ""};
  }
  const auto service = to_service(view_of(from.service));
  if (!service) {
    return Error{ErrorCode::kInvalid, "The request's service must be dev, vsrm or vstmr.", ""};
  }
  azure_devops::Request to;
  to.service = *service;
  to.organization = view_of(from.organization);
  to.project = view_of(from.project);
  if (from.method.size != 0) to.method = view_of(from.method);
  to.path = view_of(from.path);
  to.query = view_of(from.query);
  if (from.accept.size != 0) to.accept = view_of(from.accept);
  to.content_type = view_of(from.content_type);
  to.body = view_of(from.body);
  to.max_bytes = from.max_bytes;
  to.timeout = std::chrono::milliseconds(from.timeout_ms);
  if (from.on_chunk != nullptr) to.on_chunk = chunk_handler(from);
  return to;
}

void lend(const azure_devops::Response& from, adomcp_ado_response& to) {
  to.status = ADOMCP_OK;
  to.http_status = from.status;
  to.truncated = from.truncated ? 1 : 0;
  to.content_type = borrow(from.content_type);
  to.body = borrow(from.body);
  to.continuation_token = borrow(from.continuation_token);
  to.error = {};
}

void lend_error(adomcp_status status, std::string_view text, adomcp_ado_response& to) {
  to.status = status;
  to.http_status = 0;
  to.truncated = 0;
  to.content_type = {};
  to.body = {};
  to.continuation_token = {};
  to.error = borrow(text);
}

adomcp_status lend_error_to_all(adomcp_status status, std::string_view text,
                                adomcp_ado_response* const* responses, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    if (responses[i] == nullptr || !is_whole(*responses[i])) return ADOMCP_INVALID_ARGUMENT;
  }
  for (std::uint32_t i = 0; i < count; ++i) lend_error(status, text, *responses[i]);
  return status;
}

}  // namespace adomcp::plugin_host
