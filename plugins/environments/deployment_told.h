#pragma once

#include <adomcp/outputs.hpp>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

// What list_environment_deployments answers, as it is declared to clients, and how it is made of
// Azure's records. Pure.

namespace adomcp::environments {

struct Deployment {
  std::int64_t id;
  std::optional<IdAndName> pipeline;
  std::optional<std::int64_t> run_id;
  std::optional<std::string> run_number, stage, job, result, queued, started, completed;
  std::optional<std::int64_t> duration_seconds, stage_attempt, job_attempt;
  std::optional<std::string> url;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("id", &Deployment::id), output::field("pipeline", &Deployment::pipeline),
        output::field("run_id", &Deployment::run_id),
        output::field("run_number", &Deployment::run_number),
        output::field("stage", &Deployment::stage), output::field("job", &Deployment::job),
        output::field("result", &Deployment::result, "Absent while it runs."),
        output::field("queued", &Deployment::queued).date_time(),
        output::field("started", &Deployment::started).date_time(),
        output::field("completed", &Deployment::completed).date_time(),
        output::field("duration_seconds", &Deployment::duration_seconds).at_least(0),
        output::field("stage_attempt", &Deployment::stage_attempt, "Absent: the first."),
        output::field("job_attempt", &Deployment::job_attempt, "Absent: the first."),
        output::field("url", &Deployment::url, "The run's page."));
  }
};

struct Environment {
  std::int64_t id;
  std::string name;
  std::optional<std::string> description;
  std::optional<Deployment> last_deployment;

  static constexpr auto fields() {
    return adomcp::fields(output::field("id", &Environment::id),
                          output::field("name", &Environment::name),
                          output::field("description", &Environment::description),
                          output::field("last_deployment", &Environment::last_deployment));
  }
};

struct Deployments {
  std::optional<Environment> environment;
  std::optional<std::vector<Deployment>> deployments;
  std::optional<std::vector<Environment>> environments;
  std::optional<std::vector<std::string>> notes;
  std::optional<std::string> continuation_token;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("environment", &Deployments::environment, "The one asked for."),
        output::field("deployments", &Deployments::deployments).max_items(50),
        output::field("environments", &Deployments::environments, "Where none was asked for.")
            .max_items(50),
        output::field("notes", &Deployments::notes, "What could not be had, and why."),
        output::continuation_token(&Deployments::continuation_token));
  }
};

Deployment deployment_of(const nlohmann::json& record);
/// Without its last deployment.
Environment environment_of(const nlohmann::json& environment);

}  // namespace adomcp::environments
