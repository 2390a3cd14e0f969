#include "http/challenge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace adomcp::http {
namespace {

constexpr const char* kUrl = "https://h/.well-known/oauth-protected-resource/mcp";

SignInRefusal refusal(int status, const std::string& error, const std::string& message,
                      std::chrono::seconds retry_after = {}) {
  SignInRefusal made;
  made.status = status;
  made.error = error;
  made.message = message;
  made.retry_after = retry_after;
  return made;
}

std::string header(const HttpResponse& answer, std::string_view name) {
  for (const auto& [key, value] : answer.headers) {
    if (key == name) return value;
  }
  return "-";
}

TEST(Challenge, SaysWhatIsWrongAndWhereToSignIn) {
  const std::string metadata = std::string("resource_metadata=\"") + kUrl + "\"";
  struct Case {
    SignInRefusal refusal;
    std::string scope;
    std::string authenticate;
    std::string retry_after;
  };
  const Case cases[] = {
      {refusal(401, "", "sign in"), "a b", "Bearer " + metadata + ", scope=\"a b\"", "-"},
      {refusal(401, "", "sign in"), "", "Bearer " + metadata, "-"},
      {refusal(401, "invalid_token", "it expired"), "a",
       "Bearer " + metadata +
           ", scope=\"a\", error=\"invalid_token\", error_description=\"it expired\"",
       "-"},
      {refusal(403, "insufficient_scope", "ask for a"), "a",
       "Bearer " + metadata +
           ", scope=\"a\", error=\"insufficient_scope\", error_description=\"ask for a\"",
       "-"},
      {refusal(403, "", "too many groups"), "a", "-", "-"},
      {refusal(403, "invalid_token", "no"), "a", "-", "-"},
      {refusal(503, "", "no keys", std::chrono::seconds(17)), "a", "-", "17"},
      {refusal(503, "", "no keys"), "a", "-", "5"},
      {refusal(401, "", "sign in", std::chrono::seconds(3)), "", "Bearer " + metadata, "-"},
  };
  for (const Case& row : cases) {
    const HttpResponse answer = challenge(row.refusal, kUrl, row.scope);
    EXPECT_EQ(answer.status, row.refusal.status);
    EXPECT_EQ(header(answer, "WWW-Authenticate"), row.authenticate);
    EXPECT_EQ(header(answer, "Retry-After"), row.retry_after) << row.refusal.message;
    const auto body = nlohmann::json::parse(answer.body);
    EXPECT_EQ(body["error"]["message"], row.refusal.message);
  }
}

TEST(Challenge, WithoutMetadataItIsBare) {
  EXPECT_EQ(header(challenge(refusal(401, "", "x"), "", ""), "WWW-Authenticate"), "Bearer");
}

// Whatever a token smuggles into a message can neither end the string nor the header.
TEST(Challenge, DescriptionsAreSafeInsideQuotes) {
  const std::pair<std::string, std::string> cases[] = {
      {R"(say "no")", "say 'no'"},
      {"a\\\"b", "a?'b"},
      {"a\r\nX-Evil: b", "a??X-Evil: b"},
      {std::string("a\0b", 3), "a?b"},
      {"caf\xC3\xA9 \x7F", "caf?? ?"},
      {"\xFF\xFE", "??"},
      {std::string(5000, 'x'), std::string(1000, 'x')},
  };
  for (const auto& [message, shown] : cases) {
    const HttpResponse answer = challenge(refusal(401, "invalid_token", message), "", "");
    EXPECT_EQ(header(answer, "WWW-Authenticate"),
              "Bearer error=\"invalid_token\", error_description=\"" + shown + "\"");
  }
}

}  // namespace
}  // namespace adomcp::http
