#include "mcp/catalog/may_read.h"

namespace adomcp::mcp {

bool may_read(const Snapshot& snapshot, const Principal& principal,
              const policy::Restriction& restriction, const std::string& uri) {
  const auto found = snapshot.plugins->resources().find(uri);
  if (found.entry == nullptr) return false;
  return policy::decide_operation(principal, found.entry->operation(uri), restriction,
                                  *snapshot.policy)
      .allowed;
}

}  // namespace adomcp::mcp
