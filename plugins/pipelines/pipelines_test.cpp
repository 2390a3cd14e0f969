#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipelines/manifest.h"
#include "pipelines/pipeline_filter.h"
#include "plugin_file.h"
#include "schema.h"

namespace {

using adomcp::fake::Answer;
using adomcp::fake::Host;
using adomcp::fake::Outcome;
using adomcp::fake::Request;
using namespace adomcp::pipelines;
using nlohmann::json;
using testing::HasSubstr;

TEST(PipelineFilter, Names) {
  struct Case {
    const char *name, *filter;
    bool matches;
  };
  for (const Case& each : std::vector<Case>{{"deploy-web", "", true},
                                            {"deploy-web", "PLOY", true},
                                            {"deploy-web", "web-", false},
                                            {"deploy-web", "deploy*", true},
                                            {"deploy-web", "*WEB", true},
                                            {"deploy-web", "d*y-*b", true},
                                            {"deploy-web", "ploy*", false},
                                            {"deploy-web", "**", true},
                                            {"aaaaaaaaaaaaaaaaaaaaaaaab", "*a*a*a*a*a*c", false},
                                            {"", "*", true},
                                            {"", "x", false}}) {
    EXPECT_EQ(name_matches(each.name, each.filter), each.matches)
        << each.name << " " << each.filter;
  }
}

TEST(PipelineFilter, Folders) {
  for (const char* written :
       {"release/eu", "\\release\\eu", "/release//eu/", " \\release\\eu\\ "}) {
    EXPECT_EQ(folder_path(written), "\\release\\eu") << written;
  }
  EXPECT_EQ(folder_path("/"), "\\");
  EXPECT_TRUE(is_in_folder("\\Release\\eu", "\\release"));
  EXPECT_TRUE(is_in_folder("\\release", "\\release"));
  EXPECT_TRUE(is_in_folder("\\x", "\\"));
  EXPECT_FALSE(is_in_folder("\\releases", "\\release"));
  EXPECT_FALSE(is_in_folder("\\", "\\release"));
}

TEST(PipelineFilter, Tokens) {
  for (const PageToken& token :
       {PageToken{"", 0}, PageToken{"a.b s", 0}, PageToken{"", 7}, PageToken{".x", 7}}) {
    const auto parsed = PageToken::parse(token.text());
    ASSERT_TRUE(parsed) << token.text();
    EXPECT_EQ(parsed->page, token.page);
    EXPECT_EQ(parsed->seen, token.seen);
  }
  for (const char* bad : {"x", "s", "7", "sx.", "s-1.", "s1", ".a"})
    EXPECT_FALSE(PageToken::parse(bad)) << bad;
}

TEST(Manifest, Files) {
  const auto files =
      files_of(json::parse(R"({"items":[{"path":"/a/B.txt","blob":{"id":"1","size":3}},
    {"path":"/a/c.txt","blob":{"id":"2"}}, {"path":"/d/b.txt","blob":{"id":"3"}}, {"path":"/e"}, 5]})"));
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(plain_path(".\\a//b/"), "a/b");
  EXPECT_EQ(find_file(files, "a/b.txt")->file_id, "1");
  EXPECT_EQ(find_file(files, "a"), nullptr);
  EXPECT_EQ(files_below(files, "A").size(), 2U);
  EXPECT_EQ(files_below(files, "").size(), 3U);
  EXPECT_EQ(alike(files, "x/B.TXT", 5), (std::vector<std::string>{"a/B.txt", "d/b.txt"}));
  EXPECT_TRUE(files_of(json()).empty());
}

class Pipelines : public testing::Test {
 protected:
  json told(const std::string& tool, const json& arguments) {
    const Outcome out = host_.call(tool, arguments);
    EXPECT_EQ(out.status, ADOMCP_OK) << out.text;
    EXPECT_TRUE(fits(host_.tool(tool).output_schema, out.answer));
    EXPECT_LE(out.answer.dump().size(), 16U << 10U);
    for (const Request& request : host_.requests) EXPECT_EQ(request.method, "GET");
    return out.answer;
  }

