// list_failed_tests: the failed tests of a run with what they said, and how each did in the
// pipeline's earlier runs.
#include <adomcp/arguments.hpp>
#include <adomcp/azure.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "answer.h"
#include "gather.h"
#include "told.h"

namespace {

using adomcp::Call;
namespace results = adomcp::test_results;
namespace sdk = adomcp::sdk;

constexpr std::string_view kDescription =
    "Failed tests of a run: message, first stack frames, suite, stage and attempt, those with the "
    "same message as a group; and for each how often it failed and passed in the pipeline's last "
    "20 runs, when it first failed and last passed, since when it is broken. Many `changes` mean "
    "flaky, first_seen in this run means new. For failures other than tests use "
    "get_run_failure_logs.";

struct Wanted {
  std::int64_t run_id;
  std::optional<std::string> name;
  std::int64_t top;

  static constexpr auto arguments() {
    namespace argument = adomcp::argument;
    return adomcp::arguments(argument::project(), argument::organization(),
                             argument::run_id(&Wanted::run_id), argument::run_url(&Wanted::run_id),
                             argument::field("name", &Wanted::name,
                                             "Only tests with this in their name, in any case.")
                                 .max_length(300),
                             argument::top(&Wanted::top, "How many tests at most."))
        .exactly_one_of("run_id", "run_url");
  }
};

results::told::FailedTests list_failed_tests(Call& call, const Wanted& wanted) {
  call.note("run_id", wanted.run_id);
  const results::Gathered gathered = results::gather(call, wanted.run_id, wanted.name.value_or(""),
                                                     static_cast<std::size_t>(wanted.top));
  const adomcp::Json& definition = sdk::member(gathered.build, "definition");
  call.note("pipeline_id", sdk::integer_of(definition, "id"));
  call.note("pipeline_name", sdk::raw_text_of(definition, "name"));
  call.note("result_count", gathered.failed_total);
  return results::compose(gathered, results::kMaxBytes - results::kNoticeBytes);
}

constexpr adomcp_tool tools[] = {
    adomcp::tool<list_failed_tests>("list_failed_tests", "List failed tests", kDescription,
                                    ADOMCP_READ_ONLY | ADOMCP_IDEMPOTENT | ADOMCP_OPEN_WORLD)};

}  // namespace

ADOMCP_PLUGIN("test-results", "0.1.0", tools)
