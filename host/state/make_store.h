#pragma once

#include <memory>

#include "core/settings.h"
#include "state/store.h"

namespace adomcp::state {

/// The store that the settings ask for. `clock` must outlive it.
std::unique_ptr<Store> make_store(const StateSettings& settings, const Clock& clock);

}  // namespace adomcp::state