  /// 2,000 pipelines by name, each 10th in a folder.
  void serve_definitions() {
    host_.on("GET", "build/definitions", [](const Request& request) {
      json list = json::array();
      const auto number = [&](const std::string& key, int otherwise) {
        const auto at = ("&" + request.query).find("&" + key + "=");
        return at == std::string::npos ? otherwise
                                       : std::stoi(request.query.substr(at + key.size() + 1));
      };
      const bool latest = request.query.find("definitionIds=") != std::string::npos;
      const int from = number("continuationToken", 1);
      const int to = std::min(2000, from + number("$top", 2000) - 1);
      for (int id = latest ? 1 : from; id <= (latest ? 2000 : to); ++id) {
        list.push_back({{"id", id},
                        {"name", "p" + std::to_string(id)},
                        {"path", id % 10 == 0 ? "\\ten" : "\\"}});
        if (latest) list.back()["latestBuild"] = {{"id", id * 10}, {"status", "inProgress"}};
      }
      return Answer::json({{"value", list}}, to < 2000 && !latest ? std::to_string(to + 1) : "");
    });
  }

  Host host_{plugin_file("pipelines")};
};

TEST_F(Pipelines, FilteringLosesAndRepeatsNothing) {
  serve_definitions();
  json arguments = {{"name", "P*"}, {"folder", "TEN/"}, {"top", 50}};
  std::vector<int> ids;
  for (int pages = 0; pages < 50; ++pages) {
    const json answer = told("list_pipelines", arguments);
    EXPECT_LE(host_.requests.size(), 5U);
    for (const json& one : answer["pipelines"]) {
      ids.push_back(one["id"]);
      EXPECT_EQ(one["latest_run"]["id"], ids.back() * 10);
    }
    if (!answer.contains("continuation_token")) break;
    arguments["continuation_token"] = answer["continuation_token"];
  }
  ASSERT_EQ(ids.size(), 200U);
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], 10 * (static_cast<int>(i) + 1));
}

TEST_F(Pipelines, ARareNameGivesAShortPageAndAToken) {
  host_.on("GET", "build/definitions", [](const Request&) {
    return Answer::json({{"value", {{{"id", 1}, {"name", "other"}}}}}, "next");
  });
  const json answer = told("list_pipelines", {{"name", "x"}});
  EXPECT_EQ(host_.requests.size(), 4U);
  EXPECT_TRUE(answer["pipelines"].empty());
  EXPECT_EQ(answer["continuation_token"], "s0.next");
  EXPECT_EQ(host_.call("list_pipelines", {{"continuation_token", "17"}}).status,
            ADOMCP_INVALID_ARGUMENT);
}

TEST_F(Pipelines, ATokenOfAnotherListIsRefused) {
  serve_definitions();
  const std::string own = told("list_pipelines", {{"name", "p"}, {"top", 5}})["continuation_token"];
  EXPECT_EQ(own, "s5.");
  EXPECT_EQ(told("list_pipelines",
                 {{"name", "p"}, {"top", 5}, {"continuation_token", own}})["pipelines"][0]["id"],
            6);
  for (const char* token : {"s99999.", "s2001.", "s700.", "s5.501", "s501.1001"}) {
    for (json arguments : {json{{"top", 5}}, json{{"name", "p"}}, json{{"folder", "ten"}}}) {
      arguments["continuation_token"] = token;
      const Outcome out = host_.call("list_pipelines", arguments);
      EXPECT_EQ(out.status, ADOMCP_INVALID_ARGUMENT) << token << arguments;
      EXPECT_THAT(out.text, HasSubstr("Leave it out to begin again."));
    }
  }
}

json build() {
  return {{"id", 50},
          {"buildNumber", "7"},
          {"status", "completed"},
          {"sourceBranch", "refs/heads/main"},
          {"sourceVersion", "abc"},
          {"definition", {{"id", 12}, {"name", "ci"}}}};
}

json definition(const std::string& type) {
  return {{"id", 12},
          {"name", "ci"},
          {"process", {{"type", 2}, {"yamlFilename", "ci/main.yml"}}},
          {"repository",
           {{"id", "o/r"},
            {"name", "r"},
            {"type", type},
            {"defaultBranch", "refs/heads/main"},
            {"properties", {{"connectedServiceId", "e1"}}}}}};
}

