#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/http_message.h"

namespace adomcp::http {

/// What a request says before its body.
struct RequestHead {
  enum class Framing { kNoBody, kLength, kChunked };

  std::string method;
  std::string path;   ///< as sent, without the query
  std::string query;  ///< as sent, without the question mark
  std::vector<std::pair<std::string, std::string>> fields;
  bool http_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;
  Framing framing = Framing::kNoBody;
  std::uint64_t length = 0;  ///< with kLength; a number too big to hold is the biggest one

  /// A field's value by case-insensitive name, trimmed; repeated fields joined with ", ".
  std::optional<std::string> header(std::string_view name) const;
};

/// Longest line and most fields that parse_head accepts.
constexpr std::size_t kMaxHeadLine = 32768;  // the claims of somebody in 200 groups fit
constexpr std::size_t kMaxHeadFields = 100;

/// Parses `text`, a head with its closing empty line, using Poco's parser. Whatever two HTTP
/// programs could read differently is refused here, so that a body is never taken for a request.
/// Returns the refusal (400, 417, 431, 501 or 505), or nullopt when `head` is filled.
std::optional<HttpResponse> parse_head(std::string_view text, RequestHead& head);

}  // namespace adomcp::http
