#pragma once

#include <adomcp/arguments.hpp>
#include <optional>
#include <string>

#include "deployment_told.h"

namespace adomcp::environments {

constexpr std::size_t kMostAnswerBytes = 15U << 10U;  ///< of 16 KiB; the host's notice takes some

struct WantedDeployments {
  std::optional<std::string> environment;
  std::int64_t top;
  std::optional<std::string> continuation_token;

  static constexpr auto arguments() {
    return adomcp::arguments(
        argument::project(), argument::organization(),
        argument::field("environment", &WantedDeployments::environment,
                        "Name or id. Default: all, each with its last deployment.")
            .max_length(256),
        argument::top(&WantedDeployments::top, "How many at most."),
        argument::continuation_token(&WantedDeployments::continuation_token));
  }
};

/// Of one environment: at most 3 requests, one after the other. Of all: one, then side by side one
/// for each that is told, at most 20.
Deployments list_environment_deployments(Call& call, const WantedDeployments& wanted);

}  // namespace adomcp::environments
