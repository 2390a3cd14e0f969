// Runs whose answers are long, odd or no run at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plugin_file.h"
#include "runs/names.h"
#include "runs/run_builder.h"
#include "schema.h"

namespace adomcp::runs {
namespace {

using fake::Answer;
using fake::Host;
using fake::Outcome;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class HostileRuns : public testing::Test {
 protected:
  Outcome ask(const char* tool, json arguments = {{"run_id", 7}}) {
    const Outcome out = host_.call(tool, arguments);
    EXPECT_TRUE(out.problems.empty()) << testing::PrintToString(out.problems);
    if (out.status == ADOMCP_OK) {
      EXPECT_TRUE(fits(host_.tool(tool).output_schema, out.answer)) << tool;
    }
    return out;
  }
  void compare_with(const json& build, const json& timeline) {
    serve(host_, build, timeline);
    host_.on("GET", "build/builds", Answer::json({{"value", {build}}}));
    host_.on("GET", "pipelines/*", Answer::json(json::object()));
    host_.on("GET", "build/changes", Answer::json({{"value", json::array()}}));
  }

  Host host_{plugin_file("runs")};
};

std::string repeated(const std::string& part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}

struct LongCase {
  const char* what;
  int stages, jobs, tasks, checks;
  std::string name;
  const char* result;
};

json timeline_of(const LongCase& one) {
  Timeline out;
  int number = 0;
  const auto name = [&] { return std::to_string(++number) + one.name; };
  for (int i = 0; i < one.stages; ++i) {
    out.stage(name(), one.result);
    for (int k = 0; k < one.checks; ++k) {
      out.check("Checkpoint.TaskCheck", name(), one.result).with("name", name());
    }
    for (int j = 0; j < one.jobs; ++j) {
      out.job(name(), one.result).with("workerName", name());
      for (int k = 0; k < one.tasks; ++k) out.task(name(), one.result);
    }
  }
  return out.json();
}

TEST_F(HostileRuns, LongNamesLeaveTheAnswerWithinItsBytes) {
  const std::string odd = repeated("\"x\xe2\x80\xa8", 200);
  for (const LongCase& one : std::vector<LongCase>{
           {"many tasks", 10, 6, 8, 0, odd, "failed"},
           {"shorter names", 16, 6, 9, 0, std::string(180, 'n'), "failed"},
           {"one stage", 1, 60, 8, 0, odd, "failed"},
           {"only stages", 300, 0, 0, 0, odd, "failed"},
           {"that wait", 10, 20, 0, 0, odd, "pending"},
           {"checks that failed", 10, 1, 0, 20, odd, "failed"},
           {"checks that wait", 10, 1, 0, 20, odd, "inProgress"},
           {"names of secrets", 10, 6, 8, 0, repeated("password=hunter2 ", 60), "failed"}}) {
    const json timeline = timeline_of(one);
    LongCase good = one;
    good.result = "succeeded";
    serve(host_, build_json(7, "inProgress", ""), timeline);
    compare_with(build_json(5, "completed", "succeeded"), timeline_of(good));
    for (const char* tool : {"get_run", "compare_runs"}) {
      const Outcome out = ask(tool);
      EXPECT_EQ(out.status, ADOMCP_OK) << one.what << tool << out.text;
      EXPECT_LE(out.raw.size(), 16384U - 400U) << one.what << tool;
    }
  }
}

TEST_F(HostileRuns, ACallerWhoWentAwayEndsIt) {
  serve(host_, build_json(7, "completed", "failed"),
        timeline_of({"", 100, 6, 8, 0, std::string(100, 'n'), "failed"}));
  host_.interrupted = ADOMCP_CANCELLED;
  host_.interrupted_after = 2;
  EXPECT_EQ(ask("get_run").status, ADOMCP_CANCELLED);
}

TEST(Names, AreThoseOfSafeText) {
  Names names;
  for (const std::string& text :
       {std::string("Build"), std::string(), std::string("a\x1b[31mb\xe2\x80\xaey"),
        std::string("password=hunter2-hunter2"), std::string(5000, 'n'),
        std::string(110, 'n') + " password=hunter2-hunter2", "x\"" + std::string(300, '\xc3')}) {
    for (const std::size_t bytes : {30U, 120U, 240U, 500U}) {
      EXPECT_EQ(names.clean(text, bytes), sdk::safe_text(text, bytes)) << text << bytes;
      EXPECT_EQ(names.clean(text, bytes), sdk::safe_text(text, bytes)) << "the second time";
    }
  }
  // A secret that begins in what is told and ends far behind it is masked.
  const std::string long_secret =
      "token ghp_" + std::string(36, 'A') + std::string(3000, ' ') + "x";
  EXPECT_THAT(names.clean(long_secret, 30), Not(HasSubstr("ghp_A")));
}

TEST_F(HostileRuns, WhatIsNoRunIsRefused) {
  json none = build_json(7, "inProgress", "");
  none.erase("id");
  for (const json& body :
       {json::object(), json::array(), json(), json("x"), json(7), json{{"id", "7"}}, none,
        build_json(8, "completed", "failed"), json{{"value", {build_json(7, "completed", "")}}}}) {
    for (const char* tool : {"get_run", "compare_runs", "wait_for_run"}) {
      serve(host_, build_json(7, "completed", "failed"), Timeline().json());
      compare_with(build_json(5, "completed", "succeeded"), Timeline().json());
      host_.on("GET", "build/builds/7", Answer::json(body));
      const Outcome out = ask(tool);
      EXPECT_EQ(out.status, ADOMCP_UNAVAILABLE) << tool << body;
      EXPECT_THAT(out.text, HasSubstr("did not answer with run 7")) << body;
    }
    host_.on("GET", "build/builds/7", Answer::json(build_json(7, "completed", "failed")));
    host_.on("GET", "build/builds/5", Answer::json(body));
    EXPECT_EQ(ask("compare_runs").status, ADOMCP_UNAVAILABLE) << body;
  }
}

TEST_F(HostileRuns, WhatIsNoTimelineIsNoted) {
  struct Case {
    json body;
    const char* note;
  };
  for (const char* status : {"completed", "inProgress"}) {
    for (const Case& one : {Case{json::object(), "could not be read: the answer is none."},
                            Case{json::array(), "could not be read: the answer is none."},
                            Case{"x", "could not be read: the answer is none."},
                            Case{{{"records", nullptr}}, "could not be read: the answer is none."},
                            Case{{{"records", json::object()}}, "the answer is none."},
                            Case{{{"records", json::array()}}, nullptr}, Case{nullptr, nullptr}}) {
      const bool over = std::string(status) == "completed";
      serve(host_, build_json(7, status, over ? "failed" : ""), one.body);
      compare_with(build_json(5, "completed", "succeeded"), Timeline().stage("A", "failed").json());
      const char* empty = over ? "has no timeline of this run" : "It has no stages yet";
      const std::string notes = ask("get_run").answer["notes"].dump();
      EXPECT_THAT(notes, HasSubstr(one.note != nullptr ? one.note : empty)) << one.body;
      if (one.note != nullptr) {
        EXPECT_THAT(notes, Not(HasSubstr("nothing of it has begun"))) << one.body;
      }
      EXPECT_THAT(ask("compare_runs").answer["notes"].dump(), HasSubstr("Run 7 has no timeline"));
    }
  }
}

TEST_F(HostileRuns, CommitsThatWereNotReadAreNotCounted) {
  serve(host_, build_json(7, "completed", "failed"), Timeline().stage("A", "failed").json());
  for (const Answer& no :
       {Answer::failed(ADOMCP_DENIED, 403, "No."), Answer::failed(ADOMCP_THROTTLED, 429, "Slow."),
        Answer::failed(ADOMCP_NOT_FOUND, 404, "None."), Answer::json(json::object()),
        Answer::json("x"), Answer{ADOMCP_OK, 204, ""}, Answer::text("<html>")}) {
    compare_with(build_json(5, "completed", "succeeded"), Timeline().stage("A", "failed").json());
    host_.on("GET", "build/changes", no);
    const json answer = ask("compare_runs").answer;
    EXPECT_FALSE(answer.contains("commits_count")) << no.body;
    EXPECT_FALSE(answer.contains("commits")) << no.body;
    EXPECT_THAT(answer["notes"].dump(), HasSubstr("Commits between the runs could not be read"));
  }
  json other = build_json(5, "completed", "succeeded");
  other["definition"]["id"] = 82;
  host_.on("GET", "build/builds/5", Answer::json(other));
  const json answer = ask("compare_runs", {{"run_id", 7}, {"other_run_id", 5}}).answer;
  EXPECT_FALSE(answer.contains("commits_count"));
  EXPECT_THAT(answer["notes"].dump(), HasSubstr("commits between them aren't told"));
  compare_with(build_json(5, "completed", "succeeded"), Timeline().json());
  EXPECT_EQ(ask("compare_runs").answer["commits_count"], 0) << "read, and there are none";
}

TEST_F(HostileRuns, WhatIsCutIsNotUnchanged) {
  json parameters = json::object();
  for (int i = 0; i < 40; ++i) parameters["p" + std::to_string(i)] = "x";
  const json api = {{"templateParameters", parameters}, {"variables", {{"V", {{"value", "1"}}}}}};
  serve(host_, build_json(7, "completed", "failed"), Timeline().json());
  compare_with(build_json(5, "completed", "succeeded"), Timeline().json());
  host_.on("GET", "pipelines/81/runs/7", Answer::json(api));
  const json answer = ask("compare_runs").answer;
  EXPECT_EQ(answer["truncated"], true);
  EXPECT_THAT(answer["unchanged"].dump(), Not(HasSubstr("variables")));
}

struct StageCase {
  std::vector<std::string> stages;
  const char* wanted;
  std::size_t told;     ///< stages; 0: refused
  const char* refusal;  ///< behind the first sentence
};

TEST_F(HostileRuns, StagesAreNamedAsTheyAreShown) {
  const std::string hidden = "Build\xe2\x80\xae prod";
  const std::string odd = std::string(200, 'n');
  for (const StageCase& one : std::vector<StageCase>{
           {{"__default"}, "__default", 1, ""},
           {{"__default"}, "__DEFAULT", 1, ""},
           {{"__default"}, "  ", 1, ""},
           {{"__default", "__default", "__default"}, "__default", 3, ""},
           {{""}, "__default", 1, ""},
           {{"__default"}, "Build", 0, "Its stages have no names: leave out `stage`."},
           {{"", "__default"}, "Build", 0, "Its stages have no names: leave out `stage`."},
           {{"A", "__default"}, "B", 0, R"(It has "A", and "__default", which has no name.)"},
           {{"A", "__default"}, "__default", 1, ""},
           {{"A", "B"}, "__default", 0, R"(It has "A", "B".)"},
           {{hidden, "B"}, "build prod", 1, ""},
           {{hidden, "B"}, "C", 0, R"(It has "Build prod", "B".)"},
           {{}, "A", 0, "It has none."}}) {
    Timeline timeline;
    for (const std::string& name : one.stages) timeline.stage(name, "succeeded");
    serve(host_, build_json(7, "completed", "succeeded"), timeline.json());
    const Outcome out = ask("get_run", {{"run_id", 7}, {"stage", one.wanted}});
    const bool good = one.told > 0;
    EXPECT_EQ(out.status, good ? ADOMCP_OK : ADOMCP_INVALID_ARGUMENT) << one.wanted << out.text;
    if (good) {
      EXPECT_EQ(out.answer["stages"].size(), one.told) << one.wanted;
    } else {
      EXPECT_THAT(out.text, HasSubstr(one.refusal));
      EXPECT_THAT(out.text, Not(HasSubstr("\"\"")));
    }
  }
  // A name that answers cut is taken as they show it.
  serve(host_, build_json(7, "completed", "succeeded"), Timeline().stage(odd, "failed").json());
  const json shown = ask("get_run").answer["stages"][0]["name"];
  EXPECT_EQ(ask("get_run", {{"run_id", 7}, {"stage", shown}}).answer["stages"].size(), 1U);
}

}  // namespace
}  // namespace adomcp::runs
