#include "outbound_identity/azure_cli_credential.h"

#include <signal.h>

#include <thread>

#include "support.h"

namespace adomcp::outbound_identity {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

class AzureCliTest : public ::testing::Test {
 protected:
  Result<AccessToken> ask(const AzureCliSettings& settings = {}, Deadline deadline = soon(),
                          const CancelToken& cancel = {},
                          milliseconds patience = std::chrono::seconds(30)) {
    AzureCliCredential credential(settings, kAzureDevOpsResource, clock_,
                                  fixed({{"PATH", programs_.search_path()}}), patience);
    return credential.token(deadline, cancel);
  }
  Error failure_of(const std::string& body) {
    programs_.script("az", body);
    const auto result = ask();
    EXPECT_FALSE(result) << body;
    if (result) return {};
    expect_no_secret(result.error());
    return result.error();
  }
  /// Waits for the process whose number a script wrote to be gone.
  bool gone(const std::string& file) {
    const int number = std::stoi(programs_.read(file));
    const auto until = Deadline::after(std::chrono::seconds(20));
    while (!until.passed()) {
      if (kill(number, 0) != 0) return true;
      // A killed orphan stays a zombie until init reaps it, which a container may lack.
      std::ifstream stat("/proc/" + std::to_string(number) + "/stat");
      std::string line;
      std::getline(stat, line);  // nothing when the process ends meanwhile
      if (line.find(") Z") != std::string::npos) return true;
      std::this_thread::yield();
    }
    return false;
  }

  ManualClock clock_;
  ProgramFolder programs_;
};

TEST_F(AzureCliTest, AsksForAzureDevOpsAndReadsTheAnswer) {
  programs_.script("az", "echo \"$@\" > " + programs_.file("arguments") +
                             "; read line && echo stdin >> " + programs_.file("arguments") +
                             "; printf '{\"accessToken\":\"" + kSecret +
                             "\",\"expires_on\":1700003600,\"expiresOn\":\"x\"}'");
  const auto result = ask();
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->authorization, "Bearer " + kSecret);
  EXPECT_EQ(result->expires_at.time_since_epoch(), std::chrono::seconds(1700003600));
  EXPECT_EQ(programs_.read("arguments"),
            "account get-access-token --output json --resource "
            "499b84ac-1321-427f-aa17-267ca6975798\n");
}

TEST_F(AzureCliTest, PassesTheTenantAsOneArgument) {
  programs_.script(
      "az", "for a; do last=$a; done; echo \"$last\" > " + programs_.file("last") + "; echo '{}'");
  (void)ask({"a; touch /tmp/x"});
  EXPECT_EQ(programs_.read("last"), "a; touch /tmp/x\n");
}

TEST_F(AzureCliTest, SaysWhatIsMissing) {
  AzureCliCredential credential({}, kAzureDevOpsResource, clock_,
                                fixed({{"PATH", "/nonexistent::relative"}}));
  const auto result = credential.token(soon(), {});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text(), HasSubstr("Install the Azure CLI"));
}

TEST_F(AzureCliTest, ShowsTheUsefulLineOfAFailure) {
  const auto error = failure_of(
      "echo 'WARNING: something' >&2; echo >&2;"
      "echo \"ERROR: Please run 'az login' to setup account. " +
      kSecret + "\" >&2; echo more >&2; exit 1");
  EXPECT_THAT(error.text(), HasSubstr("Please run 'az login' to setup account."));
  EXPECT_THAT(error.text(), HasSubstr("exit code 1"));
  EXPECT_THAT(error.text(), Not(HasSubstr("WARNING")));
  EXPECT_THAT(error.hint, HasSubstr("az login"));
}

TEST_F(AzureCliTest, RefusesAnswersItCannotRead) {
  EXPECT_THAT(failure_of("echo hello " + kSecret).text(), HasSubstr("not JSON"));
  EXPECT_THAT(failure_of("echo '[\"" + kSecret + "\"]'").text(), HasSubstr("not JSON"));
  EXPECT_THAT(failure_of("echo '{\"accessToken\":7}'").text(), HasSubstr("no accessToken"));
  EXPECT_THAT(
      failure_of("echo '{\"accessToken\":\"" + kSecret + "\\\\n\",\"expires_on\":1}'").text(),
      HasSubstr("wrong form"));
  EXPECT_THAT(failure_of("echo '{\"accessToken\":\"" + kSecret + "\"}'").text(),
              HasSubstr("expires"));
  EXPECT_THAT(failure_of("exit 0").text(), HasSubstr("not JSON"));
  EXPECT_THAT(failure_of("kill -9 $$").text(), HasSubstr("exit code 137"));
}

TEST_F(AzureCliTest, ReadsWhatOlderOnesAnswer) {
  // Before 2.54 there was only the local time, without a zone.
  programs_.script("az",
                   "at=$(date -d @1700003600 '+%Y-%m-%d %H:%M:%S.000000'); printf "
                   "'{\"accessToken\":\"" +
                       kSecret +
                       "\",\"expiresOn\":\"%s\",\"subscription\":\"s\",\"tenant\":\"t\","
                       "\"tokenType\":\"Bearer\"}' \"$at\"");
  const auto result = ask();
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->expires_at.time_since_epoch(), std::chrono::seconds(1700003600));
}

TEST_F(AzureCliTest, WarningsBesideAnAnswerDoNoHarm) {
  programs_.script("az",
                   "echo 'WARNING: You have 2 update(s) available. Consider updating your CLI "
                   "installation with az upgrade' >&2;"
                   "echo 'UserWarning: the extension azure-devops is deprecated' >&2;"
                   "printf '{\"accessToken\":\"" +
                       kSecret + "\",\"expires_on\":1700003600}\n\n'");
  EXPECT_TRUE(ask());
}

