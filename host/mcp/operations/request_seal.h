#pragma once

#include <map>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "core/client_link.h"
#include "core/clock.h"
#include "core/deadline.h"
#include "core/principal.h"
#include "core/result.h"
#include "state/key_ring.h"

namespace adomcp::mcp {

/// What a request's rounds have in common. A state holds for nobody else, and for nothing else.
struct RequestBinding {
  std::string object_id;
  std::string tenant_id;
  std::string method;
  std::string name;              ///< of the tool or prompt; the resource's URI
  std::string arguments_sha256;  ///< of the arguments as they came
};

/// `arguments_json` as it came, before the host has filled in anything.
RequestBinding bind_request(const Principal& principal, std::string method, std::string name,
                            const std::string& arguments_json);

/// What one round leaves to the next, by way of the client: MCP's `requestState`.
struct RequestState {
  static constexpr unsigned kMostRounds = 16;
  static constexpr std::size_t kMostBytes = std::size_t{64} << 10;

  /// What was asked, and what an answer to it has to fit.
  struct Asked {
    Input what = Input::kElicitation;
    nlohmann::json schema;  ///< null: none
    bool operator==(const Asked&) const = default;
  };
  struct Answered {
    Asked asked;
    nlohmann::json answer;
  };

  unsigned round = 0;  ///< how many rounds there were; 0: this is the first one
  std::map<std::string, Asked> asked;
  std::map<std::string, Answered> answers;  ///< of all rounds before
  std::string kept;                         ///< by the plugin
  std::string confirmation;                 ///< of a write that a person is asked about; or empty

  std::string to_text() const;
  /// Of what to_text() wrote; nullopt when an older program did, in its own way.
  static std::optional<RequestState> from_text(const std::string& text);
};

/// Seals what one round leaves to the next, since clients keep it, with the keys that all replicas
/// agree on, so that any of them can go on. Thread-safe.
class RequestSeal {
 public:
  static constexpr std::chrono::minutes kLifetime{10};

  /// Both must outlive it.
  RequestSeal(state::KeyRing& keys, const Clock& clock) : keys_(keys), clock_(clock) {}

  /// Text that neither its client nor anybody else can read or change, good for kLifetime.
  /// kInvalid: it is larger than RequestState::kMostBytes. kUnavailable: there are no keys now.
  Result<std::string> seal(const std::string& text, const RequestBinding& binding,
                           Deadline deadline);

  /// kInvalid: not sealed here, changed, expired or bound to something else. kUnavailable: nobody
  /// can tell now, so it doesn't count.
  Result<std::string> open(const std::string& sealed, const RequestBinding& binding,
                           Deadline deadline);

 private:
  state::KeyRing& keys_;
  const Clock& clock_;
};

}  // namespace adomcp::mcp
