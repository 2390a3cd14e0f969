#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/deadline.h"
#include "core/event_stream.h"
#include "core/principal.h"
#include "core/secret.h"

namespace adomcp {

enum class HttpMethod { kPost, kGet, kDelete };

/// One HTTP request as the rooms behind `http` see it: bounded, with its caller known.
struct HttpRequest {
  /// Value of a header by case-insensitive name, trimmed; nullopt when absent.
  std::function<std::optional<std::string>(std::string_view name)> header;
  /// True once the client has closed its connection. Cheap enough to ask every 50 ms.
  std::function<bool()> client_gone = [] { return false; };
  /// The stream that answers this request, made on the first call. Null where the client takes no
  /// events. Once something was sent there, the HttpResponse's body becomes its last event.
  std::function<std::shared_ptr<EventStream>()> stream = [] { return nullptr; };
  HttpMethod method = HttpMethod::kPost;
  bool has_headers = true;  ///< false on standard input and output, where nothing mirrors the body
  std::string body;
  Principal principal;
  std::shared_ptr<const Secret> user_token;  ///< the caller's own token; null unless a person's
  /// When the caller's token is over: a stream that outlives its request ends then. The request
  /// itself goes on to its deadline.
  Clock::TimePoint signed_in_until = Clock::TimePoint::max();
  std::string client_ip;
  Deadline deadline;
};

/// What goes back. An empty body is sent without a content type.
struct HttpResponse {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  /// The request's stream is the whole answer, and stays open until someone closes it.
  bool streaming = false;
  std::string event_id = {};  ///< of the body, where it becomes the last event of a stream
};

}  // namespace adomcp
