#include <gtest/gtest.h>
#include <adomcp/run_link.hpp>

#include <string>
#include <utility>
#include <vector>

namespace adomcp::sdk {
namespace {

const std::string kProject = "https://dev.azure.com/contoso/Payments/";
const std::string kPage = kProject + "_build/results?buildId=4711";
const std::string kOther = kProject + "_build/results?buildId=4712";

std::string shown(const std::string& text) {
  const auto reading = read_run_link(text);
  if (!reading.link) return "none: " + std::string(reading.problem);
  return reading.link->organization + " " + reading.link->project + " " +
         std::to_string(reading.link->run_id);
}

void expect_run(const std::string& text) {
  EXPECT_EQ(shown(text), "contoso Payments 4711") << text;
}

/// Links to pages of the same host and of others that name no run, as people paste them.
const std::vector<std::string> kNoRuns = {
    kProject + "_git/api/pullrequest/88",
    kProject + "_git/api/pullrequest/88?_a=files&path=/src/a.cpp",
    "https://dev.azure.com/contoso/_git/Payments",
    kProject + "_git/api?path=%2Fsrc%2Fmain.cpp&version=GBmain",
    kProject + "_git/api/commit/4f0c8b1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b",
    kProject + "_apis/build/status/api?branchName=main",
    kProject + "_apis/build/status%2Fapi-ci?branchName=main",
    kProject + "_apis/build/status%2Fteam%2Fapi-ci?branchName=main&stageName=Build",
    kProject + "_wiki/wikis/Payments.wiki/12/Home%3A-Start",
    kProject + "_workitems/edit/1234",
    "https://dev.azure.com/contoso/_workitems/edit/1234/",
    kProject + "_boards/board/t/Payments%20Team/Stories",
    kProject + "_build?definitionId=12",
    kProject + "_build/definition?definitionId=12",
    kProject + "_testManagement/runs?runId=100",
    kProject + "_releaseProgress?releaseId=5",
    "https://dev.azure.com/contoso/Payments",
    "https://dev.azure.com/contoso",
    "https://dev.azure.com/contoso/Platform/_git/lib/pullrequest/9",
    "https://contoso.visualstudio.com/Payments/_git/api/pullrequest/88",
    "https://github.com/contoso/api/pull/12",
    "https://github.com/contoso/api/actions/runs/4712",
    "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fdev.azure.com%2Fcontoso%2F"
    "Payments%2F_git%2Fapi%2Fpullrequest%2F88&data=05",
};

TEST(RunLinkBeside, ALinkThatNamesNoRunDoesNotRefuseTheRun) {
  for (const auto& other : kNoRuns) {
    expect_run("PR " + other + " failed in " + kPage);
    expect_run(kPage + "\n" + other + "\n");
    expect_run("see (" + other + "): " + kPage + "&view=results.");
    expect_run("[![s](" + other + ")](" + kPage + ")");
    expect_run("[PR](" + other + ")|[run](" + kPage + ")|");
    expect_run("<" + kPage + "|run> of <" + other + "|that>");
    expect_run(R"({"web":")" + kPage + R"(","other":")" + other + R"("})");
  }
  std::string all;
  for (const auto& other : kNoRuns) all += "- " + other + "\n";
  expect_run(all + kPage);
  expect_run(kPage + "\n" + all + kProject + "_apis/build/Builds/4711/logs/3");
}

TEST(RunLinkBeside, WhatCouldBeAnotherRunRefusesIt) {
  const std::vector<std::string> others = {
      kOther,
      kProject + "_apis/build/builds/4712",
      kProject + "_apis/pipelines/12/runs/4712",
      "https://dev.azure.com/contoso/Platform/_build/results?buildId=4711",
      "https://dev.azure.com/fabrikam/Payments/_build/results?buildId=4711",
      "https://evil.example/contoso/Payments/_build/results?buildId=4711",
      kProject + "_build/results?buildId=",
      kProject + "_build/results?buildId=x",
      kProject + "_build/results/x?buildId=4712",
      kProject + "_git/api?buildId=4712",
      kProject + "_git/api?%62uildId=4712",
      kProject + "_git/api?x=%2562uildId%253D4712",
      kProject + "_apis/build/builds?buildIds=4712",
      kProject + "x/../_apis/build/builds/4712",
      kProject + "_apis%2Fbuild%2Fbuilds%2F4712",
      kProject + "_apis%252Fbuild%252Fbuilds%252F4712",
      kProject + "_apis/build//builds//4712",
      kProject + "_apis/build%5Cbuilds%5C4712",
      kProject + "_git/api/%2e%2e/x",
      kProject + "_apis/build/builds/0",
      "https://me@dev.azure.com/contoso/Payments/_git/api",
      "https://x.example/?next=https%3A%2F%2Fdev.azure.com%2Fc%2FP%2F_build%3FbuildId%3D1",
      "https://nam02.safelinks.protection.outlook.com/?data=05",
      "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fdev.azure.com%2Fcontoso%2F"
      "Payments%2F_build%2Fresults%3FbuildId%3D4712",
  };
  for (const auto& other : others) {
    for (const auto& text :
         {kPage + " " + other, other + "\n" + kPage, "[![s](" + other + ")](" + kPage + ")"}) {
      EXPECT_FALSE(read_run_link(text).link) << text;
    }
  }
}

TEST(RunLinkBeside, AShownLinkThatGoesElsewhereRefusesIt) {
  for (const auto& other : kNoRuns) {
    for (const auto& text :
         {"[" + kPage + "](" + other + ")", "[![s](" + kPage + ")](" + other + ")",
          "<a href=\"" + other + "\">" + kPage + "</a>"}) {
      EXPECT_FALSE(read_run_link(text).link) << text;
    }
  }
}

TEST(RunLinkBeside, TheSameNumberInWordsIsTheSameRun) {
  for (const char* before :
       {"buildId 4711: ", "buildId: 4711\nurl: ", "buildId=4711 ", "BuildID #4711, ",
        "BUILDID 4711\n", "**buildId**: 4711 - ", "`buildId=4711` ", "(buildId 4711) ",
        "\"buildId\": 4711, \"url\": \"", "buildId = 004711; ", "buildId:\t4711\t",
        "buildId: ", "buildId 4711\\n", "buildId=\"4711\" "}) {
    expect_run(before + kPage);
    expect_run(before + kPage + "&view=logs (buildId 4711)");
  }
  for (const char* after :
       {" buildId 4711", "\nbuildId: 4711.", "\n{\"buildId\": 4711}", " (buildId=4711), please"}) {
    expect_run(kPage + after);
  }
}

TEST(RunLinkBeside, AnotherNumberInWordsIsAnotherRun) {
  for (const char* before :
       {"buildId 4712: ", "buildId=47 ", "buildId=4711x ", "buildId 4711.5 ", "buildIds 4712 ",
        "buildId of it: 4712 ", "buildId 4711 not buildId 4712 ", "buildId=４７１２ ",
        "buildId=-1 ", "sourceBuildId=4712 ", "buildId=99999999999999999999 "}) {
    EXPECT_EQ(shown(before + kPage), "none: it can be read in more than one way") << before;
  }
  for (const char* after : {" buildId 4712", ">buildId=4712", " buildId", "\nbuildId=\n"}) {
    EXPECT_FALSE(read_run_link(kPage + after).link) << after;
  }
}

TEST(RunLinkBeside, DigitsOfOtherScriptsAreNamedAsTheReason) {
  for (const char* digits :
       {"４７１１", "47１１", "4711１", "٤٧١١", "۴۷۱۱", "४७११", "๔๗๑๑", "𝟒𝟕𝟏𝟏"}) {
    for (const auto& link : {kProject + "_build/results?buildId=", kProject + "_apis/build/builds/",
                             kProject + "_build#buildId="}) {
      EXPECT_EQ(shown(link + digits), "none: its number must be written in the digits 0 to 9")
          << link << digits;
    }
  }
  expect_run(kPage + "²");
}

TEST(RunLinkBeside, SafeLinksOfEveryCloudAreUnwrapped) {
  const std::string wrapped =
      "?url=https%3A%2F%2Fdev.azure.com%2Fcontoso%2FPayments%2F_build%2Fresults%3FbuildId%3D4711";
  for (const char* host :
       {"nam02.safelinks.protection.outlook.com", "gcc02.safelinks.protection.outlook.com",
        "gcc02.safelinks.protection.office365.us", "usg01.safelinks.protection.office365.us",
        "CHN02.SafeLinks.protection.outlook.cn", "chn01.safelinks.protection.partner.outlook.cn",
        "statics.teams.cdn.office.net"}) {
    expect_run("https://" + std::string(host) + "/" + wrapped + "&data=05%7C01&reserved=0");
    EXPECT_EQ(shown("https://" + std::string(host) + "/"),
              "none: it is a Safe Link: paste the link that it wraps");
  }
  for (const char* host :
       {"safelinks.protection.office365.us", "evilsafelinks.protection.outlook.cn",
        "x.safelinks.protection.office365.us.evil.example", "x.safelinks.example"}) {
    EXPECT_FALSE(read_run_link("https://" + std::string(host) + "/" + wrapped).link) << host;
  }
}

TEST(RunLinkBeside, WrittenEscapesBesideItAreNoPartOfIt) {
  const std::string log = kProject + "_apis/build/builds/4711/logs/3";
  const std::vector<std::pair<std::string, std::string>> around = {
      {"", "\\"},
      {"", "\\n"},
      {"", "\\r\\n"},
      {"", "\\t"},
      {"", "\\n\\n"},
      {"", "\\n "},
      {"", "\\nfailed"},
      {"", "\\n\\nSent from my phone"},
      {"", "\\.\n"},
      {"", "\\)"},
      {"", "\\]"},
      {"\"", "\\n\""},
      {"\\\"", "\\\""},
      {R"({\"web\":\")", R"(\",\"status\":\"failed\"})"},
      {"<a href=\\\"", "\\\">run</a>"},
      {"\\[", "\\]"},
      {"[Build \\[x\\]](", ")"},
      {"\\(", "\\)"},
      {"see:\\n", ""},
      {"a\\tb\\r\\n", "\\r\\nc"},
      {"C:\\agent\\_work: ", " in D:\\a\\1\\s"},
      {"\\ ", " \\"},
      {"\\*\\*", "\\*\\*"},
      {"", "\\n4 tests failed"},
      {"", " \\u00e4"}};
  for (const auto& page : {kPage, kPage + "&view=results", log}) {
    for (const auto& [before, after] : around) expect_run(before + page + after);
  }
  expect_run(kPage + "\\n" + kPage);
  expect_run(kPage + "\\n" + kProject + "_git/api/pullrequest/88");
  expect_run(kPage + "&path=\\folder");
}

TEST(RunLinkBeside, ABackslashInTheLinkRefusesIt) {
  const std::vector<std::string> texts = {
      kProject + "_build/results?buildId=47\\11",
      kProject + "_build/results?buildId=47\\n11",
      kProject + "_build/results?buildId=47\\n\\n11",
      kProject + "_apis/build/builds/47\\11",
      kProject + "_apis/build/builds/4711\\..\\4712",
      kProject + "_apis/build/builds/4711\\n/../4712",
      kProject + "_apis/build\\builds/4711",
      kProject + "_build\\results?buildId=4711",
      kPage + "\\&buildId=4712",
      kPage + "\\/x",
      kPage + "\\１",
      "https://dev.azure.com\\contoso/Payments/_build/results?buildId=4711",
      "https://evil.example\\@dev.azure.com/contoso/Payments/_build/results?buildId=4711",
      "https://dev.azure.com/contoso\\Payments/_build/results?buildId=4711",
      "https://dev.azure.com/contoso/Pay\\nments/_build/results?buildId=4711",
      kPage + "\\n" + kOther};
  for (const auto& text : texts) EXPECT_FALSE(read_run_link(text).link) << text;
}

}  // namespace
}  // namespace adomcp::sdk
