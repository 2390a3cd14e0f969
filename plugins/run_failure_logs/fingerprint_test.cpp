#include "run_failure_logs/fingerprint.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace adomcp::failure_logs {
namespace {

RootCause cause_of(const std::string& task, Kind kind = Kind::kError,
                   std::vector<std::string> messages = {}) {
  RootCause out;
  out.task = task;
  out.job = "linux";
  out.kind = kind;
  out.messages = std::move(messages);
  return out;
}

std::string of(const std::string& reason) {
  return fingerprint_of(cause_of("Compile"), reason);
}

/// Each row: one failure as different runs tell it.
TEST(Fingerprint, IsEqualForTheSameFailureInAnotherRun) {
  const std::vector<std::vector<std::string>> rows = {
      {"src/total.cpp:18:10: error: 'totl' was not declared in this scope",
       "src/total.cpp:21:4: error: 'totl' was not declared in this scope"},
      {"/home/vsts/work/1/s/src/App.cs(12,5): error CS0103: The name 'x' does not exist",
       "/home/vsts/work/7/s/src/App.cs(14,9): error CS0103: The name 'x' does not exist",
       "/agents/blue/_work/12/s/src/App.cs(140,9): error CS0103: The name 'x' does not exist"},
      {R"(D:\a\1\s\src\App.cs(12,5): error CS0103: no such name)",
       R"(C:\agent\_work\33\s\src\App.cs(2,5): error CS0103: no such name)"},
      {"FAIL: TestUpload (3.21s)", "FAIL: TestUpload (12.04s)"},
      {"Timed out after 30012 ms waiting for http://localhost:41233/health",
       "Timed out after 30155 ms waiting for http://localhost:38001/health"},
      {"Could not delete /tmp/tmp.aB3xYz9/state", "Could not delete /tmp/tmp.Qq81kLm/state"},
      {"No such file: /tmp/tmpk3j2h1/lock", "No such file: /tmp/tmp9fa81c/lock"},
      {"Deployment 0b1c2d3e-0001-4a4b-8c8d-0123456789ab failed: quota exceeded",
       "Deployment 9f8e7d6c-1111-4a4b-8c8d-ba9876543210 failed: quota exceeded"},
      {"Commit 1a2b3c4d5e6f7a8b was not found", "Commit ffeeddccbbaa9988 was not found"},
      {"pull of api@sha256:8f14e45fceea167a5a36dedd4bea2543 refused",
       "pull of api@sha256:c9f0f895fb98ab9159f51fd0297e236d refused"},
      {"2026-11-23T12:00:00.123Z lease was lost", "2026-11-29 08:10:00 lease was lost"},
      {"segmentation fault at 0x7ffe00aa1234", "segmentation fault at 0x55d0aa331200"},
      {"[4711] worker died", "[92] worker died"},
      {"failed   in 4 minutes", "failed in 12 minutes"},
      {"login with password=hunter2 was refused", "login with password=Sommer99 was refused"},
      {"ERROR 12:00:01 lost lease", "ERROR 08:31:59 lost lease"},
      {"Error: 3.21s is too long", "Error: 12.5s is too long"},
      {"error after 12 ms", "error after 7 ms"},
      {"ERROR (4711) lost lease", "ERROR (92) lost lease"},
      {"status: 1 of 3 replicas", "status: 2 of 5 replicas"},
      {"Failed Totals.Rounds [999 ms]", "Failed Totals.Rounds [1 s]",
       "Failed Totals.Rounds [< 1 ms]"},
      {"build took 1m3s", "build took 59s"},
      {"Cannot open /tmp/tmpabcdefgh/x.json", "Cannot open /tmp/tmpzzyyxxww/x.json"},
      {"as: /tmp/ccAb12Cd.o: no space", "as: /tmp/ccZz98Qq.o: no space"},
      {"go-build123456/b001 is gone", "go-build99/b001 is gone"},
      {"/var/folders/ab/cd/T/x1 is gone", "/var/folders/zz/yy/T/q9 is gone"},
      {R"(C:\Users\x\AppData\Local\Temp\xyzabcde.jpw\a was locked)",
       R"(C:\Users\x\AppData\Local\Temp\qqqqqqqq.abc\a was locked)"},
      {R"(C:\Program Files\agent\_work\1\s\a.cs(1,2): error CS1: x)",
       R"(D:\a\9\s\a.cs(4,2): error CS1: x)"},
      {"log is 2026-11-23T12_00_00_123Z-debug.log", "log is 2026-11-24T01_02_03_004Z-debug.log"},
      {"Foo@1b2c3d was closed", "Foo@99aabb was closed"},
      {"azureclitaskscript1764000000001 failed", "azureclitaskscript1764999999999 failed"},
  };
  for (const auto& row : rows) {
    for (const std::string& text : row) {
      EXPECT_EQ(of(text), of(row.front())) << stable_text(text) << '\n' << stable_text(row.front());
    }
  }
}

/// Each row: failures that have nothing in common but much of their words.
TEST(Fingerprint, TellsDifferentFailuresApart) {
  const std::vector<std::vector<std::string>> rows = {
      {"error CS0103: x", "error CS0246: x", "error TS2304: x", "error TS2339: x"},
      {"exited with code 1", "exited with code 137", "exited with code '139'"},
      {"HTTP 503 from the feed", "HTTP 401 from the feed", "HTTP 404 from the feed"},
      {"FAIL: TestUpload1 (3.21s)", "FAIL: TestUpload2 (3.21s)", "FAIL: TestDownload (3.21s)"},
      {"killed by signal 9", "killed by signal 11"},
      {"linker returned status 1", "linker returned status 2"},
      {"a.cpp:1:1: error: x", "b.cpp:1:1: error: x"},
      {"Could not find utf8.h", "Could not find utf16.h"},
      {"python3 is missing", "python2 is missing"},
      {"error 0x80070005", "error 0x80070002", "error 0xC0000005", "error 0xC0000409"},
      {"errno -2", "errno -13", "errno 2"},
      {"exited with code -1073741819", "exited with code -1073741515"},
      {"statusCode: 404", "statusCode: 500"},
      {"exitCode=137", "exitCode=1"},
      {"HttpError: 404", "HttpError: 403"},
      {"exit value 137", "exit value 2"},
      {"failed, rc=137", "failed, rc=2"},
      {"the feed returned 404", "the feed returned 401"},
      {"HTTP/1.1 401 from x", "HTTP/1.1 404 from x"},
      {"npm ERR! 404 Not Found", "npm ERR! 403 Not Found"},
      {"does not indicate success: 401", "does not indicate success: 503"},
      {"curl: (7) no", "curl: (28) no"},
      {"ORA-00942: no", "ORA-01017: no"},
      {"Msg 2627, Level", "Msg 547, Level"},
      {"the .NET 8.0 SDK is missing", "the .NET 9.0 SDK is missing"},
      {"Python 3.8 is missing", "Python 3.12 is missing"},
      {"no com.acme:lib:1.2.3", "no com.acme:lib:1.2.4"},
      {"FAIL test_x[3]", "FAIL test_x[4]"},
      {"migrations/001_init.sql failed", "migrations/002_more.sql failed"},
      {"src/template1.cs is bad", "src/template2.cs is bad"},
      {"deadbeef is bad", "defaced is bad"},
  };
  for (const auto& row : rows) {
    std::set<std::string> seen;
    for (const std::string& text : row) {
      EXPECT_TRUE(seen.insert(of(text)).second) << stable_text(text);
    }
  }
}

TEST(Fingerprint, ThePlaceInTheTreeDoesNotCount) {
  RootCause other = cause_of("Compile");
  other.job = "windows";
  other.stage = "Build";
  other.attempt = 3;
  other.log_id = 99;
  EXPECT_EQ(fingerprint_of(other, "boom"), of("boom"));
  EXPECT_NE(fingerprint_of(cause_of("Test"), "boom"), of("boom"));
  EXPECT_NE(fingerprint_of(cause_of("Compile", Kind::kTimeout), "boom"), of("boom"));
}

TEST(Fingerprint, OfALostMachineTheTaskDoesNotCount) {
  const std::string one = "We stopped hearing from agent Azure Pipelines 7. Verify the machine.";
  const std::string two = "We stopped hearing from agent Azure Pipelines 12. Verify the machine.";
  EXPECT_EQ(fingerprint_of(cause_of("Compile", Kind::kInfrastructure, {one}), one),
            fingerprint_of(cause_of("Test", Kind::kInfrastructure, {two}), two));
}

TEST(Fingerprint, LooksLikeOne) {
  for (const std::string& text : {std::string(), std::string("x"), std::string(5000, '1'),
                                  std::string("\xFF\x00\x80 bytes", 9)}) {
    const std::string out = of(text);
    EXPECT_EQ(out.size(), 16U);
    EXPECT_EQ(out.find_first_not_of("0123456789abcdef"), std::string::npos) << out;
  }
}

TEST(Fingerprint, OfManyFailuresIsThatOfTheirSet) {
  const std::string a = of("a");
  const std::string b = of("b");
  EXPECT_EQ(combined_fingerprint({a}), a);
  EXPECT_EQ(combined_fingerprint({a, a}), a);
  EXPECT_EQ(combined_fingerprint({a, b}), combined_fingerprint({b, a, b}));
  EXPECT_NE(combined_fingerprint({a, b}), a);
}

}  // namespace
}  // namespace adomcp::failure_logs
