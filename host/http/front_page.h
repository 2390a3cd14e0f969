#pragma once

#include <string>
#include <string_view>

#include "core/http_message.h"
#include "core/settings.h"
#include "http/request_head.h"

namespace adomcp::http {

/// Whether whoever asks would rather read HTML than text or JSON: `Accept` names text/html, and
/// nothing that it likes better than that.
bool prefers_html(const RequestHead& head);

/// Text for HTML, in an element or in an attribute's double quotes.
std::string html_text(std::string_view text);

/// A page of the host's own: one document without a script, which asks for nothing from elsewhere.
/// `body`: HTML.
HttpResponse html_answer(std::string_view title, std::string_view body);

/// `/` for people: what this is, how to connect, and a ready mcp.json. Public, so it tells nothing
/// of what is served.
HttpResponse front_page(const ServerSettings& server, bool signs_in, std::string_view version);

}  // namespace adomcp::http
