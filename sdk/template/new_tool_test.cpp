// The built plugin behind a fake host: what it asks Azure DevOps, and what it makes of the answer.
#include <adomcp/testing.hpp>
#include <cstdio>
#include <string>

namespace {

using adomcp::fake::Answer;
using adomcp::fake::Host;
using adomcp::fake::Outcome;

int failures = 0;

void expect(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "failed: %s\n", what);
  ++failures;
}

const char* const kRuns = R"({"value": [{"id": 7, "buildNumber": "20261123.4", "result": "failed",
  "_links": {"web": {"href": "https://dev.azure.com/o/p/_build/results?buildId=7"}}}]})";

void tells_the_latest_run() {
  Host host(ADOMCP_PLUGIN_FILE);
  host.on("GET", "build/builds", Answer::text(kRuns));
  const Outcome out = host.call("new_tool", {{"pipeline_id", 12}});
  expect(out.status == ADOMCP_OK && out.problems.empty(), "the call is answered");
  expect(host.requests.at(0).asks("definitions=12"), "it asks for that pipeline");
  expect(out.answer.value("run_id", 0) == 7, "it answers the run");
  expect(out.answer.value("summary", "").find("failed") != std::string::npos, "and its result");
  expect(out.notes.count("run_id") == 1, "the audit knows the run");
}

void says_why_it_can_not() {
  Host host(ADOMCP_PLUGIN_FILE);
  host.on("GET", "build/builds", Answer::failed(ADOMCP_DENIED, 403, "No right to read."));
  const Outcome denied = host.call("new_tool", {{"pipeline_id", 12}});
  expect(denied.status == ADOMCP_DENIED && denied.text == "No right to read.", "the host's words");

  host.on("GET", "build/builds", Answer::text(R"({"value": []})"));
  expect(host.call("new_tool", {{"pipeline_id", 12}}).status == ADOMCP_NOT_FOUND, "no run");
  expect(host.call("new_tool", {{"pipeline_id", 0}}).status == ADOMCP_INVALID_ARGUMENT,
         "no such id");
}

}  // namespace

int main() {
  tells_the_latest_run();
  says_why_it_can_not();
  return failures == 0 ? 0 : 1;
}
