#pragma once

#include <string>
#include <utility>

namespace adomcp {

/// Text that must never be shown: it has no stream operator and no formatter, and whoever needs it
/// says so. Goes into an Authorization header or a token request, and nowhere else.
class Secret {
 public:
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  const std::string& reveal() const { return text_; }

 private:
  const std::string text_;
};

}  // namespace adomcp
