#include "cancel_run.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <string>

#include "shared/gone.h"
#include "shared/round.h"
#include "write.h"

namespace adomcp::control {

namespace {

constexpr std::size_t kWordBytes = 60;

bool has_status(const Json& build, std::string_view status) {
  return sdk::iequals(sdk::raw_text_of(build, "status"), status);
}

Json build_of(Call& call, std::int64_t run_id) {
  const AdoResponse response =
      call.send({.path = shared::build_path(run_id), .max_bytes = kAnswerBytes});
  if (shared::is_gone(response)) {
    throw ToolError(shared::no_run_sentence(response.error), ADOMCP_NOT_FOUND);
  }
  Json build = response.json();
  if (sdk::integer_of(build, "id") == run_id) return build;
  throw ToolError("Azure DevOps did not answer with run " + std::to_string(run_id) +
                      " but with something else. Nothing was cancelled. Try again.",
                  ADOMCP_UNAVAILABLE);
}

void refuse_ended(const Json& build) {
  const std::string run = "Run " + std::to_string(sdk::integer_of(build, "id"));
  if (has_status(build, "completed")) {
    const std::string result = sdk::raw_text_of(build, "result");
    const std::string finished = sdk::raw_text_of(build, "finishTime");
    std::string said = run + " has ended already";
    if (!result.empty()) said += ", with the result " + sdk::quoted(result, kWordBytes);
    if (sdk::parse_time(finished)) said += ", at " + finished.substr(0, 19) + "Z";
    throw ToolError(said + ". Nothing was cancelled.");
  }
  if (has_status(build, "cancelling")) {
    throw ToolError(run +
                    " is being cancelled already. Nothing was sent; wait_for_run waits for "
                    "its end.");
  }
}

/// The build after the write, as the answer to it has it.
Json cancelled_build(const AdoResponse& response, std::int64_t run_id) {
  Json build = shared::json_or_null(response);
  if (sdk::integer_of(build, "id") != run_id) {
    unknown_outcome(
        "its answer could not be read: run " + std::to_string(run_id) + " may be cancelled",
        "get_run");
  }
  return build;
}

}  // namespace

Cancelled cancel_run(Call& call, const WantedCancel& wanted) {
  call.note("run_id", wanted.run_id);
  const Json before = build_of(call, wanted.run_id);
  note_run(call, before);
  refuse_deleted(before);
  refuse_ended(before);

  const AdoResponse response =
      patch(call, shared::build_path(wanted.run_id), {{"status", "cancelling"}});
  const Json after = cancelled_build(response, wanted.run_id);
  Cancelled out{};
  out.run = shared::run_facts_of(after);
  if (has_status(after, "cancelling")) {
    out.notes = Notes{"Its jobs are told to stop, which may take some minutes: wait_for_run."};
  } else if (!has_status(after, "completed")) {
    out.notes = Notes{
        "Azure DevOps took the request, but does not show it as cancelled yet: look "
        "with get_run."};
  }
  return out;
}

}  // namespace adomcp::control
