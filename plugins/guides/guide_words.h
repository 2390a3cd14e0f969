#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Pure: the messages of the prompts. What a person typed stands in them in quotation marks that it
// can't close, or is a number.

namespace adomcp::guides {

/// Whether `text` stands in a sentence as it is: on one line, of at most 256 characters, without
/// quotation marks, secrets and what can't be seen. Empty text does.
bool is_name(std::string_view text);

/// A run as a person names it. Throws ToolError unless one of the two says it: an id, or a link.
/// The host has checked whether the link may be followed.
struct RunName {
  std::int64_t id = 0;
  std::string url;  ///< rebuilt from the link's parts; empty where there was none
};
RunName run_name(std::string_view id, std::string_view link);

/// How to find out why a run failed. Throws ToolError where `project` is no name.
std::string triage_words(const RunName& run, std::string_view project);

struct Release {
  std::string pipeline, environment, branch;  ///< empty: not said
  std::string project;
};

/// How to find out whether something can be released, or how its release stands. Throws ToolError
/// where it isn't said what, or the branch isn't clear.
std::string release_words(const Release& release);

}  // namespace adomcp::guides
