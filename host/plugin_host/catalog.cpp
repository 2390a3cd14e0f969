#include "plugin_host/catalog.h"

namespace adomcp::plugin_host {

const Tool* Catalog::find(std::string_view name) const {
  const auto found = tools_.find(name);
  return found == tools_.end() ? nullptr : &found->second;
}

}  // namespace adomcp::plugin_host
