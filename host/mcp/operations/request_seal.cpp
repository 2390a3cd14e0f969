#include "mcp/operations/request_seal.h"

#include <utility>

#include "core/json.h"
#include "core/sha256.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;

json to_json(const RequestState::Asked& asked) {
  return {{"what", static_cast<int>(asked.what)}, {"schema", asked.schema}};
}

RequestState::Asked asked_from(const json& value) {
  return {static_cast<Input>(value.at("what").get<int>()), value.at("schema")};
}

}  // namespace

RequestBinding bind_request(const Principal& principal, std::string method, std::string name,
                            const std::string& arguments_json) {
  return {principal.object_id, principal.tenant_id, std::move(method), std::move(name),
          sha256_hex(arguments_json)};
}

std::string RequestState::to_text() const {
  json out = {{"format", kFormat},         {"round", round}, {"asked", json::object()},
              {"answers", json::object()}, {"kept", kept},   {"confirmation", confirmation}};
  for (const auto& [key, one] : asked) out["asked"][key] = to_json(one);
  for (const auto& [key, one] : answers) {
    out["answers"][key] = {{"asked", to_json(one.asked)}, {"answer", one.answer}};
  }
  return json_text(out);
}

std::optional<RequestState> RequestState::from_text(const std::string& text) {
  const auto in = json_from(text);
  if (!in.is_object() || in.value("format", 0) != kFormat) return std::nullopt;
  try {
    RequestState out;
    out.round = in.at("round").get<unsigned>();
    out.kept = in.at("kept").get<std::string>();
    out.confirmation = in.at("confirmation").get<std::string>();
    for (const auto& [key, one] : in.at("asked").items()) out.asked[key] = asked_from(one);
    for (const auto& [key, one] : in.at("answers").items()) {
      out.answers[key] = {asked_from(one.at("asked")), one.at("answer")};
    }
    return out;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

namespace {

constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(10);

/// The binding is authenticated with the text, so that it needn't be kept in it. A JSON list, so
/// that no part can reach into the next.
std::string purpose_of(const RequestBinding& binding) {
  const nlohmann::json parts = {"request-state/1", binding.object_id, binding.tenant_id,
                                binding.method,    binding.name,      binding.arguments_sha256};
  return ascii_json_text(parts);
}

state::Patience until(Deadline deadline) {
  return {deadline.earlier(Deadline::after(kPatience)), {}};
}

}  // namespace

Result<std::string> RequestSeal::seal(const std::string& text, const RequestBinding& binding,
                                      Deadline deadline) {
  if (text.size() > RequestState::kMostBytes) {
    return Error{ErrorCode::kInvalid, "What the call has to remember is larger than 64 KiB.", {}};
  }
  const auto sealer = keys_.sealer(until(deadline));
  if (!sealer) return sealer.error();
  return (*sealer)->seal(text, purpose_of(binding), clock_.now() + kLifetime);
}

Result<std::string> RequestSeal::open(const std::string& sealed, const RequestBinding& binding,
                                      Deadline deadline) {
  const auto sealer = keys_.sealer(until(deadline));
  if (!sealer) return sealer.error();
  return (*sealer)->open(sealed, purpose_of(binding), clock_.now());
}

}  // namespace adomcp::mcp
