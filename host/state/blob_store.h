#pragma once

#include <memory>
#include <string>

#include "net/http_client.h"
#include "outbound_identity/credential.h"
#include "state/store.h"

namespace adomcp::state {

/// Block blobs of one container in Azure Storage, created with `If-None-Match: *`. What expired is
/// not deleted: a lifecycle rule of the storage account clears what is old.
class BlobStore final : public Store {
 public:
  /// `container_url`: https://account.blob.core.windows.net/container. `clock` must outlive it.
  BlobStore(std::string container_url, std::unique_ptr<outbound_identity::Credential> credential,
            const Clock& clock, net::HttpClient http);

  Result<bool> create(const std::string& name, const std::string& value,
                      Clock::TimePoint expires_at, const Patience& patience) override;
  Status write(const std::string& name, const std::string& value, Clock::TimePoint expires_at,
               const Patience& patience) override;
  Status remove(const std::string& name, const Patience& patience) override;
  Result<std::optional<std::string>> read(const std::string& name,
                                          const Patience& patience) override;
  bool shared() const override { return true; }

 private:
  enum class Created { kYes, kNo, kNoContainer, kUnclear };
  enum class Put { kNew, kAny };

  Result<net::HttpReply> send(net::HttpRequest request, const Patience& patience);
  Result<Created> put(Put what, const std::string& name, const std::string& stored,
                      std::int64_t expires_at, const Patience& patience);
  Status create_container(const Patience& patience);
  Result<std::optional<std::string>> fetch(const std::string& name, const Patience& patience);

  const std::string container_url_;
  const std::unique_ptr<outbound_identity::Credential> credential_;
  const Clock& clock_;
  net::HttpClient client_;
};

}  // namespace adomcp::state
