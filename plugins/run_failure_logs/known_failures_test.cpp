// `known_failures` of the settings: what is refused at start, and what the answer tells of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "plugin_file.h"
#include "schema.h"

namespace {

using adomcp::fake::Answer;
using adomcp::fake::Host;
using adomcp::fake::Outcome;
using nlohmann::json;
using testing::HasSubstr;

constexpr std::size_t kNoticeBytes = 320;

json entry(const std::string& pattern, const std::string& note = "Known.") {
  return {{"pattern", pattern}, {"note", note}};
}

json with(json one, const char* key, json value) {
  one[key] = std::move(value);
  return one;
}

json settings(const json& entries) {
  return {{"known_failures", entries}};
}

/// Why the plugin doesn't start; empty: it does.
std::string problem(const json& given) {
  try {
    const Host host(plugin_file("run_failure_logs"), given);
    return {};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

TEST(KnownFailureSettings, AreTakenWhereTheyAreRight) {
  const std::string most(500, 'n');
  json many = json::array();
  for (int i = 0; i < 50; ++i) many.push_back(entry("x"));
  for (const json& good :
       {json::object(), settings(nullptr), settings(json::array()), settings(many),
        settings(json::array(
            {with(with(with(entry("(?i)disk.*full", most), "link", "https://x.example/a?b=c"),
                       "retry_helps", true),
                  "pipelines", json::array({"deploy-*", 12}))}))}) {
    EXPECT_EQ(problem(good), "") << good;
  }
}

TEST(KnownFailureSettings, AreRefusedWithWhatToChange) {
  struct Case {
    json entry;
    const char *where, *why;
  };
  const json good = entry("x");
  for (const Case& one : {
           Case{7, "known_failures[1] ", "must be a mapping"},
           Case{{{"note", "n"}}, "[1].pattern ", "is missing"},
           Case{{{"pattern", "p"}}, "[1].note ", "is missing"},
           Case{entry(" "), "[1].pattern ", "is empty"},
           Case{with(good, "pattern", 404), "[1].pattern ", "put it in quotes"},
           Case{entry("a(b"), "[1].pattern ", "is no regular expression of RE2 (missing )"},
           Case{entry("(?=a)b"), "[1].pattern ", "look-around"},
           Case{entry("a*"), "[1].pattern ", "matches every line"},
           Case{entry("x|"), "[1].pattern ", "matches every line"},
           Case{entry(std::string(501, 'x')), "[1].pattern ", "has 501 bytes"},
           Case{entry("x", std::string(501, 'x')), "[1].note ", "has 501 bytes"},
           Case{with(good, "link", "javascript:x"), "[1].link ", "must begin with https://"},
           Case{with(good, "link", "https://a b"), "[1].link ", "neither blanks"},
           Case{with(good, "retry_helps", "yes"), "[1].retry_helps ", "true or false"},
           Case{with(good, "pipelines", "deploy"), "[1].pipelines ", "must be a list"},
           Case{with(good, "pipelines", json::array()), "[1].pipelines ", "leave it out"},
           Case{with(good, "pipelines", json::array({true})), "[1].pipelines ",
                "neither a name nor an id"},
           Case{with(good, "retry", true), "known_failures[1] ", "has no key `retry`"},
       }) {
    const std::string said = problem(settings(json::array({good, one.entry})));
    EXPECT_THAT(said, HasSubstr(one.where)) << one.entry;
    EXPECT_THAT(said, HasSubstr(one.why)) << one.entry;
  }
  EXPECT_THAT(problem({{"knownfailures", json::array()}}), HasSubstr("has no key `knownfailures`"));
  EXPECT_THAT(problem(settings("x")), HasSubstr("must be a list"));
  json many = json::array();
  for (int i = 0; i < 51; ++i) many.push_back(good);
  EXPECT_THAT(problem(settings(many)), HasSubstr("at most 50"));
}

json failed_task(int number, const std::string& message) {
  const std::string id = std::to_string(number);
  return {{"id", "t" + id},
          {"parentId", "j" + id},
          {"type", "Task"},
          {"name", "Compile " + id},
          {"result", "failed"},
          {"log", {{"id", number}}},
          {"issues", json::array({{{"type", "error"}, {"message", message}}})}};
}

json failed_job(int number) {
  return {{"id", "j" + std::to_string(number)},
          {"type", "Job"},
          {"name", "Job " + std::to_string(number)},
          {"result", "failed"}};
}

/// The answer about a run with `jobs` failed tasks; the log of the first says that the disk is
/// full.
json ask(const json& known, int jobs = 1, int max_bytes = 16384,
         const std::string& message = "Failed here") {
  Host host(plugin_file("run_failure_logs"), known);
  json records = json::array();
  for (int i = 1; i <= jobs; ++i) {
    records.push_back(failed_job(i));
    records.push_back(failed_task(i, message + " " + std::to_string(i)));
  }
  host.on("GET", "build/builds/4711",
          Answer::json({{"id", 4711},
                        {"definition", {{"id", 12}, {"name", "deploy-Web"}}},
                        {"status", "completed"},
                        {"result", "failed"},
                        {"sourceBranch", "refs/heads/main"}}));
  host.on("GET", "build/builds/4711/timeline", Answer::json({{"records", records}}));
  host.on(
      "GET", "build/builds/4711/logs/1",
      Answer::text(
          "restore\nerror: write: No space left on device\n##[error]Bash exited with code '2'.\n"));
  host.on("GET", "build/builds", Answer::json({{"value", json::array()}}));
  host.on("GET", "testresults/resultsbybuild", Answer::json({{"value", json::array()}}));
  const Outcome out = host.call({{"run_id", 4711}, {"max_bytes", max_bytes}});
  EXPECT_EQ(out.status, ADOMCP_OK) << out.text;
  EXPECT_TRUE(fits(host.tool().output_schema, out.answer)) << out.raw;
  EXPECT_LE(out.raw.size(), static_cast<std::size_t>(max_bytes) - kNoticeBytes);
  return out.answer;
}

TEST(KnownFailures, AreToldWhereTheyFit) {
  const json known = settings(json::array(
      {with(with(entry("No space left", "Clean\u202e the disk.\npassword=hunter2-is-secret"),
                 "link", "https://x.example/disk"),
            "retry_helps", true),
       entry("not there"), entry("^Failed here [12]$", "By its message.")}));
  const json answer = ask(known, 2);
  ASSERT_EQ(answer["known_failures"].size(), 2U) << answer;
  EXPECT_EQ(
      answer["known_failures"][0],
      json::parse(R"({"note": "Clean the disk.\npassword=***", "link": "https://x.example/disk",
                            "retry_helps": true, "cause": 0})"));
  EXPECT_EQ(
      answer["known_failures"][1],
      json::parse(R"({"note": "By its message.", "retry_helps": false, "cause": 0, "causes": 2})"));
  EXPECT_FALSE(ask(json::object(), 2).contains("known_failures"));
  EXPECT_FALSE(ask(settings(json::array({entry("no SPACE left")}))).contains("known_failures"));
  EXPECT_TRUE(ask(settings(json::array({entry("(?i)no SPACE left")}))).contains("known_failures"));
}

TEST(KnownFailures, AreOfTheirPipelinesAlone) {
  struct Case {
    json pipelines;
    bool told;
  };
  for (const Case& one :
       {Case{{"deploy-web", "x"}, true}, Case{{"x", "Deploy-*"}, true}, Case{{"x", "*WEB"}, true},
        Case{{"x", "*"}, true}, Case{{"x", "d*y*w*b"}, true}, Case{{"x", 12}, true},
        Case{{"x", "12"}, true}, Case{{"x", "deploy"}, false}, Case{{"x", "*web*x"}, false},
        Case{{"x", "eploy-web"}, false}, Case{{"x", 1}, false}, Case{{"x", "deploy-we?"}, false}}) {
    const json known = settings(json::array({with(entry("No space"), "pipelines", one.pipelines)}));
    EXPECT_EQ(ask(known).contains("known_failures"), one.told) << one.pipelines;
  }
}

TEST(KnownFailures, NeverMakeTheAnswerTooLong) {
  json many = json::array();
  for (int i = 0; i < 50; ++i) {
    many.push_back(with(entry("Failed", std::string(480, 'n') + std::to_string(i)), "link",
                        "https://x.example/" + std::string(480, 'l')));
  }
  for (const int jobs : {1, 3, 40}) {
    for (const std::size_t length : {10U, 500U}) {
      for (const int max_bytes : {2048, 3000, 4096, 16384, 65536}) {
        const json answer =
            ask(settings(many), jobs, max_bytes, "Failed " + std::string(length, 'm'));
        const json known = answer.value("known_failures", json::array());
        EXPECT_LE(known.size(), 5U);
        EXPECT_LE(known.dump().size(), static_cast<std::size_t>(max_bytes) / 8 + 2);
        for (const json& one : known) EXPECT_LT(one["cause"], answer["failures"].size());
        EXPECT_TRUE(!known.empty() || max_bytes < 4000) << jobs << " " << max_bytes;
      }
    }
  }
}

}  // namespace
