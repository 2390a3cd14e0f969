#include "plugin_host/call/arena.h"

#include <utility>

namespace adomcp::plugin_host {

const azure_devops::Response* Arena::keep(azure_devops::Response response) {
  const std::size_t bytes = sizeof(response) + response.body.capacity() +
                            response.content_type.size() + response.continuation_token.size();
  if (!take(bytes)) return nullptr;
  return &responses_.emplace_back(std::move(response));
}

const std::string* Arena::keep(std::string text) {
  if (!take(sizeof(std::string) + text.size())) return nullptr;
  return &texts_.emplace_back(std::move(text));
}

bool Arena::take(std::size_t bytes) {
  if (bytes > left_) return false;
  left_ -= bytes;
  return true;
}

}  // namespace adomcp::plugin_host
