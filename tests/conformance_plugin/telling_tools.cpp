#include "telling_tools.h"

#include <adomcp/changes.hpp>
#include <adomcp/legacy.hpp>
#include <array>
#include <chrono>

namespace conformance {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetween{50};
constexpr double kTotal = 100;

}  // namespace

std::string logs(Call& call) {
  adomcp::legacy::log(call, "info", "conformance", "Tool execution started");
  wait(call, kBetween);
  adomcp::legacy::log(call, "info", "conformance", "Tool processing data");
  wait(call, kBetween);
  adomcp::legacy::log(call, "info", "conformance", "Tool execution completed");
  return "Three log lines were sent.";
}

std::string logs_once(Call& call) {
  adomcp::legacy::log(call, "info", "conformance", "One line, for those who asked for it");
  return "The line was sent to those who asked for it.";
}

std::string progresses(Call& call) {
  constexpr std::array<double, 3> kSteps = {0, 50, 100};
  for (const double step : kSteps) {
    if (step > 0) wait(call, kBetween);
    call.progress(step, kTotal,
                  "Completed step " + std::to_string(static_cast<int>(step)) + " of 100");
  }
  return "All steps are done.";
}

std::string changes_tools(Call&) {
  adomcp::tools_changed();
  return "The list of tools is said to have changed.";
}

std::string changes_prompts(Call&) {
  adomcp::prompts_changed();
  return "The list of prompts is said to have changed.";
}

std::string changes_watched(Call&) {
  adomcp::resource_changed("test://watched-resource");
  return "test://watched-resource is said to have changed.";
}

}  // namespace conformance
