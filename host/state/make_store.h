#pragma once

#include <memory>

#include "core/settings.h"
#include "net/http_client.h"
#include "state/store.h"

namespace adomcp::state {

/// The store that the settings ask for. `clock` must outlive it.
std::unique_ptr<Store> make_store(const StateSettings& settings, const Clock& clock,
                                  const net::HttpClient& http);

/// The one for the sealing key alone, null when it lies with the rest. It is apart so that what may
/// write tasks and used confirmations needn't be let near the key. `clock` must outlive it.
std::unique_ptr<Store> make_key_store(const StateSettings& settings, const Clock& clock,
                                      const net::HttpClient& http);

}  // namespace adomcp::state
