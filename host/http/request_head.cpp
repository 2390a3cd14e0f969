#include "http/request_head.h"

#include <Poco/Exception.h>
#include <Poco/MemoryStream.h>
#include <Poco/Net/HTTPRequest.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/text.h"
#include "http/answers.h"
#include "http/paths.h"

namespace adomcp::http {
namespace {

using Poco::Net::HTTPRequest;

// Poco decodes RFC 2047 words ("=?…?=") in header values, which HTTP doesn't have and which would
// damage MCP's own "=?base64?…?=". The mark hides them; as a control character no head holds it.
constexpr char kMark = '\x01';

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool has_control_characters(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (c == '\n' || c == '\t') continue;
    if (c < 0x20 || c == 0x7F) return true;
  }
  return false;
}

struct Lines {
  std::size_t count = 0;  ///< without the closing empty one
  std::size_t longest = 0;
};

Lines measure_lines(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t length = std::min(end, text.size());
    lines.longest = std::max(lines.longest, length);
    const auto line = text.substr(0, length);
    if (!line.empty() && line != "\r") ++lines.count;
    text.remove_prefix(std::min(text.size(), length + 1));
  }
  return lines;
}

/// "METHOD target version" with one blank between them: Poco takes any white space, and reads what
/// others would refuse.
bool is_plain_request_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return std::count(line.begin(), line.end(), ' ') == 2 && !line.starts_with(' ') &&
         !line.ends_with(' ') && line.find("  ") == line.npos && line.find('\t') == line.npos;
}

std::string hide_words(std::string_view text) {
  std::string hidden(text);
  for (std::size_t at = hidden.find("=?"); at != std::string::npos; at = hidden.find("=?", at)) {
    hidden[at + 1] = kMark;
  }
  return hidden;
}

std::string show_words(std::string text) {
  std::replace(text.begin(), text.end(), kMark, '?');
  return text;
}

std::size_t count(const RequestHead& head, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(head.fields.begin(), head.fields.end(),
                    [&](const auto& field) { return iequals(field.first, name); }));
}

bool has_element(const RequestHead& head, std::string_view name, std::string_view element) {
  std::vector<std::string> elements;
  HTTPRequest::splitElements(head.header(name).value_or(""), elements);
  return std::any_of(elements.begin(), elements.end(),
                     [&](const std::string& found) { return iequals(found, element); });
}

/// Copies what Poco parsed. Each line must have become one field: Poco joins folded lines and skips
/// those without a colon, other programs don't.
std::optional<HttpResponse> take_fields(const HTTPRequest& request, std::size_t lines,
                                        RequestHead& head) {
  head.fields.reserve(request.size());
  for (const auto& [name, value] : request) {
    if (!is_token(name)) return refuse(400, "a header name has characters that are not allowed");
    head.fields.emplace_back(name, show_words(value));
  }
  if (head.fields.size() + 1 != lines) {
    return refuse(400, "every header line must be one \"name: value\"; folded lines are refused");
  }
  for (const char* name : {"Host", "Origin", "Authorization", "Content-Type"}) {
    if (count(head, name) > 1) {
      return refuse(400, std::string("the header ") + name + " is there more than once");
    }
  }
  return std::nullopt;
}

std::optional<HttpResponse> take_request_line(const HTTPRequest& request, RequestHead& head) {
  head.method = request.getMethod();
  if (!is_token(head.method)) return refuse(400, "the request line is malformed");
  const std::string& version = request.getVersion();
  if (version != HTTPRequest::HTTP_1_1 && version != HTTPRequest::HTTP_1_0) {
    if (version.rfind("HTTP/", 0) == 0) return refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken");
    return refuse(400, "the request line is malformed");
  }
  head.http_1_0 = version == HTTPRequest::HTTP_1_0;
  const std::string uri = show_words(request.getURI());
  if (uri.empty() || uri.front() != '/') {
    return refuse(400, "the request target must be a path such as /mcp");
  }
  const std::size_t question = uri.find('?');
  head.path = served_path(std::string_view(uri).substr(0, question));
  if (question != std::string::npos) head.query = uri.substr(question + 1);
  return std::nullopt;
}

std::optional<HttpResponse> take_length(RequestHead& head) {
  const std::string value = head.header("Content-Length").value_or("");
  const char* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, head.length);
  if (stop != end || error == std::errc::invalid_argument) {
    return refuse(400, "Content-Length must be one decimal number");
  }
  if (error == std::errc::result_out_of_range) {
    head.length = std::numeric_limits<std::uint64_t>::max();
  }
  head.framing = head.length > 0 ? RequestHead::Framing::kLength : RequestHead::Framing::kNoBody;
  return std::nullopt;
}

std::optional<HttpResponse> take_framing(RequestHead& head) {
  const std::size_t encodings = count(head, "Transfer-Encoding");
  const std::size_t lengths = count(head, "Content-Length");
  if (encodings > 0 && lengths > 0) {
    return refuse(400, "Content-Length and Transfer-Encoding must not come together");
  }
  if (lengths > 1) return refuse(400, "Content-Length must be one decimal number");
  if (lengths == 1) return take_length(head);
  if (encodings == 0) return std::nullopt;
  if (head.http_1_0) return refuse(400, "HTTP/1.0 has no Transfer-Encoding");
  if (!iequals(*head.header("Transfer-Encoding"), "chunked")) {
    return refuse(501, "the only Transfer-Encoding that is understood is chunked");
  }
  head.framing = RequestHead::Framing::kChunked;
  return std::nullopt;
}

std::optional<HttpResponse> take_connection(RequestHead& head) {
  const bool close = has_element(head, "Connection", "close");
  const bool keep = !head.http_1_0 || has_element(head, "Connection", "keep-alive");
  // Trailers are dropped here; what a proxy before us makes of them is not known.
  head.keep_alive = keep && !close && count(head, "Trailer") == 0;
  const auto expect = head.header("Expect");
  if (!expect || head.http_1_0) return std::nullopt;
  if (!iequals(*expect, "100-continue")) return refuse(417, "Expect may only be 100-continue");
  head.expects_continue = true;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> RequestHead::header(std::string_view name) const {
  std::optional<std::string> found;
  for (const auto& [field, value] : fields) {
    if (!iequals(field, name)) continue;
    if (found) {
      found->append(", ").append(trim(value));
    } else {
      found = std::string(trim(value));
    }
  }
  return found;
}

std::optional<HttpResponse> parse_head(std::string_view text, RequestHead& head) {
  if (has_control_characters(text)) return refuse(400, "a control character in the header section");
  const Lines lines = measure_lines(text);
  if (lines.longest > kMaxHeadLine) return refuse(431, "a header line is over 32768 bytes");
  if (lines.count > kMaxHeadFields + 1) return refuse(431, "there are more than 100 header fields");

  if (!is_plain_request_line(text.substr(0, text.find('\n')))) {
    return refuse(400, "the request line is malformed");
  }
  const std::string hidden = hide_words(text);
  Poco::MemoryInputStream in(hidden.data(), static_cast<std::streamsize>(hidden.size()));
  HTTPRequest request;
  request.setFieldLimit(0);
  try {
    request.read(in);
  } catch (const Poco::Exception&) {
    return refuse(400, "the header section is malformed");
  }
  if (auto refusal = take_request_line(request, head)) return refusal;
  if (auto refusal = take_fields(request, lines.count, head)) return refusal;
  if (auto refusal = take_framing(head)) return refusal;
  return take_connection(head);
}

}  // namespace adomcp::http
