#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <vector>

#include "plugin_file.h"
#include "runs/run_builder.h"
#include "schema.h"

namespace adomcp::control {
namespace {

using fake::Answer;
using fake::Host;
using fake::Outcome;
using fake::Request;
using nlohmann::json;
using runs::build_json;
using runs::serve;
using runs::Timeline;
using testing::HasSubstr;
using testing::Not;

const std::string kId = "aab27959-a5be-4ee3-97ca-f19b3602cd2f";
const std::string kLink = "https://dev.azure.com/contoso/p-1/_apis/";

json step_of(const char* who, const char* status) {
  return {{"assignedApprover", {{"displayName", who}}},
          {"status", status},
          {"lastModifiedOn", "2026-11-23T12:30:00.123Z"}};
}

/// As Azure tells it; the swagger says nothing of `pipeline`, which has this shape.
json approval_of(const char* status, const json& steps, int needed = 1) {
  return {{"id", kId},
          {"status", status},
          {"steps", steps},
          {"minRequiredApprovers", needed},
          {"_links", {{"self", {{"href", kLink + "pipelines/approvals/" + kId}}}}},
          {"pipeline",
           {{"id", "81"},
            {"name", "shop-ci"},
            {"owner",
             {{"id", 7},
              {"name", "20261123.7"},
              {"_links", {{"self", {{"href", kLink + "build/Builds/7"}}}}}}}}}};
}

class DecideApproval : public testing::Test {
 protected:
  DecideApproval() {
    json build = build_json(7, "inProgress", "");
    build["project"] = {{"id", "p-1"}, {"name", "Shop"}};
    serve(host_, build,
          Timeline()
              .stage("Deploy", "pending")
              .check("Checkpoint.Approval", kId, "inProgress")
              .json());
    is(approval_of("pending", json::array({step_of("Ann", "pending")})));
    answers(approval_of("approved", json::array({step_of("Ann", "approved")})));
  }
  void is(const json& approval) {
    host_.on("GET", "pipelines/approvals/" + kId, Answer::json(approval));
  }
  void answers(const json& approval) {
    host_.on("PATCH", "pipelines/approvals",
             Answer::json({{"count", 1}, {"value", json::array({approval})}}));
  }
  Outcome decide(json more = json::object()) {
    json arguments = {{"approval_id", kId}, {"decision", "approve"}};
    arguments.update(more);
    return host_.call("decide_approval", arguments);
  }
  std::vector<Request> patches() const {
    std::vector<Request> out;
    for (const Request& request : host_.requests) {
      if (request.method != "GET") out.push_back(request);
    }
    return out;
  }
  std::string refused(adomcp_status status = ADOMCP_TOOL_ERROR, const json& more = json::object()) {
    const Outcome out = decide(more);
    EXPECT_EQ(out.status, status) << out.text;
    EXPECT_TRUE(patches().empty());
    return out.text;
  }

