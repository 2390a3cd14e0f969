#pragma once

#include <adomcp/plugin.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gather.h"
#include "merging.h"

namespace re2 {
class RE2;
}

namespace adomcp::failure_logs {

/// What a team knows of a failure that comes again, from `known_failures` of the plugin's settings.
struct KnownFailure {
  std::unique_ptr<re2::RE2> pattern;
  std::string note, link;  ///< cleaned; the link may be empty
  bool retry_helps = false;
  std::vector<std::string> pipelines;  ///< names with `*`, or ids; empty: all
};

/// All of them, in their order. Never changed once read, so that any thread may use it.
class KnownFailures {
 public:
  KnownFailures();
  ~KnownFailures();
  KnownFailures(KnownFailures&&) noexcept;
  KnownFailures& operator=(KnownFailures&&) noexcept;

  /// Of the plugin's settings. Throws std::runtime_error, which says what is wrong with which entry
  /// and what to change.
  static KnownFailures read(const Json& settings);

  /// Which of them are about the run's root causes, by their messages and by the lines kept of
  /// their logs.
  std::vector<KnownMatch> matches_in(const Gathered& in) const;

  const KnownFailure& at(std::size_t index) const { return all_[index]; }
  std::size_t size() const { return all_.size(); }

 private:
  std::vector<KnownFailure> all_;
};

/// Whether `text` is what `pattern` says, in any case: `*` stands for any text.
bool is_like(std::string_view text, std::string_view pattern);

/// Puts `known_failures` into the answer, within `max_bytes`: each once, with the first of the
/// failures told so far that it is about. `groups` are the failures' root causes.
void put_known_failures(Json& answer, const std::vector<KnownMatch>& known,
                        const std::vector<Group>& groups, std::size_t max_bytes);

}  // namespace adomcp::failure_logs
