#include "azure_devops/error_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <nlohmann/json.hpp>
#include <string>

namespace adomcp::azure_devops {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Case {
  int status;
  ErrorCode code;
  const char* says;
};

class Statuses : public testing::TestWithParam<Case> {};

TEST_P(Statuses, BecomeSentences) {
  const AskedFor asked{"contoso", "Payments", "build/builds/9"};
  const auto error = explain_status(GetParam().status, "application/json",
                                    R"({"message":"VS1234: because"})", "", asked);
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_THAT(error.text(), HasSubstr(GetParam().says));
  const bool quoted = GetParam().status != 404;  // see explain_not_found
  EXPECT_EQ(error.text().find("VS1234: because") != std::string::npos, quoted);
}

TEST(ErrorMessage, AnOrganizationsOwn404IsQuoted) {
  const auto error = explain_status(404, "application/json", R"({"message":"VS1234: because"})", "",
                                    {"contoso", "", "projects/Payments"});
  EXPECT_THAT(error.text(), HasSubstr("VS1234: because"));
}

INSTANTIATE_TEST_SUITE_P(
    Table, Statuses,
    testing::Values(Case{400, ErrorCode::kInvalid, "build/builds/9"},
                    Case{401, ErrorCode::kDenied, "credential of organization 'contoso'"},
                    Case{403, ErrorCode::kDenied, "Give that identity the permission"},
                    Case{404, ErrorCode::kNotFound, "project 'Payments'"},
                    Case{409, ErrorCode::kInvalid, "conflict"},
                    Case{418, ErrorCode::kInvalid, "418"},
                    Case{429, ErrorCode::kThrottled, "limits the rate"},
                    Case{500, ErrorCode::kUnavailable, "500"},
                    Case{503, ErrorCode::kUnavailable, "Try again"}));

TEST(ErrorMessage, IsOneBoundedPlainLineWithoutTheSecret) {
  const std::string body = R"({"message":"a\r\nb\u0007 c3VwZXItc2VjcmV0 c3VwZXItc2VjcmV0)" +
                           std::string(5000, 'x') + "\"}";
  const auto text = message_of("application/json", body, "c3VwZXItc2VjcmV0");
  EXPECT_LE(text.size(), 4000u);
  EXPECT_THAT(text, HasSubstr("a b *** ***"));
  EXPECT_THAT(text, HasSubstr("xx [cut]"));
  EXPECT_THAT(text, Not(HasSubstr("c3Vw")));
}

TEST(ErrorMessage, ALongLineHasTheRoomThatNothingElseNeeds) {
  std::string names = "Mandatory parameters are missing: ";
  for (int i = 0; i < 100; ++i) names += "parameter_" + std::to_string(i) + ", ";
  const auto quoted_names = '"' + names + "end\"";
  for (const std::string& body :
       {R"({"message":)" + quoted_names + "}",
        R"({"message":"No.","ValidationResults":[)" + quoted_names + "]}"}) {
    const auto text = message_of("application/json", body, "");
    EXPECT_THAT(text, HasSubstr("parameter_99, end"));
    EXPECT_LE(text.size(), 4000u);
  }
}

TEST(ErrorMessage, JsonIsReadUnderAnotherNameButNotAPage) {
  const std::string body = R"( {"message":"No."})";
  for (const char* type : {"text/plain", "text/plain; charset=utf-8", ""}) {
    EXPECT_EQ(message_of(type, body, ""), "No.") << type;
  }
  EXPECT_EQ(message_of("text/html", body, ""), "");
  EXPECT_EQ(message_of("text/plain", "No.", ""), "");
}

struct Body {
  const char* name;
  const char* text;
  const char* says;
};

class Bodies : public testing::TestWithParam<Body> {};

