#include "state/make_store.h"

#include "outbound_identity/make_credential.h"
#include "outbound_identity/resources.h"
#include "state/blob_store.h"
#include "state/memory_store.h"

namespace adomcp::state {

namespace {

std::unique_ptr<Store> blob_store(const std::string& url, const CredentialSettings& credential,
                                  const Clock& clock, const net::HttpClient& http) {
  return std::make_unique<BlobStore>(
      url,
      outbound_identity::make_credential(credential, outbound_identity::kStorageResource, clock,
                                         http),
      clock, http);
}

}  // namespace

std::unique_ptr<Store> make_store(const StateSettings& settings, const Clock& clock,
                                  const net::HttpClient& http) {
  if (settings.blob_url.empty()) return std::make_unique<MemoryStore>(clock);
  return blob_store(settings.blob_url, settings.credential, clock, http);
}

std::unique_ptr<Store> make_key_store(const StateSettings& settings, const Clock& clock,
                                      const net::HttpClient& http) {
  if (settings.key_blob_url.empty()) return nullptr;
  return blob_store(settings.key_blob_url, settings.credential, clock, http);
}

}  // namespace adomcp::state
