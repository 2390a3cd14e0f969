#include "state/make_store.h"

#include "outbound_identity/make_credential.h"
#include "outbound_identity/resources.h"
#include "state/blob_store.h"
#include "state/memory_store.h"

namespace adomcp::state {

std::unique_ptr<Store> make_store(const StateSettings& settings, const Clock& clock) {
  if (settings.blob_url.empty()) return std::make_unique<MemoryStore>(clock);
  return std::make_unique<BlobStore>(
      settings.blob_url,
      outbound_identity::make_credential(settings.credential, outbound_identity::kStorageResource,
                                         clock),
      clock);
}

}  // namespace adomcp::state