TEST_F(Pipelines, TheExpandedYamlIsOneOfARunsOwnLogs) {
  struct Case {
    const char *one, *two;
    bool expanded;
  };
  const char* yaml = "# made\n\nstages:\n- stage: A\n  variables:\n    password: hunter2\n";
  for (const Case& each :
       std::vector<Case>{{yaml, "2026-11-23T10:00:00.0000000Z stages:\n", true},
                         {"2026-11-23T10:00:00.0000000Z x\n", yaml, true},
                         {"", yaml, true},
                         {"2026-11-23T10:00:00Z a\n", "Starting: build\n", false},
                         {"just words", "http://x\n", false},
                         {"", "", false}}) {
    host_.on("GET", "build/builds/50", Answer::json(build()));
    host_.on("GET", "build/builds/50/logs/1", Answer::text(each.one));
    host_.on("GET", "build/builds/50/logs/2", Answer::text(each.two));
    host_.on("GET", "build/definitions/12", Answer::json(definition("GitHub")));
    host_.on("GET", "sourceProviders/GitHub/filecontents", Answer::text("steps: []\n"));
    const json answer = told("get_pipeline_yaml", {{"run_id", 50}});
    EXPECT_EQ(answer["expanded"], each.expanded);
    if (each.expanded) {
      EXPECT_THAT(answer["yaml"], HasSubstr("password: ***"));
      EXPECT_FALSE(answer.contains("file"));
      continue;
    }
    EXPECT_EQ(answer["yaml"], "steps: []");
    EXPECT_EQ(answer["file"]["version"], "abc");
    for (const char* part :
         {"serviceEndpointId=e1", "repository=o%2Fr", "commitOrBranch=abc", "path=ci%2Fmain.yml"}) {
      EXPECT_TRUE(host_.sent("sourceProviders/GitHub/filecontents")->asks(part)) << part;
    }
  }
}

TEST_F(Pipelines, APipelineIsReadAtItsBranch) {
  host_.on("GET", "build/definitions/12", Answer::json(definition("TfsGit")));
  host_.on("GET", "build/builds", Answer::json({{"value", json::array()}}));
  host_.on("GET", "sourceProviders/TfsGit/filecontents", Answer::text("steps: []\n"));
  const json answer = told("get_pipeline_yaml", {{"pipeline_id", 12}, {"branch", "release/1.0"}});
  EXPECT_EQ(answer["expanded"], false);
  EXPECT_TRUE(host_.sent("build/builds")->asks("branchName=refs%2Fheads%2Frelease%2F1.0"));
  EXPECT_TRUE(
      host_.sent("sourceProviders/TfsGit/filecontents")->asks("commitOrBranch=release%2F1.0"));
  EXPECT_THAT(answer["notes"].dump(), HasSubstr("dry_run"));
  host_.on("GET", "sourceProviders/TfsGit/filecontents",
           Answer::failed(ADOMCP_NOT_FOUND, 404, "No such file."));
  const Outcome out = host_.call("get_pipeline_yaml", {{"pipeline_id", 12}});
  EXPECT_EQ(out.status, ADOMCP_NOT_FOUND);
  EXPECT_THAT(out.text, HasSubstr("No such file."));
  json classic = definition("TfsGit");
  classic["process"] = {{"type", 1}};
  host_.on("GET", "build/definitions/12", Answer::json(classic));
  host_.on("GET", "build/definitions/12/yaml", Answer::json({{"yaml", "steps:\n- script: x\n"}}));
  EXPECT_EQ(told("get_pipeline_yaml", {{"pipeline_id", 12}})["yaml"], "steps:\n- script: x");
  EXPECT_EQ(host_.call("get_pipeline_yaml", {{"run_id", 50}, {"branch", "main"}}).status,
            ADOMCP_INVALID_ARGUMENT);
}

TEST_F(Pipelines, BeyondTheEndThereAreNoLines) {
  host_.on("GET", "build/builds/50", Answer::json(build()));
  for (const auto& [yaml, said] : std::vector<std::pair<const char*, const char*>>{
           {"stages:\n- stage: A\n", "it has 2 lines."}, {"steps: []\n", "it has 1 line."}}) {
    host_.on("GET", "build/builds/50/logs/1", Answer::text(yaml));
    for (const int from : {3, 100000}) {
      const json answer = told("get_pipeline_yaml", {{"run_id", 50}, {"from_line", from}});
      EXPECT_FALSE(answer.contains("lines")) << from;
      EXPECT_EQ(answer["yaml"], "");
      EXPECT_THAT(answer["notes"].dump(), HasSubstr(said));
    }
    const json answer = told("get_pipeline_yaml", {{"run_id", 50}, {"from_line", 1}});
    EXPECT_EQ(answer["lines"]["from_line"], 1);
  }
}