/// What the CLI prints when it gives no token, by version and cause.
struct Failing {
  const char* name;
  std::string script;
  const char* shown;
};

class AzureCliFailures : public AzureCliTest, public ::testing::WithParamInterface<Failing> {};

TEST_P(AzureCliFailures, AreShownWithoutAnythingLikeAToken) {
  const auto error = failure_of(GetParam().script);
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_THAT(error.message, HasSubstr(GetParam().shown));
  EXPECT_THAT(error.text(), Not(HasSubstr("\n")));
}

INSTANTIATE_TEST_SUITE_P(
    Documented, AzureCliFailures,
    ::testing::Values(
        Failing{"NotLoggedIn",
                "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1",
                "Please run 'az login' to setup account."},
        Failing{"Expired",
                "printf 'ERROR: AADSTS700082: The refresh token has expired due to inactivity. "
                "Trace ID: " +
                    kSecret +
                    "\\nInteractive authentication is needed. Please run:\\naz login --scope "
                    "x/.default\\n' >&2; exit 1",
                "AADSTS700082: The refresh token has expired due to inactivity."},
        Failing{"ExpiredBeforeTheErrorMark",
                "printf 'AADSTS70043: The refresh token has expired or is invalid due to sign-in "
                "frequency checks by conditional access.\\nTrace ID: " +
                    kSecret + "\\nTo re-authenticate, please run:\\naz login\\n' >&2; exit 1",
                "AADSTS70043: The refresh token has expired"},
        Failing{"JsonOfTheServer",
                "echo 'ERROR: Get Token request returned http error: 400 and server response: "
                "{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS50076: More.\","
                "\"refresh_token\":\"" +
                    kSecret + "\"}' >&2; exit 1",
                "Get Token request returned http error: 400"},
        Failing{"AfterAnExtensionsWarning",
                "echo 'WARNING: Unable to import the extension azure-devops' >&2;"
                "echo 'ERROR: The subscription of abc does not exist in cloud AzureCloud.' >&2;"
                "exit 3",
                "(exit code 3): The subscription of abc does not exist"},
        Failing{"NoExpiry",  // 2.30 with a managed identity
                "printf '{\"accessToken\":\"" + kSecret + "\",\"expiresOn\":null}'",
                "does not say when the token expires"},
        Failing{"AnErrorForAnAnswer",
                "printf '{\"error\":{\"code\":\"x\",\"message\":\"" + kSecret + "\"}}'",
                "holds no accessToken"},
        Failing{"ATokenAndAFailure",
                "printf '{\"accessToken\":\"" + kSecret + "\",\"expires_on\":1700003600}'; exit 1",
                "gave no token (exit code 1)."},
        Failing{"BrokenInstallation", "exec /nonexistent/python3 -m azure.cli",
                "gave no token (exit code 127)"},
        Failing{"Interrupted", "kill -2 $$; sleep 1", "gave no token (exit code 130)"}),
    [](const auto& test) { return test.param.name; });

TEST_F(AzureCliTest, BoundsWhatItReads) {
  EXPECT_THAT(failure_of("while :; do echo " + kSecret + "; done").text(),
              HasSubstr("more than an answer can be"));
  // A flood of errors is dropped, not refused.
  programs_.script("az",
                   "i=0; while [ $i -lt 2000 ]; do echo \"noise noise noise noise\" >&2; "
                   "i=$((i+1)); done; printf '{\"accessToken\":\"t\",\"expires_on\":1}'");
  EXPECT_TRUE(ask());
}

TEST_F(AzureCliTest, KillsAHangingProgramAndItsChildren) {
  const std::string script = "sleep 1000 & echo $! > " + programs_.file("child") + "; echo $$ > " +
                             programs_.file("self.tmp") + "; mv " + programs_.file("self.tmp") +
                             " " + programs_.file("self") + "; wait";
  programs_.script("az", script);
  CancelToken cancel;
  std::thread canceller([&] {
    while (!std::filesystem::exists(programs_.file("self"))) std::this_thread::yield();
    cancel.cancel();
  });
  const auto result = ask({}, soon(), cancel);
  canceller.join();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(gone("self"));
  EXPECT_TRUE(gone("child"));
}

TEST_F(AzureCliTest, StopsAtTheDeadline) {
  programs_.script("az", "exec sleep 1000");
  const auto result = ask({}, Deadline::after(milliseconds(50)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kTimeout);
  // Running out of its own patience is the program's failure, not the caller's.
  const auto impatient = ask({}, soon(), {}, milliseconds(50));
  ASSERT_FALSE(impatient);
  EXPECT_EQ(impatient.error().code, ErrorCode::kUnavailable);
}

TEST_F(AzureCliTest, DoesNotWaitForWhatTheProgramLeavesBehind) {
  programs_.script("az", "sleep 1000 & echo $! > " + programs_.file("child") +
                             "; printf '{\"accessToken\":\"t\",\"expires_on\":1}'");
  EXPECT_TRUE(ask());
  EXPECT_TRUE(gone("child"));
}

TEST_F(AzureCliTest, GivesTheProgramNoDescriptors) {
  constexpr int kOwnByTheShell = 10;  // dash keeps the script open there
  programs_.script("az", "ls /proc/$$/fd > " + programs_.file("list") + "; echo '{}'");
  std::ofstream open(programs_.file("open"));  // a descriptor that could leak
  (void)ask();
  std::istringstream list(programs_.read("list"));
  std::vector<int> numbers;
  for (int number = 0; list >> number;) {
    if (number < kOwnByTheShell) numbers.push_back(number);
  }
  EXPECT_THAT(numbers, ::testing::UnorderedElementsAre(0, 1, 2));
}

}  // namespace
}  // namespace adomcp::outbound_identity
