#include "told.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <adomcp/runs.hpp>
#include <nlohmann/json.hpp>
#include <utility>

namespace adomcp::control {

namespace {

constexpr std::size_t kNameBytes = 200;

}  // namespace

Run run_of(const nlohmann::json& build) {
  return {sdk::integer_of(build, "id"), sdk::safe_text_of(build, "buildNumber", kNameBytes),
          sdk::id_and_name(sdk::member(build, "definition")), sdk::web_link(build)};
}

std::optional<Notes> unless_empty(Notes notes) {
  if (notes.empty()) return std::nullopt;
  return notes;
}

void note_run(Call& call, const nlohmann::json& build) {
  call.note("run_id", sdk::integer_of(build, "id"));
  const nlohmann::json& definition = sdk::member(build, "definition");
  if (const std::int64_t id = sdk::integer_of(definition, "id"); id > 0) {
    call.note("pipeline_id", id);
  }
  const std::string name = sdk::safe_text_of(definition, "name");
  if (!name.empty()) call.note("pipeline_name", name);
}

void refuse_deleted(const nlohmann::json& build) {
  constexpr std::size_t kDay = 10;  // "2026-11-20"
  const auto deletion = sdk::deletion_of(build);
  if (!deletion) return;
  std::string said = "Run " + std::to_string(sdk::integer_of(build, "id")) + " was deleted";
  if (deletion->on) said += " on " + deletion->on->substr(0, kDay);
  if (!deletion->by.value_or("").empty()) said += " by " + sdk::quoted(*deletion->by, kNameBytes);
  throw ToolError(said + ": nothing was sent.", ADOMCP_NOT_FOUND);
}

}  // namespace adomcp::control
