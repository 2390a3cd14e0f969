#include "core/secret_shape.h"

#include <gtest/gtest.h>

#include <string>

namespace adomcp {
namespace {

/// `text` over and over, `size` bytes of it.
std::string repeated(const std::string& text, std::size_t size) {
  std::string out;
  while (out.size() < size) out += text;
  return out.substr(0, size);
}

const std::string kMixed = "aB3dE6gH9";  // as random text has them
const std::string kJwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";

TEST(SecretShape, TokensAreHiddenWhereverAndHoweverTheyStand) {
  const std::string secrets[] = {
      kJwt,
      "Bearer " + kJwt,
      "bearer abc",
      "x" + kJwt,
      "get_" + kJwt + "_logs",
      kJwt.substr(0, 12),
      "Basic OmFiYw==",
      repeated("k2mvd7q", 52),  // a personal access token of old
      repeated(kMixed, 84),     // and of new
      repeated(kMixed, 30),     // an opaque one
      repeated("0123456789abcdef", 64),
      "ghp_" + repeated(kMixed, 36),
      "github_pat_" + repeated(kMixed, 22),
      "glpat-" + repeated(kMixed, 20),
      "xoxb-123456789012-abcdef",
      "sk-" + repeated(kMixed, 20),
      "AKIA" + repeated("ABCD12", 16),
      "npm_" + repeated(kMixed, 36),
      "hf_" + repeated(kMixed, 34),
      "q1w8Q~" + repeated(kMixed, 34),
      "https://ada:pw@host/path",
      "https://host/path?code=1",
      "res://x/" + repeated("k2mvd7q", 52),
      "build://7/" + kJwt,
      "password=abc",
  };
  for (const auto& secret : secrets) {
    EXPECT_TRUE(looks_secret(secret)) << secret;
    EXPECT_TRUE(looks_like_token(secret)) << secret;
  }
}

TEST(SecretShape, ANameThatNobodyKnowsIsLookedAtMoreClosely) {
  const std::string names[] = {
      repeated("0123456789abcdef", 32),
      repeated("0123456789abcdef", 40),
      repeated("ab3", 24),
      "run_" + repeated("k2m7", 20),
      repeated("AB12", 20),
  };
  for (const auto& name : names) {
    EXPECT_FALSE(looks_secret(name)) << name;
    EXPECT_TRUE(looks_like_token(name)) << name;
  }
}

TEST(SecretShape, NamesAreShown) {
  const std::string names[] = {
      "",
      "list_pipeline_runs",
      "get_run_failure_logs_v2",
      "ListPipelineRunsOfAProject2",
      "DeployTheWholeReleaseToEurope2",
      "tools/call",
      "io.modelcontextprotocol/protocolVersion",
      "2026-07-28",
      "contoso-payments-api-release-2026",
      "sk-learn-2026-model",
      "ASIA-pipelines-2026",
      "token_exchange",
      "build://contoso/Payments/4711/log",
      "https://dev.azure.com/contoso/Payments/_build/results?buildId=4711&view=logs",
      "11111111-2222-3333-4444-555555555555",
      "-var-file=environments/production-eu-west.tfvars",
      "myregistry.azurecr.io/team/payments-service/api-gateway",
      "src/services/payments/Contoso.Payments.Api/appsettings.json",
      "--filter=TestCategory=Integration-and-not-Slow-and-not-Flaky",
  };
  for (const auto& name : names) {
    EXPECT_FALSE(looks_secret(name)) << name;
    EXPECT_FALSE(looks_like_token(name)) << name;
  }
  EXPECT_FALSE(looks_secret("git://commit/" + repeated("0123456789abcdef", 40)));
}

}  // namespace
}  // namespace adomcp