TEST_F(Pipelines, ARunOfAClassicPipelineHasItsTranslation) {
  for (const char* log : {"2026-11-23T10:00:00Z a\n", ""}) {
    json classic = definition("TfsGit");
    classic["process"] = {{"type", 1}};
    host_.on("GET", "build/builds/50", Answer::json(build()));
    host_.on("GET", "build/builds/50/logs/1", Answer::text(log));
    host_.on("GET", "build/builds/50/logs/2", Answer::failed(ADOMCP_NOT_FOUND, 404, "None."));
    host_.on("GET", "build/definitions/12", Answer::json(classic));
    host_.on("GET", "build/definitions/12/yaml", Answer::json({{"yaml", "steps:\n- script: x\n"}}));
    json answer = told("get_pipeline_yaml", {{"run_id", 50}});
    EXPECT_EQ(answer["yaml"], "steps:\n- script: x");
    EXPECT_EQ(answer["run"]["id"], 50);
    EXPECT_EQ(answer["expanded"], false);
    ASSERT_EQ(answer["notes"].size(), 1U);
    EXPECT_THAT(answer["notes"].dump(), HasSubstr("as it is now"));
    answer = told("get_pipeline_yaml", {{"pipeline_id", 12}});
    EXPECT_THAT(answer["notes"].dump(), testing::Not(HasSubstr("as it is now")));
    classic["process"]["type"] = 4;
    host_.on("GET", "build/definitions/12", Answer::json(classic));
    EXPECT_THAT(host_.call("get_pipeline_yaml", {{"run_id", 50}}).text,
                HasSubstr("list_pipelines"));
  }
}

TEST_F(Pipelines, NothingOfAnArtifactIsReadBeforeTheRunIsKnown) {
  host_.on("GET", "build/builds/50", Answer::failed(ADOMCP_NOT_FOUND, 404, "Not in this project."));
  host_.on("GET", "build/builds/50/artifacts", Answer::json({{"value", json::array()}}));
  for (const char* tool : {"list_run_artifacts", "read_artifact_text"}) {
    const Outcome out = host_.call(
        tool, tool[0] == 'l' ? json{{"run_id", 50}} : json{{"run_id", 50}, {"artifact", "drop"}});
    EXPECT_EQ(out.status, ADOMCP_NOT_FOUND);
    EXPECT_THAT(out.text, HasSubstr("Not in this project."));
    EXPECT_LE(host_.requests.size(), 2U);
  }
}

TEST_F(Pipelines, AFileIsFoundByTheManifest) {
  const json artifact = {{"name", "drop"},
                         {"resource", {{"type", "PipelineArtifact"}, {"data", "M"}}}};
  host_.on("GET", "build/builds/50", Answer::json(build()));
  host_.on("GET", "build/builds/50/artifacts", [&](const Request& request) {
    if (request.asks("fileId=M"))
      return Answer::text(R"({"items":[{"path":"/a b/x.log","blob":{"id":"F","size":9}}]})");
    if (request.asks("fileId=F")) return Answer::text("one\ntwo\n");
    return Answer::json(artifact);
  });
  json answer =
      told("read_artifact_text",
           {{"run_id", 50}, {"artifact", "drop"}, {"path", "/A b/x.log"}, {"from_line", 1}});
  EXPECT_EQ(answer["text"], "one\ntwo");
  EXPECT_EQ(answer["path"], "a b/x.log");
  EXPECT_TRUE(host_.requests.back().streamed);
  answer = told("read_artifact_text",
                {{"run_id", 50}, {"artifact", "drop"}, {"path", "a b"}, {"from_line", 1}});
  EXPECT_EQ(answer["files"], json::parse(R"([{"path":"a b/x.log","size":9}])"));
  const Outcome both = host_.call(
      "read_artifact_text", {{"run_id", 50}, {"artifact", "drop"}, {"from_line", 2}, {"tail", 2}});
  EXPECT_EQ(both.status, ADOMCP_INVALID_ARGUMENT);
}

}  // namespace