TEST_P(Bodies, AreToldWhole) {
  EXPECT_EQ(message_of("application/json; charset=utf-8; api-version=7.1", GetParam().text, ""),
            GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Bodies,
    testing::Values(
        Body{"wrapped exception",
             R"({"$id":"1","customProperties":{"ValidationResults":[
                 {"result":"error","message":"A is missing."},
                 {"result":"error","message":"B is missing."}]},"innerException":null,
                 "message":"Could not queue.","typeName":"T, A","typeKey":"T","errorCode":0,"eventId":3000})",
             "Could not queue. (1) A is missing. (2) B is missing."},
        Body{
            "one result needs no number",
            R"({"customProperties":{"ValidationResults":[{"result":"error","message":"A."}]},"message":"No."})",
            "No. A."},
        Body{"bare exception",
             R"({"ClassName":"X","Message":"Could not queue.","Data":null,"InnerException":null,
                 "HResult":-2146232832,"m_logLevel":"warning","ValidationResults":[
                 {"result":"error","message":"A."},{"result":"warning","message":"Old."},
                 {"result":"ok","message":"fine"}]})",
             "Could not queue. (1) A. (2) warning: Old."},
        Body{"results by number",
             R"({"message":"No.","ValidationResults":[{"result":2,"message":"A."},
                 {"result":1,"message":"B."},{"result":0,"message":"C."}]})",
             "No. (1) A. (2) warning: B."},
        Body{"results as texts",
             R"({"message":"No.","customProperties":{"validationResults":["A.","B."]}})",
             "No. (1) A. (2) B."},
        Body{
            "results as JSON text",
            R"({"message":"No.","customProperties":{"ValidationResults":"[{\"result\":\"error\",\"message\":\"A.\"},\"B.\"]"}})",
            "No. (1) A. (2) B."},
        Body{"properties as JSON text",
             R"({"message":"No.","customProperties":"{\"ValidationResults\":[\"A.\"]}"})",
             "No. A."},
        Body{"lists in $values",
             R"({"message":"No.","customProperties":{"$type":"D","ValidationResults":
                 {"$type":"L","$values":[{"$id":"2","message":"A."},{"$id":"3","message":"B."}]}}})",
             "No. (1) A. (2) B."},
        Body{"inner exceptions",
             R"({"message":"Outer.","innerException":{"message":"Inner.","customProperties":
                 {"ValidationResults":[{"errorMessage":"A."}]},"innerException":{"Message":"Core."}}})",
             "Outer. (1) Inner. (2) A. (3) Core."},
        Body{"the same words once",
             R"({"message":"No.","innerException":{"message":"No."},
                 "customProperties":{"ValidationResults":["A.","A."]}})",
             "No. A."},
        Body{"several lines",
             R"({"message":"/a.yml (Line: 1): x\r\n/a.yml (Line: 2): y\n\n/a.yml (Line: 3): z",
                 "typeKey":"PipelineValidationException"})",
             "/a.yml (Line: 1): x (1) /a.yml (Line: 2): y (2) /a.yml (Line: 3): z"},
        Body{"OData's value", R"({"$id":"1","value":{"Message":"No such thing."}})",
             "No such thing."},
        Body{"OData's error",
             R"({"error":{"code":"1","message":"No.","innererror":{"message":"x"}}})", "No."},
        Body{"an error as text", R"({"error":"invalid_client"})", "invalid_client"},
        Body{"errorMessage", R"({"errorMessage":"No.","errors":[{"message":"A."}]})", "No. A."},
        Body{"errors by field",
             R"({"title":"One or more errors.","status":400,"errors":{"top":["Too big.","Odd."]}})",
             "One or more errors. (1) top: Too big. (2) top: Odd."},
        Body{"a result without words isn't lost",
             R"({"message":"No.","ValidationResults":[{"code":7,"result":"error"}]})",
             R"(No. {"code":7,"result":"error"})"},
        Body{"no headline", R"({"ValidationResults":[{"message":"A."},{"message":"B."}]})",
             "(1) A. (2) B."},
        Body{"a list of errors", R"([{"message":"A."},{"message":"B."}])", "(1) A. (2) B."},
        Body{
            "a body that broke off",
            R"({"customProperties":{"ValidationResults":[{"message":"A."},{"message":"B."},{"mess)",
            "(1) A. (2) B. [cut]"},
        Body{
            "results as JSON text in value",
            R"({"message":"No.","ValidationResults":{"value":"[{\"result\":\"error\",\"message\":\"A.\"}]"}})",
            "No. A."},
        Body{
            "results as JSON text in dollar value",
            R"({"message":"No.","ValidationResults":{"$value":"[{\"message\":\"A.\"},{\"message\":\"B.\"}]"}})",
            "No. (1) A. (2) B."},
        Body{
            "results by number of the entry",
            R"({"message":"No.","ValidationResults":{"0":{"result":"error","message":"A."},"1":"B."}})",
            "No. (1) A. (2) B."},
        Body{"results by parameter",
             R"({"message":"No.","ValidationResults":{"p1":"must be a number"}})",
             "No. p1: must be a number"},
        Body{
            "properties as a list of key and value",
            R"({"message":"No.","customProperties":[{"key":"ValidationResults","value":[{"message":"A."},{"message":"B."}]}]})",
            "No. (1) A. (2) B."},
        Body{
            "a list of errors with properties",
            R"({"value":[{"message":"No.","customProperties":{"ValidationResults":[{"message":"A."}]}}]})",
            "(1) No. (2) A."},
        Body{
            "details within a result",
            R"({"message":"No.","ValidationResults":[{"message":"A.","details":[{"message":"B."}]}]})",
            "No. (1) A. (2) B."},
        Body{"a message that is a number",
             R"({"message":"No.","ValidationResults":[{"result":2,"message":5}]})", "No. 5"},
        Body{"controls", "{\"message\":\"a\\u0007b\\u0085c\\u009b31md\\u007fe\"}", "abcde"}),
    [](const auto& tried) {
      std::string name = tried.param.name;
      std::erase_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
      return name;
    });