  Host host_{plugin_file("control")};
};

TEST_F(DecideApproval, ReadsItAndDecidesOnce) {
  const Outcome out = decide({{"comment", "Looks \"good\""}});
  ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
  EXPECT_TRUE(out.problems.empty()) << testing::PrintToString(out.problems);
  EXPECT_TRUE(fits(host_.tool("decide_approval").output_schema, out.answer));
  EXPECT_EQ(out.answer, json::parse(R"({
    "approval": {"id": "aab27959-a5be-4ee3-97ca-f19b3602cd2f", "status": "approved",
                 "stage": "Deploy"},
    "run": {"id": 7, "number": "20261123.7", "pipeline": {"id": 81, "name": "shop-ci"},
            "url": "https://dev.azure.com/run"}})"));
  ASSERT_EQ(patches().size(), 1U);
  const Request sent = patches()[0];
  EXPECT_EQ(sent.method + " " + sent.path, "PATCH pipelines/approvals");
  EXPECT_EQ(json::parse(sent.body), json::parse(R"([{"approvalId":
    "aab27959-a5be-4ee3-97ca-f19b3602cd2f", "status": "approved",
    "comment": "Looks \"good\""}])"));
  EXPECT_EQ(sent.content_type, "application/json");
  EXPECT_TRUE(sent.query.empty());
  EXPECT_TRUE(host_.requests[0].asks("api-version=7.2-preview.2"));
  EXPECT_TRUE(host_.requests[0].asks("%24expand=steps") || host_.requests[0].asks("$expand=steps"));
  EXPECT_EQ(host_.requests.size(), 4U);  // the checkpoint has no id that a suite could have
  EXPECT_EQ(out.notes.at("run_id"), "7");
  EXPECT_EQ(out.notes.at("pipeline_name"), "shop-ci");
}

TEST_F(DecideApproval, ARejectionWithoutAComment) {
  answers(approval_of("rejected", json::array({step_of("Ann", "rejected")})));
  const Outcome out = decide({{"decision", "reject"}, {"approval_id", "  " + kId + " "}});
  ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
  EXPECT_EQ(out.answer["approval"]["status"], "rejected");
  EXPECT_EQ(json::parse(patches().at(0).body),
            json::parse(R"([{"approvalId": ")" + kId + R"(", "status": "rejected"}])"));
}

TEST_F(DecideApproval, IdsOfOtherThingsAreRefused) {
  for (const char* id :
       {"", "4711", "nope", "aab27959-a5be-4ee3-97ca-f19b3602cd2",
        "aab27959-a5be-4ee3-97ca-f19b3602cd2g", "aab27959-a5be-4ee3-97ca-f19b3602cd2f/..",
        "aab27959aa5bea4ee3a97caaf19b3602cd2f", "{aab27959-a5be-4ee3-97ca}"}) {
    refused(ADOMCP_INVALID_ARGUMENT, {{"approval_id", id}});
    EXPECT_TRUE(host_.requests.empty()) << id;
  }
  for (const json& more : {json{{"decision", "defer"}}, json{{"decision", ""}},
                           json{{"comment", std::string(1001, 'x')}}}) {
    refused(ADOMCP_INVALID_ARGUMENT, more);
    EXPECT_TRUE(host_.requests.empty());
  }
  std::string upper = kId;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(decide({{"approval_id", upper}}).status, ADOMCP_OK);
}

TEST_F(DecideApproval, WhatIsDecidedSaysByWhomAndWhen) {
  json by_other = step_of("Team", "approved");
  by_other["actualApprover"] = {{"displayName", "Bob \"B\"\x1b[31m"}};
  is(approval_of("approved", json::array({by_other, step_of("Ann", "skipped")})));
  EXPECT_EQ(refused(),
            "The approval is not pending: it is \"approved\"; approved by \"Bob 'B'\" on "
            "2026-11-23T12:30:00Z. Nothing was sent.");
  is(approval_of("rejected",
                 json::array({step_of("Ann", "rejected"), step_of("Bob", "approved")})));
  EXPECT_THAT(refused(), HasSubstr("rejected by \"Ann\" on 2026-11-23T12:30:00Z, approved by"));
  for (const char* status : {"timedOut", "canceled", "skipped", "deferred", "uninitiated", "failed",
                             "completed", "undefined", "x\" and pending"}) {
    is(approval_of(status, json::array()));
    EXPECT_THAT(refused(), HasSubstr("not pending")) << status;
  }
  json many = json::array();
  for (int i = 0; i < 200; ++i) many.push_back(step_of(std::string(500, 'a').c_str(), "approved"));
  is(approval_of("approved", many));
  EXPECT_LE(refused().size(), 1200U);
}

TEST_F(DecideApproval, WhatLacksMembersIsNotDecidedOn) {
  json lacks = approval_of("pending", json::array());
  lacks.erase("status");
  is(lacks);
  EXPECT_THAT(refused(), HasSubstr("does not say that the approval is pending"));
  // As the official example has it: without a pipeline.
  lacks = approval_of("pending", json::array());
  lacks.erase("pipeline");
  is(lacks);
  EXPECT_THAT(refused(), HasSubstr("which run waits"));
  for (const json& id : {json(nullptr), json("x"), json(0), json(-1), json(json::object())}) {
    lacks = approval_of("pending", json::array());
    lacks["pipeline"]["owner"]["id"] = id;
    is(lacks);
    EXPECT_THAT(refused(), HasSubstr("which run waits")) << id;
  }
  for (const char* body : {"<html>", "[]", "{}", R"({"id": "other", "status": "pending"})"}) {
    host_.on("GET", "pipelines/approvals/" + kId, Answer::text(body));
    refused(ADOMCP_UNAVAILABLE);
  }
  host_.on("GET", "pipelines/approvals/" + kId,
           Answer::failed(ADOMCP_NOT_FOUND, 404, "No approval."));
  EXPECT_EQ(refused(ADOMCP_NOT_FOUND), "No approval.");
}

TEST_F(DecideApproval, TheRunsIdMayBeText) {
  json approval = approval_of("pending", json::array({step_of("Ann", "pending")}));
  approval["pipeline"]["owner"]["id"] = "7";
  is(approval);
  EXPECT_EQ(decide().status, ADOMCP_OK);
}

TEST_F(DecideApproval, OfAnotherProjectItIsRefused) {
  for (const char* place : {"/_links/self/href", "/pipeline/owner/_links/self/href"}) {
    json other = approval_of("pending", json::array({step_of("Ann", "pending")}));
    other[json::json_pointer(place)] = "https://dev.azure.com/contoso/p-2/_apis/x";
    is(other);
    EXPECT_THAT(refused(ADOMCP_DENIED), HasSubstr("another project")) << place;
    other[json::json_pointer(place)] = "https://dev.azure.com/contoso/SHOP/_apis/x";
    is(other);
    EXPECT_EQ(decide().status, ADOMCP_OK) << place;
  }
}

TEST_F(DecideApproval, ARunThatCannotBeReadIsNotDecidedOn) {
  for (const adomcp_status status : {ADOMCP_NOT_FOUND, ADOMCP_DENIED, ADOMCP_UNAVAILABLE}) {
    host_.on("GET", "build/builds/7", Answer::failed(status, 0, "The host's words."));
    EXPECT_THAT(refused(status), HasSubstr("The host's words."));
  }
  json deleted = build_json(7, "inProgress", "");
  deleted.update({{"deleted", true}, {"project", {{"id", "p-1"}}}});
  host_.on("GET", "build/builds/7", Answer::json(deleted));
  EXPECT_THAT(refused(ADOMCP_NOT_FOUND), HasSubstr("was deleted"));
}

TEST_F(DecideApproval, WithoutATimelineTheStageIsNotTold) {
  for (const Answer& timeline :
       {Answer::failed(ADOMCP_UNAVAILABLE, 503, "busy"), Answer{ADOMCP_OK, 204, "", {}, {}},
        Answer::text("<html>"), Answer::json({{"records", json::array()}})}) {
    host_.on("GET", "build/builds/7/timeline", timeline);
    const Outcome out = decide();
    ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
    EXPECT_FALSE(out.answer["approval"].contains("stage"));
  }
}

TEST_F(DecideApproval, TheEnvironmentIsThatOfItsChecks) {
  const std::string suite = "64dc0df7-f224-4b3b-a251-f67cbe9cf7a3";
  const auto check = [](const std::string& id, const char* type, const char* name) {
    return json{{"id", id},
                {"checkConfigurationRef", {{"resource", {{"type", type}, {"name", name}}}}}};
  };
  const json other = check("c579b5e1-9722-42e1-981e-63e004e6cb69", "environment", "Staging");
  json timeline =
      Timeline().stage("Deploy", "pending").check("Checkpoint.Approval", kId, "inProgress").json();
  for (json& record : timeline["records"]) {
    if (record["type"] == "Checkpoint") record["id"] = suite;
    if (record["type"] == "Checkpoint.Approval") record["parentId"] = suite;
  }
  host_.on("GET", "build/builds/7/timeline", Answer::json(timeline));
  const std::string path = "pipelines/checks/runs/" + suite;
  const std::vector<std::pair<Answer, const char*>> cases = {
      {Answer::json({{"checkRuns", {other, check(kId, "Environment", "Prod\u202e\x1b[31m 1")}}}),
       "Prod 1"},
      {Answer::json({{"checkRuns", {other, check(kId, "endpoint", "subscription")}}}), nullptr},
      {Answer::json({{"checkRuns", json::array({other})}}), nullptr},
      {Answer::json({{"checkRuns", {7, nullptr, {{"id", kId}}}}}), nullptr},
      {Answer::json(json::array()), nullptr},
      {Answer::text("<html>"), nullptr},
      {Answer::failed(ADOMCP_DENIED, 403, "no"), nullptr},
      {Answer::failed(ADOMCP_UNAVAILABLE, 503, "busy"), nullptr}};
  for (const auto& [answer, environment] : cases) {
    host_.on("GET", path, answer);
    const Outcome out = decide();
    ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
    EXPECT_TRUE(fits(host_.tool("decide_approval").output_schema, out.answer));
    EXPECT_EQ(out.answer["approval"]["stage"], "Deploy");
    EXPECT_EQ(out.answer["approval"].value("environment", ""),
              environment == nullptr ? "" : environment);
    EXPECT_EQ(host_.requests.back().path, path);
    EXPECT_TRUE(host_.requests.back().asks("api-version=7.2-preview.1"));
    EXPECT_EQ(patches().size(), 1U);
  }
}

TEST_F(DecideApproval, WhatTheHostSaysOfTheWriteComesWhole) {
  for (const adomcp_status status : {ADOMCP_DENIED, ADOMCP_UNKNOWN_OUTCOME, ADOMCP_THROTTLED,
                                     ADOMCP_INVALID_ARGUMENT, ADOMCP_UNAVAILABLE}) {
    host_.on("PATCH", "*", Answer::failed(status, 0, "The host's words."));
    const Outcome out = decide();
    EXPECT_EQ(out.status, status);
    EXPECT_EQ(out.text, "The host's words.");
    EXPECT_EQ(host_.requests.back().method, "PATCH");
  }
}

TEST_F(DecideApproval, AnUnreadableAnswerIsAnUnknownOutcome) {
  for (const char* body : {"", "{\"value\": [", "{}", "[]", "null", R"({"value": [{"id": "x"}]})",
                           R"({"value": [7]})", "<html>"}) {
    host_.on("PATCH", "*", Answer::text(body));
    const Outcome out = decide();
    EXPECT_EQ(out.status, ADOMCP_UNKNOWN_OUTCOME) << body;
    EXPECT_THAT(out.text, HasSubstr("Look with list_approvals before trying again"));
    EXPECT_EQ(patches().size(), 1U);
  }
}

struct After {
  const char* what;
  json approval;
  const char* decision;
  const char* note;  ///< null: none
};

TEST_F(DecideApproval, NotesSayWhatIsStillMissing) {
  const json ann = step_of("Ann", "approved");
  const json bob = step_of("Bob", "pending");
  const std::vector<After> cases = {
      {"done", approval_of("Approved", json::array({ann})), "approve", nullptr},
      {"one of two", approval_of("pending", json::array({ann, bob}), 2), "approve",
       "1 more must approve"},
      {"all have to", approval_of("pending", json::array({ann, bob, bob}), 0), "approve",
       "2 more must"},
      {"no steps", approval_of("pending", json::array(), 0), "approve", "still pending"},
      {"rejected, not ended", approval_of("pending", json::array({bob})), "reject",
       "still pending"},
      {"somebody else rejected", approval_of("rejected", json::array({ann})), "approve",
       "another status"},
      {"no status", approval_of("", json::array({ann})), "approve", "another status"},
  };
  for (const After& one : cases) {
    SCOPED_TRACE(one.what);
    answers(one.approval);
    const Outcome out = decide({{"decision", one.decision}});
    ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
    EXPECT_TRUE(fits(host_.tool("decide_approval").output_schema, out.answer));
    EXPECT_EQ(out.answer.contains("notes"), one.note != nullptr);
    if (one.note != nullptr) {
      EXPECT_THAT(out.answer["notes"][0].get<std::string>(), HasSubstr(one.note));
    }
  }
}

TEST_F(DecideApproval, NamesOfStrangersAreCleaned) {
  json build = build_json(7, "inProgress", "");
  build["definition"]["name"] = "ci\x1b[31m\u202e password=hunter2-hunter2";
  build["project"] = {{"id", "p-1"}};
  serve(host_, build,
        Timeline()
            .stage("Deploy\u202e\x1b[31m now", "pending")
            .check("Checkpoint.Approval", "AAB27959-A5BE-4EE3-97CA-F19B3602CD2F", "inProgress")
            .json());
  const Outcome out = decide();
  ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
  EXPECT_EQ(out.answer["approval"]["stage"], "Deploy now");
  for (const char* not_said : {"\x1b", "\u202e", "hunter2"}) {
    EXPECT_THAT(out.raw, Not(HasSubstr(not_said)));
  }
}

TEST_F(DecideApproval, ACallThatIsOverSendsNothing) {
  host_.interrupted = ADOMCP_CANCELLED;
  for (const std::size_t after : {0U, 1U, 3U}) {
    host_.interrupted_after = after;
    EXPECT_EQ(decide().status, ADOMCP_CANCELLED);
    for (const Request& sent : patches()) EXPECT_EQ(after, 3U) << sent.path;
  }
}

}  // namespace
}  // namespace adomcp::control
