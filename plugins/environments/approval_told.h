#pragma once

#include <adomcp/outputs.hpp>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

// What list_approvals answers, as it is declared to clients, and how it is made of Azure's
// approvals. Pure.

namespace adomcp::environments {

struct Decision {
  std::optional<std::string> by, status, comment;

  static constexpr auto fields() {
    return adomcp::fields(output::field("by", &Decision::by),
                          output::field("status", &Decision::status),
                          output::field("comment", &Decision::comment));
  }
};

struct Approval {
  std::string kind, id;
  std::optional<std::string> status, since;
  std::optional<IdAndName> pipeline;
  std::optional<std::int64_t> run_id;
  std::optional<std::string> run_number;
  std::optional<IdAndName> release;
  std::optional<std::string> stage, environment, type;
  std::optional<std::vector<std::string>> may_decide;
  std::optional<std::int64_t> needed, given;
  std::optional<std::string> order;
  std::optional<std::vector<std::string>> may_not_decide;
  std::optional<std::vector<Decision>> decided;
  std::optional<std::string> instructions, url;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("kind", &Approval::kind).one_of("yaml", "release"),
        output::field("id", &Approval::id), output::field("status", &Approval::status),
        output::field("since", &Approval::since).date_time(),
        output::field("pipeline", &Approval::pipeline, "Of a release, its definition."),
        output::field("run_id", &Approval::run_id),
        output::field("run_number", &Approval::run_number),
        output::field("release", &Approval::release),
        output::field("stage", &Approval::stage, "Of a run: the stage that waits."),
        output::field("environment", &Approval::environment, "Of a release."),
        output::field("type", &Approval::type, "preDeploy or postDeploy"),
        output::field("may_decide", &Approval::may_decide, "People and groups, at most 10."),
        output::field("needed", &Approval::needed, "How many have to approve."),
        output::field("given", &Approval::given, "How many have."),
        output::field("order", &Approval::order, "anyOrder or inSequence"),
        output::field("may_not_decide", &Approval::may_not_decide),
        output::field("decided", &Approval::decided, "By whom, or who was asked in vain."),
        output::field("instructions", &Approval::instructions),
        output::field("url", &Approval::url));
  }
};

struct Approvals {
  std::vector<Approval> approvals;
  std::optional<std::vector<std::string>> notes;
  std::optional<bool> truncated;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("approvals", &Approvals::approvals).max_items(50),
        output::field("notes", &Approvals::notes, "What could not be had, and why."),
        output::field("truncated", &Approvals::truncated, "There are more."));
  }
};

/// Of a run of a YAML pipeline; with $expand=steps.
Approval yaml_approval(const nlohmann::json& approval);
/// Of a classic release.
Approval release_approval(const nlohmann::json& approval);

/// The stages that wait, by the id of the approval: it is that of the timeline's record.
std::map<std::string, std::string> stages_by_approval(const nlohmann::json& timeline);

}  // namespace adomcp::environments
