#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "shared/record_tree.h"

namespace adomcp::runs {

/// Strangers' texts as sdk::safe_text makes them. An answer is tried at several sizes, so each text
/// is cleaned once, and only as much of it as is told.
class Names {
 public:
  std::string clean(std::string_view text, std::size_t max_bytes);

  /// Of a check: shared::label_of_check.
  std::string label(const shared::Record& check, std::size_t max_bytes);

 private:
  std::map<std::size_t, std::unordered_map<std::string, std::string>> known_;  ///< by their bound
  std::unordered_map<const shared::Record*, std::string> labels_;
};

}  // namespace adomcp::runs
