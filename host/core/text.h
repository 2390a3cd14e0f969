#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace adomcp {

/// ASCII only, independent of the locale.
std::string to_lower(std::string_view text);
bool iequals(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);

/// True for well-formed UTF-8 without surrogates or overlong forms.
bool is_utf8(std::string_view text);

/// At most `max_bytes`, cut at a character's start.
std::string_view truncate_utf8(std::string_view text, std::size_t max_bytes);

/// Untrusted text for a message: at most `max_bytes`, cut at a character, control characters
/// replaced.
std::string excerpt(std::string_view text, std::size_t max_bytes = 80);

/// At most `max_bytes` of `text` on one line: control characters and broken UTF-8 as \xNN, so
/// that strangers can't forge lines or steer a terminal.
std::string escape_for_log(std::string_view text, std::size_t max_bytes);

bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts);

/// Whether a name in HTTP may hold it (RFC 9110's tchar); false for an end of input too.
bool is_token_character(int c);

/// Lower-case hex digits, two for each byte.
std::string hex_text(std::string_view bytes);

/// What a hex digit stands for; -1 for anything else, an end of input too.
int hex_value(int c);

/// `*` any run, `?` one character, ASCII letters without regard to case. Linear in practice, no
/// recursion.
bool glob_match(std::string_view pattern, std::string_view text);

/// The same with regard to case, for names such as git references where case tells things apart.
bool glob_match_case(std::string_view pattern, std::string_view text);

/// 32 lower-case hex digits from the operating system's random source.
std::string random_id();

}  // namespace adomcp
