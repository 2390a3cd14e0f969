#include "round.h"

#include <adomcp/redact.hpp>
#include <utility>

#include "gone.h"

namespace adomcp::shared {

void Round::add(AdoRequest request, Handler handler) {
  requests_.push_back(std::move(request));
  handlers_.push_back(std::move(handler));
}

void Round::send(Call& call) {
  if (requests_.empty()) return;
  call.check();
  std::vector<AdoResponse> responses = call.send_all(requests_);
  for (std::size_t i = 0; i < responses.size(); ++i) handlers_[i](responses[i]);
}

std::string build_path(std::int64_t run_id) {
  return "build/builds/" + std::to_string(run_id);
}

Json json_or_null(const AdoResponse& response) {
  if (!response.ok() || response.truncated) return nullptr;
  Json parsed = sdk::json_from(response.body);
  return parsed.is_discarded() ? Json() : parsed;
}

Json json_or_note(const AdoResponse& response, const std::string& what,
                  std::vector<std::string>& notes) {
  if (!response.ok()) {
    const std::string why = response.error.empty() ? "no answer" : response.error;
    notes.push_back(what + " could not be read: " + sdk::safe_text(why, 300));
    return nullptr;
  }
  if (response.body.empty()) return nullptr;
  Json parsed = response.truncated ? Json(Json::value_t::discarded) : sdk::json_from(response.body);
  if (!parsed.is_discarded()) return parsed;
  notes.push_back(what + " could not be read: the answer was " +
                  (response.truncated ? "too long." : "not JSON."));
  return nullptr;
}

Json json_or_gone(const AdoResponse& response, const std::string& what,
                  std::vector<std::string>& notes) {
  if (!is_gone(response)) return json_or_note(response, what, notes);
  notes.push_back(what + ": no longer kept in Azure DevOps.");
  return nullptr;
}

}  // namespace adomcp::shared
