#pragma once

#include <string>
#include <string_view>

// Pure: text of strangers for a person who has to see all of it, in whatever way their client shows
// it: as plain text, Markdown or HTML, with or without collapsing blanks.

namespace adomcp::azure_devops {

/// `text` in quotes, as a JSON string of visible ASCII on one line. What could hide, look like
/// something else, end the quotes or mean something to Markdown or HTML is an escape (\n, \u0022),
/// as is each blank but one between two other characters. A backslash in it is always an escape's.
std::string plain_literal(std::string_view text);

/// A pipeline's folder in quotes, "\release\eu": its separators are plain backslashes where nothing
/// could take them for an escape, and all else is as above, with \u escapes alone.
std::string folder_literal(std::string_view folder);

}  // namespace adomcp::azure_devops
