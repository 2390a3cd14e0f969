#pragma once

#include <memory>
#include <utility>

#include "core/principal.h"
#include "core/secret.h"
#include "outbound_identity/credential.h"

namespace adomcp::outbound_identity {

/// Decides as whom Azure DevOps is asked when somebody asks this host. Thread-safe.
class IdentitySource {
 public:
  virtual ~IdentitySource() = default;

  /// Never null: whoever may not be served gets a credential that says why it has no token.
  virtual std::shared_ptr<Credential> of(const Principal& principal,
                                         const std::shared_ptr<const Secret>& user_token) = 0;

  /// Whether each caller has a credential of their own.
  virtual bool per_person() const = 0;
};

/// The host's own identity, whoever asks.
class HostIdentity final : public IdentitySource {
 public:
  explicit HostIdentity(std::shared_ptr<Credential> credential)
      : credential_(std::move(credential)) {}

  std::shared_ptr<Credential> of(const Principal&, const std::shared_ptr<const Secret>&) override {
    return credential_;
  }
  bool per_person() const override { return false; }

 private:
  std::shared_ptr<Credential> credential_;
};

}  // namespace adomcp::outbound_identity