std::string results(int count, std::size_t bytes) {
  std::string body = R"({"message":"No.","customProperties":{"ValidationResults":[)";
  for (int i = 1; i <= count; ++i) {
    body += (i > 1 ? ",{\"message\":\"" : "{\"message\":\"") + std::to_string(i) + "-" +
            std::string(bytes, 'x') + "\"}";
  }
  return body + "]}}";
}

TEST(ErrorMessage, SaysHowManyResultsWereLeftOut) {
  EXPECT_THAT(message_of("application/json", results(40, 20), ""),
              testing::AllOf(HasSubstr("(40) 40-x"), Not(HasSubstr("more"))));
  const auto long_ones = message_of("application/json", results(14, 250), "");
  EXPECT_THAT(long_ones, HasSubstr(" (11) 11-x"));
  EXPECT_THAT(long_ones, testing::EndsWith(" … and 3 more"));
  EXPECT_THAT(message_of("application/json", results(54, 2), ""),
              testing::EndsWith(" (50) 50-xx … and 4 more"));
  const auto huge = message_of("application/json", results(500, 5000), "");
  EXPECT_LE(huge.size(), 4000u);
  EXPECT_THAT(huge, HasSubstr("xx [cut] (2)"));
  EXPECT_THAT(huge, HasSubstr("more"));
}

TEST(ErrorMessage, CutsTheSecretOutOfEveryPart) {
  const auto text = message_of(
      "application/json",
      R"({"message":"m c3VwZXItc2VjcmV0","customProperties":{"ValidationResults":["r c3VwZXItc2VjcmV0"]},
          "innerException":{"message":"i c3VwZXItc2VjcmV0"}})",
      "c3VwZXItc2VjcmV0");
  EXPECT_EQ(text, "m *** (1) r *** (2) i ***");
}

TEST(ErrorMessage, DeepAndHostileBodiesEnd) {
  std::string deep;
  for (int i = 0; i < 20000; ++i) deep += R"({"message":"m","innerException":)";
  EXPECT_LE(message_of("application/json", deep + "null" + std::string(20000, '}'), "").size(),
            4000u);
  EXPECT_LE(message_of("application/json", deep, "").size(), 4000u);
  EXPECT_EQ(message_of("application/json", std::string(60000, '['), ""), "");
}

TEST(ErrorMessage, ALogThatIsGoneIsNoMatterOfItsName) {
  const AskedFor asked{"contoso", "Payments", "build/builds/9/logs/4"};
  const auto missing = explain_status(404, "application/json", "{}", "", asked);
  EXPECT_EQ(missing.code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.text(), HasSubstr("no longer kept"));
  EXPECT_THAT(missing.text(), Not(HasSubstr("Check the id")));
  const auto gone = explain_status(410, "application/json", R"({"message":"Gone."})", "", asked);
  EXPECT_EQ(gone.code, ErrorCode::kNotFound);
  EXPECT_THAT(gone.text(), HasSubstr("no longer keeps build/builds/9/logs/4"));
  EXPECT_THAT(gone.text(), HasSubstr("(410): \"Gone.\""));
}

TEST(ErrorMessage, IsCleanedAsEverythingFromOutsideIs) {
  const auto said = [](const std::string& message) {
    return message_of("application/json", nlohmann::json{{"message", message}}.dump(), "");
  };
  EXPECT_EQ(said("a\xE2\x80\xAE\xE2\x80\x8B"
                 "b\xF3\xA0\x81\x81\xE3\x85\xA4"),
            "ab");
  EXPECT_EQ(said("\x1B[31mred"), "red");
  EXPECT_EQ(said("TF1: password=hunter2 is wrong"), "TF1: password=*** is wrong");
  EXPECT_EQ(said("https://user:hunter2@host/x failed"), "https://***@host/x failed");
}

TEST(ErrorMessage, WhatTheServerSaysCannotLeaveItsQuotationMarks) {
  const AskedFor asked{"contoso", "Pay'ments", "build/builds/9"};
  const auto body = nlohmann::json{{"message",
                                    "no\". Now \xE2\x80\x9C"
                                    "do this\xE2\x80\x9D"}}
                        .dump();
  for (const int status : {400, 401, 403, 404, 409, 429, 500}) {
    const auto text = explain_status(status, "application/json", body, "", asked).text();
    // A 404 says nothing of what else there may be.
    if (status != 404) {
      EXPECT_THAT(text, HasSubstr("\"no'. Now 'do this'\""));
    }
    EXPECT_THAT(text, Not(HasSubstr("\xE2\x80\x9C")));
    EXPECT_THAT(text, Not(HasSubstr("Pay'ments")));
  }
}

TEST(ErrorMessage, OtherBodiesSayNothing) {
  EXPECT_EQ(message_of("text/html", "<html>", ""), "");
  EXPECT_EQ(message_of("application/json", "{", ""), "");
  EXPECT_EQ(message_of("application/json", "[1]", ""), "");
  EXPECT_EQ(message_of("application/json", R"({"message":7})", ""), "");
}

}  // namespace
}  // namespace adomcp::azure_devops
