#include "core/client_link.h"

#include <algorithm>

namespace adomcp {

bool is_question_key(std::string_view key) {
  return !key.empty() && key.size() <= kMostQuestionKey &&
         std::all_of(key.begin(), key.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

}  // namespace adomcp
