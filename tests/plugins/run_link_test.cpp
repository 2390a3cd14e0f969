#include <gtest/gtest.h>
#include <adomcp/azure.hpp>
#include <adomcp/run_link.hpp>

#include <random>
#include <string>
#include <vector>

namespace adomcp::sdk {
namespace {

const std::string kDev = "https://dev.azure.com";
const std::string kPage = kDev + "/contoso/Payments/_build/results?buildId=4711";

std::string shown(const RunLinkReading& reading) {
  if (!reading.link) return "none: " + std::string(reading.problem);
  const auto& link = *reading.link;
  return link.origin + " " + link.organization + " " + link.project + " " +
         std::to_string(link.run_id);
}

void expect_page(const std::string& text) {
  EXPECT_EQ(shown(read_run_link(text)), kDev + " contoso Payments 4711") << text;
}

struct Good {
  const char* text;
  const char* origin;
  const char* organization;
  const char* project;
  std::int64_t run_id;
};

class GoodRunLink : public testing::TestWithParam<Good> {};

TEST_P(GoodRunLink, IsTakenApart) {
  const auto reading = read_run_link(GetParam().text);
  ASSERT_TRUE(reading.link) << GetParam().text << ": " << reading.problem;
  EXPECT_EQ(reading.problem, "");
  EXPECT_EQ(reading.link->origin, GetParam().origin);
  EXPECT_EQ(reading.link->organization, GetParam().organization);
  EXPECT_EQ(reading.link->project, GetParam().project);
  EXPECT_EQ(reading.link->run_id, GetParam().run_id);
}

INSTANTIATE_TEST_SUITE_P(
    Table, GoodRunLink,
    testing::Values(
        Good{"https://dev.azure.com/contoso/Payments/_build/results?buildId=4711",
             "https://dev.azure.com", "contoso", "Payments", 4711},
        Good{"  HTTPS://Dev.Azure.Com:443/contoso/Payments/_build/results?buildId=4711&view=logs"
             "&j=12f1170f-54f2-53f3-20dd-22fc7dff55f9#x\n",
             "https://dev.azure.com", "contoso", "Payments", 4711},
        Good{"https://dev.azure.com/contoso/Card%20Payments/_build/results?view=logs&buildId=1",
             "https://dev.azure.com", "contoso", "Card Payments", 1},
        Good{"https://dev.azure.com/contoso/Card Payments 2/_build/results?buildId=1",
             "https://dev.azure.com", "contoso", "Card Payments 2", 1},
        Good{"https://dev.azure.com/contoso/R&D 100%25/_build/results?buildId=1",
             "https://dev.azure.com", "contoso", "R&D 100%", 1},
        Good{"https://dev.azure.com/contoso/R%26D%20100%25/_build/results?buildId=1",
             "https://dev.azure.com", "contoso", "R&D 100%", 1},
        Good{"https://dev.azure.com/contoso/Zahlungen%20%C3%A4/_build/results?buildId=1",
             "https://dev.azure.com", "contoso", "Zahlungen ä", 1},
        Good{"https://dev.azure.com/contoso/Zahlungen ä/_build/results?buildId=1",
             "https://dev.azure.com", "contoso", "Zahlungen ä", 1},
        Good{"https://dev.azure.com/contoso/O'Brien (old)/_build/results?buildId=1",
             "https://dev.azure.com", "contoso", "O'Brien (old)", 1},
        Good{"https://dev.azure.com/contoso/6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c/_build/"
             "results?buildId=5",
             "https://dev.azure.com", "contoso", "6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c", 5},
        Good{"https://Contoso.visualstudio.com/Payments/_build/results?buildId=7",
             "https://dev.azure.com", "contoso", "Payments", 7},
        Good{"https://contoso.visualstudio.com/DefaultCollection/Payments/_build/index?buildid=7",
             "https://dev.azure.com", "contoso", "Payments", 7},
        Good{"https://contoso.visualstudio.com/Card Payments/_apis/build/Builds/7/logs/1",
             "https://dev.azure.com", "contoso", "Card Payments", 7},
        Good{"http://127.0.0.1:7072/contoso/Payments/_build/results?buildId=9",
             "http://127.0.0.1:7072", "contoso", "Payments", 9},
        Good{"http://[::1]:7072/contoso/Payments/_build/results?buildId=9", "http://[::1]:7072",
             "contoso", "Payments", 9},
        Good{"https://tfs.corp.example/tfs/Main/Payments/_build/results?buildId=9",
             "https://tfs.corp.example/tfs", "Main", "Payments", 9},
        Good{"https://tfs.corp.example:8443/a/b/Main/Payments/_apis/build/builds/9",
             "https://tfs.corp.example:8443/a/b", "Main", "Payments", 9},
        Good{"http://tfs:8080/tfs/DefaultCollection/Payments/_build#buildId=9&_a=summary",
             "http://tfs:8080/tfs", "DefaultCollection", "Payments", 9}));

TEST(RunLink, EveryPageOfARunIsRead) {
  for (const char* page :
       {"_build/results?buildId=4711",
        "_build/results/?buildId=4711",
        "_build/results?BuildID=4711",
        "_build/Results?buildId=4711&view=results",
        "_build/results?buildId=4711&view=logs&j=8d3f-1&t=9e2a-2&l=12",
        "_build/results?view=logs&j=1&t=2&buildId=4711",
        "_build/results?buildId=%34711",
        "_build/results?view=results&amp;buildId=4711",
        "_build/results?buildId=4711#L7",
        "_build/results?buildId=4711#buildId=4711",
        "_build/results?buildId=4711&",
        "_build/results?&buildId=4711&&x",
        "_build/results?buildId=004711",
        "_build/index?buildId=4711",
        "_build/index?buildId=4711&_a=summary",
        "_build/index#buildId=4711&_a=summary",
        "_build?buildId=4711",
        "_build/?buildId=4711",
        "_build?definitionId=1&buildId=4711",
        "_build#buildId=4711",
        "_build#_a=x&buildId=4711",
        "_BUILD/results?buildId=4711",
        "_apis/build/builds/4711",
        "_apis/build/builds/4711/",
        "_apis/build/Builds/4711?api-version=7.1",
        "_apis/build/builds/4711/logs/121",
        "_apis/build/builds/4711/logs/121?startLine=5",
        "_apis/build/builds/4711/timeline",
        "_apis/build/Builds/4711/Timeline/96ac2280-8cb4-5df5-99de-dd2da759617d?buildId=4711",
        "_apis/pipelines/12/runs/4711",
        "_apis/pipelines/12/runs/4711/logs/3?$expand=signed",
        "_apis/Pipelines/12/Runs/4711?pipelineVersion=3"}) {
    expect_page(kDev + "/contoso/Payments/" + page);
    expect_page("https://contoso.visualstudio.com/Payments/" + std::string(page));
    expect_page("https://contoso.visualstudio.com/DefaultCollection/Payments/" + std::string(page));
  }
}

TEST(RunLink, WhatStandsAroundItIsNoPartOfIt) {
  const std::string pages[] = {kPage, kPage + "&view=results",
                               kDev + "/contoso/Payments/_apis/build/builds/4711",
                               kDev + "/contoso/Payments/_apis/build/builds/4711/logs/121"};
  const std::vector<std::pair<std::string, std::string>> around = {
      {"", " "},
      {"", "\n"},
      {"", "\r\n\r\n"},
      {"\t", "\t"},
      {"", "."},
      {"", ")."},
      {"", ","},
      {"", ";"},
      {"", ":"},
      {"", "!"},
      {"", "?"},
      {"", "…"},
      {"(", ")"},
      {"[", "]"},
      {"{", "}"},
      {"<", ">"},
      {"\"", "\""},
      {"'", "'"},
      {"`", "`"},
      {"“", "”"},
      {"‘", "’"},
      {"„", "“"},
      {"«", "»"},
      {"「", "」"},
      {"（", "）"},
      {"", "。"},
      {"", "，"},
      {"**", "**"},
      {"_", "_"},
      {"~~", "~~"},
      {"||", "||"},
      {"```\n", "\n```"},
      {"[the run](", ")"},
      {"[run](<", ">)"},
      {"[run](", " \"Build\")"},
      {"[1]: ", ""},
      {"- ", ""},
      {"> ", ""},
      {"* ", ".\n"},
      {"<", "|the run>"},
      {"<a href=\"", "\">the run</a>"},
      {"<a href='", "'>x</a>"},
      {"see ", " please"},
      {"see ", ", it failed"},
      {"Run:", "\n"},
      {"请看", "，谢谢"},
      {"Failed: ", " (nightly). Why?"},
      {"\u200B", "\u200B"},
      {"\u00A0", "\u00A0"},
      {"\uFEFF", ""},
      {"\u2068", "\u2069"},
      {"", "\u3000"},
      {"", "\u2028"},
      {"", "%20"},
      {"", "%0A"},
      {"", "%0D%0A"},
      {"", "%C2%A0"},
      {"", "\u00AD"},
      {"", " \u200E)"},
      {"", ") 2 failed"},
  };
  for (const auto& page : pages) {
    const bool ends_with_view = page.ends_with("results") && page != kPage;
    for (const auto& [before, after] : around) {
      if (ends_with_view && after.starts_with('%')) continue;  // is part of view=
      expect_page(before + page + after);
    }
    expect_page("[" + page + "](" + page + ")");
    expect_page("<a href=\"" + page + "\">" + page + "</a>");
    expect_page(page + "\n" + kDev + ":443/contoso/Payments/_apis/pipelines/7/runs/4711.");
  }
}

class BadRunLink : public testing::TestWithParam<std::string> {};

TEST_P(BadRunLink, IsRefusedWithAReason) {
  const auto reading = read_run_link(GetParam());
  EXPECT_FALSE(reading.link) << shown(reading);
  EXPECT_NE(reading.problem, "");
}

std::string in_contoso(const std::string& rest) {
  return kDev + "/contoso/" + rest;
}

INSTANTIATE_TEST_SUITE_P(
    NoRun, BadRunLink,
    testing::Values(
        "", " ", "4711", "please", "https://", "http:///", "https://dev.azure.com", kDev + "/",
        "vstfs:///Build/Build/4711",
        "ftp://dev.azure.com/contoso/Payments/_build/results?buildId=1",
        in_contoso("Payments/_build/results"), in_contoso("Payments/_build/results?buildId="),
        in_contoso("Payments/_build/results?buildId"), in_contoso("Payments/_build/latest"),
        in_contoso("Payments/_build/results?buildId=0"),
        in_contoso("Payments/_build/results?buildId=-3"),
        in_contoso("Payments/_build/results?buildId=+3"),
        in_contoso("Payments/_build/results?buildId=1x"),
        in_contoso("Payments/_build/results?buildId=0x1"),
        in_contoso("Payments/_build/results?buildId=1.5"),
        in_contoso("Payments/_build/results?buildId=1,2"),
        in_contoso("Payments/_build/results?buildId=99999999999999999999"),
        in_contoso("Payments/_build/results?xbuildId=5"),
        in_contoso("Payments/_build/results?build=5"), in_contoso("Payments/_build/latest?x=1"),
        in_contoso("Payments/_build?definitionId=1"), in_contoso("Payments/_build/definition?"),
        in_contoso("Payments/_build/results/x?buildId=1"),
        in_contoso("Payments/_release?releaseId=1"), in_contoso("Payments/_git/x?buildId=1"),
        in_contoso("Payments/_apis/build/builds"), in_contoso("Payments/_apis/build/builds/x"),
        in_contoso("Payments/_apis/build/builds/0"), in_contoso("Payments/_apis/build/builds/-1"),
        in_contoso("Payments/_apis/build/builds?buildIds=1"),
        in_contoso("Payments/_apis/build/definitions/12"),
        in_contoso("Payments/_apis/pipelines/12"), in_contoso("Payments/_apis/pipelines/12/runs"),
        in_contoso("Payments/_apis/pipelines/x/runs/1"),
        in_contoso("Payments/_apis/x/builds/1?buildId=1"), in_contoso("Payments?buildId=1"),
        in_contoso("Payments/results?buildId=1")));

INSTANTIATE_TEST_SUITE_P(
    NoPlace, BadRunLink,
    testing::Values(in_contoso("_build/results?buildId=1"), in_contoso("_apis/build/builds/1"),
                    kDev + "/_build/results?buildId=1", kDev + "/Payments/_build/results?buildId=1",
                    in_contoso("/_build/results?buildId=1"),
                    kDev + "//contoso/Payments/_apis/build/builds/1",
                    in_contoso("Payments//_build/results?buildId=1"),
                    in_contoso("Payments/_build//results?buildId=1"),
                    "https://contoso.visualstudio.com/_build/results?buildId=1",
                    "https://a.b.visualstudio.com/Payments/_build/results?buildId=1",
                    "http://contoso.visualstudio.com/Payments/_build/results?buildId=1",
                    "https://contoso.visualstudio.com:8443/Payments/_build/results?buildId=1",
                    "https://contoso.visualstudio.com/a/b/c/_build/results?buildId=1",
                    in_contoso("Payments/Team/more/_build/results?buildId=1"),
                    "https://.visualstudio.com/Payments/_build/results?buildId=1"));

INSTANTIATE_TEST_SUITE_P(
    TwoReadings, BadRunLink,
    testing::Values(
        kPage + "&buildId=2", kPage + "&BUILDID=4711", kPage + "&%62uildId=2", kPage + "&buildId=",
        kPage + ";buildId=2", kPage + "&x=1;buildId=2", kPage + "&amp;buildId=2",
        kPage + "#buildId=2", kPage + "#x&BuildId=2", kPage + "?buildId=2", kPage + "%26buildId=2",
        in_contoso("Payments/_apis/build/builds/4711?buildId=2"),
        in_contoso("Payments/_apis/build/builds/4711#buildId=2"),
        in_contoso("Payments/_apis/pipelines/1/runs/4711?buildId=2"),
        in_contoso("x/../Payments/_build/results?buildId=1"), in_contoso("./_apis/build/builds/1"),
        in_contoso("Payments/_build/../results?buildId=1"),
        in_contoso("Payments/_apis/build/builds/1/../2"),
        in_contoso("Payments/_apis/build/builds/1/%2e%2e/2"),
        in_contoso("%2e%2e/_build/results?buildId=1"), in_contoso("a%2fb/_build/results?buildId=1"),
        in_contoso("a%2Fb/_apis/build/builds/1"), in_contoso("a%5cb/_build/results?buildId=1"),
        in_contoso("a%252fb/_build/results?buildId=1"),
        in_contoso("a%25252fb/_build/results?buildId=1"),
        in_contoso("Payments/_build%2fresults?buildId=1"),
        in_contoso("a%00b/_build/results?buildId=1"), in_contoso("a%0ab/_build/results?buildId=1"),
        in_contoso("a%zz/_build/results?buildId=1"), in_contoso("50%2/_build/results?buildId=1"),
        in_contoso("%ff/_build/results?buildId=1"), in_contoso("%c0%af/_build/results?buildId=1"),
        in_contoso("a\\b/_build/results?buildId=1"),
        kDev + "\\contoso/Payments/_build/results?buildId=1",
        in_contoso("a\xFF/_build/results?buildId=1"), kPage + "\xC3", kPage + "\x1b[0m",
        kPage + std::string(1, '\0'), kPage + "\x7F",
        "https://me:pw@dev.azure.com/contoso/Payments/_build/results?buildId=1",
        "https://dev.azure.com@evil.example/contoso/Payments/_build/results?buildId=1",
        "https://dev.azure.com:pw@evil.example/contoso/Payments/_build/results?buildId=1",
        "https://@dev.azure.com/contoso/Payments/_build/results?buildId=1",
        "https://dev.azure.com:/contoso/Payments/_build/results?buildId=1",
        "https://dev.azure.com:0/contoso/Payments/_build/results?buildId=1",
        "https://dev.azure.com:65536/contoso/Payments/_build/results?buildId=1",
        "https://dev.azure.com:4 43/contoso/Payments/_build/results?buildId=1",
        "https://dev.azure.com:44x/contoso/Payments/_build/results?buildId=1",
        "https://dev%2eazure.com/contoso/Payments/_build/results?buildId=1",
        "https://dev.\u0430zure.com/contoso/Payments/_build/results?buildId=1",
        "https://dev.azure.com\u3002evil/contoso/Payments/_build/results?buildId=1",
        "https://dev.azure .com/contoso/Payments/_build/results?buildId=1",
        "https:// dev.azure.com/contoso/Payments/_build/results?buildId=1",
        "https:///dev.azure.com/contoso/Payments/_build/results?buildId=1",
        "https:/dev.azure.com/contoso/Payments/_build/results?buildId=1",
        "https://[::1/contoso/Payments/_build/results?buildId=1",
        "https://[x]/contoso/Payments/_build/results?buildId=1",
        "https://[::1]x/contoso/Payments/_build/results?buildId=1",
        "https://?/contoso/Payments/_build/results?buildId=1"));

INSTANTIATE_TEST_SUITE_P(
    TwoLinks, BadRunLink,
    testing::Values(kPage + " " + in_contoso("Payments/_build/results?buildId=4712"),
                    kPage + " " + in_contoso("Platform/_build/results?buildId=4711"),
                    kPage + "\nhttps://evil.example/contoso/Payments/_build/results?buildId=4711",
                    "https://evil.example/ " + kPage + " " + in_contoso("P/_build?buildId=1"),
                    "https://x.example/?u=" + kPage, "https://x.example/#" + kPage,
                    "https://x.example/" + kPage, "x" + kPage, "evil.com/" + kPage,
                    "evil.com?" + kPage, "view=" + kPage, kPage + "&next=https://evil.example/",
                    "[" + kPage + "](https://evil.example/)",
                    "[" + kPage + "](" + in_contoso("Payments/_build/results?buildId=1") + ")",
                    "buildId=2 " + kPage, kPage + " buildId=2", kPage + ">buildId=2", kPage + " 2",
                    in_contoso("Payments/_build/results?buildId=47\n11"),
                    in_contoso("Payments/_build/results?buildId=47\r\n  11&view=logs"),
                    in_contoso("Payments/_build/results?buildId=47\u200B11"),
                    in_contoso("Payments/_build/results?buildId=47\u00AD11"),
                    in_contoso("Payments/_build/results?buildId=47\uFF111"),
                    in_contoso("Payments/_build/results?buildId=\n4711"),
                    in_contoso("Payments/_build/results?build\nId=4711"),
                    in_contoso("Payments/_build/results\n?buildId=4711"),
                    in_contoso("Payments/_apis/build/builds/47\n11"),
                    in_contoso("Payments/_apis/build/builds/47 11/logs/1"), kPage + "\n&buildId=2",
                    kPage + " &view=x"));

TEST(RunLink, AnotherSentenceBehindItIsNoPartOfIt) {
  for (const char* after : {"&view=results\n4 tests failed",
                            "&view=logs&l=12\n4",
                            "\n\n2026-11-29 12:00",
                            "\n\n12",
                            "\r\n\r\n12 more",
                            "\n2026-11-29 12:00",
                            " 2026-11-29",
                            " 12:30",
                            "\n3rd time",
                            " 3 errors",
                            "\n4 tests failed",
                            " 2 件",
                            " 100% done",
                            " & please hurry",
                            " && done",
                            "\n& more",
                            " = bad",
                            " == bad",
                            "\n% done",
                            " %",
                            " &",
                            " 2, see the log",
                            "\n1. first",
                            "/ 22",
                            "+ 22",
                            "#L7\n4"}) {
    expect_page(kPage + after);
  }
  const std::string logs = kDev + "/contoso/Payments/_apis/build/builds/4711/logs/121";
  for (const char* after : {"\n4 tests", " 2", "\n\n7"}) expect_page(logs + after);
}

TEST(RunLink, ANumberCutInTwoIsNoRun) {
  const std::string bases[] = {in_contoso("Payments/_build/results?buildId=47"),
                               in_contoso("Payments/_build/results?view=logs&buildId=47"),
                               in_contoso("Payments/_build/results?%62uildId=%347"),
                               in_contoso("Payments/_build#buildId=47"),
                               in_contoso("Payments/_apis/build/Builds/47"),
                               in_contoso("Payments/_apis/pipelines/12/runs/47"),
                               "dev.azure.com/contoso/Payments/_build/results?buildId=47",
                               "https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fdev."
                               "azure.com%2Fcontoso%2FP%2F_build%2Fresults%3FbuildId%3D47"};
  for (const auto& base : bases) {
    EXPECT_TRUE(read_run_link(base).link) << base;
    for (const char* after :
         {"\n11", " 11", "  11", "\r\n  11", "\n11.", "\n11\nfailed", " 11 22", "\n11&view=logs",
          " 11/logs/1", "\n11#L7", "\n11?x", "\n&data=1", " =1", " %31", "\u200B11", "\n１１"}) {
      EXPECT_EQ(read_run_link(base + after).problem, "a blank or line break cuts it in two")
          << base + after;
    }
  }
}

TEST(RunLink, PasteFormsOfOneLinkAreOneLink) {
  const std::string path = "contoso/Payments/_build/results?buildId=4711";
  const std::string encoded =
      "https%3A%2F%2Fdev.azure.com%2Fcontoso%2FPayments%2F_build%2Fresults"
      "%3FbuildId%3D4711%26view%3Dresults";
  const std::string safe = "https://eur01.safelinks.protection.outlook.com/?url=" + encoded;
  const std::vector<std::string> pasted = {
      safe,
      safe + "&data=05%7C02%7Cme%40contoso.com%7C&sdata=x%3D&reserved=0",
      "see <" + safe + "&amp;data=x>.",
      "https://statics.teams.cdn.office.net/x/safelinks.html?url=" + encoded + "&locale=en",
      "dev.azure.com/" + path,
      "see Dev.Azure.com/" + path + ".",
      "(dev.azure.com/" + path + ")",
      "contoso.visualstudio.com/Payments/_build?buildId=4711",
      "see\nCONTOSO.visualstudio.com/Payments/_build?buildId=4711 please",
      "url=" + kPage,
      "run_url=" + kPage,
      "<a href=" + kPage + ">run</a>",
      "-" + kPage,
      "-- " + kPage,
      "x -" + kPage,
      kPage + "/",
      kPage + "+",
      kPage + "%22",
      kPage + "%29",
      kPage + "%29.",
      kPage + "/&view=logs",
      kPage + "?view=logs",
      kPage + "?view=logs&j=1",
      in_contoso("Payments/_apis/build/builds/4711%22"),
      in_contoso("Payments/_apis/build/builds/4711+"),
      in_contoso("Payments%20/_build?buildId=4711"),
      in_contoso("Payments%C2%A0/_build?buildId=4711"),
      in_contoso("Payments+/_build?buildId=4711"),
      in_contoso("Payments/Payments%20Team/_build/results?buildId=4711"),
      in_contoso("Payments/Team/_apis/build/builds/4711"),
      std::string("https://contoso.visualstudio.com/Payments/A Team/_build?buildId=4711"),
      std::string("https://contoso.visualstudio.com/DefaultCollection/Payments/T/_build?buildId="
                  "4711"),
      kPage + " https://aka.ms/x",
      "https://wiki.example/x?y " + kPage,
      "https://wiki.example/ says " + kPage + "\nhttps://aka.ms/x " + kPage + "&view=logs"};
  for (const auto& text : pasted) expect_page(text);
}

TEST(RunLink, NamesAreReadAsTheyArePasted) {
  for (const auto& [name, project] :
       std::vector<std::pair<std::string, std::string>>{{"Card+Payments", "Card Payments"},
                                                        {"Card+Payments+", "Card Payments"},
                                                        {"a%2Bb", "a+b"},
                                                        {"R&D 100%", "R&D 100%"},
                                                        {"R%26D+100%", "R&D 100%"},
                                                        {"50%", "50%"},
                                                        {"Card%20Payments%20", "Card Payments"}}) {
    const auto reading = read_run_link(in_contoso(name + "/_build/results?buildId=1"));
    EXPECT_EQ(shown(reading), kDev + " contoso " + project + " 1");
  }
  EXPECT_EQ(shown(read_run_link("https://tfs.corp/a+b/Main/C+D/_build?buildId=1")),
            "https://tfs.corp/a+b Main C D 1");
  EXPECT_EQ(shown(read_run_link("https://tfs.corp/Main/P/Team/_build?buildId=1")),
            "https://tfs.corp/Main P Team 1");
}

TEST(RunLink, ReasonsSayWhatHelps) {
  const std::string safe = "https://x.safelinks.protection.outlook.com/";
  const std::string inner = "https%3A%2F%2Fdev.azure.com%2Fc%2FP%2F_build%3FbuildId%3D1";
  for (const auto& [text, problem] : std::vector<std::pair<std::string, std::string>>{
           {"4711", "it is a number, which belongs in run_id"},
           {" #4711\n", "it is a number, which belongs in run_id"},
           {safe, "it is a Safe Link: paste the link that it wraps"},
           {safe + "?data=x", "it is a Safe Link: paste the link that it wraps"},
           {safe + "?url=" + inner + "&url=" + inner,
            "it is a Safe Link: paste the link that it wraps"},
           {safe + "?url=" + inner + "#buildId=2",
            "it is a Safe Link: paste the link that it wraps"},
           {safe + "?url=" + inner + "&buildId=2",
            "it is a Safe Link: paste the link that it wraps"},
           {safe + "?url=" + inner + "%20https%3A%2F%2Fx.example",
            "it is a Safe Link: paste the link that it wraps"},
           {safe + "?url=" + inner + "%5C", "it is a Safe Link: paste the link that it wraps"},
           {safe + "?url=https%253A%252F%252Fdev.azure.com",
            "it is a Safe Link: paste the link that it wraps"},
           {safe + "?url=" + inner + "%26buildId%3D2",
            "buildId must be there once, and be one number"},
           {safe + "?url=https%3A%2F%2Fme%40dev.azure.com%2Fc%2FP%2F_build%3FbuildId%3D1",
            "its host must be a plain name, without user and password"},
           {"http://contoso.visualstudio.com/Payments/_build?buildId=1",
            "it must begin with https://"}}) {
    EXPECT_EQ(shown(read_run_link(text)), "none: " + problem) << text;
  }
}

TEST(RunLink, WhatOnlyLooksLikeABareHostIsNone) {
  for (const char* before : {"x", "x.", "x-", "me@", "https:/", "//", "https:// ", "ftp://", "/",
                             "evil.example/", "evil.example?u="}) {
    const std::string text = before + std::string("dev.azure.com/contoso/P/_build?buildId=1");
    EXPECT_FALSE(read_run_link(text).link) << text;
  }
  for (const char* text :
       {"dev.azure.com@evil.example/contoso/P/_build?buildId=1",
        "dev.azure.com.evil.example/contoso/P/_build?buildId=1",
        "a.b.visualstudio.com/P/_build?buildId=1", ".visualstudio.com/P/_build?buildId=1",
        "dev.azure.com/c/P/_build?buildId=1 dev.azure.com/c/P/_build?buildId=2"}) {
    EXPECT_FALSE(read_run_link(text).link) << text;
  }
}

TEST(RunLink, IsBounded) {
  EXPECT_TRUE(read_run_link(kPage + "&x=" + std::string(8000, 'a')).link);
  EXPECT_FALSE(read_run_link(kPage + "&x=" + std::string(8192, 'a')).link);
  std::string thread = kPage + " ";
  for (int i = 0; i < 600; ++i) thread += "請求書";
  EXPECT_LT(1800U, thread.size() / 3) << "the schema's 2048 are characters";
  EXPECT_TRUE(read_run_link(thread).link);
  EXPECT_FALSE(read_run_link(kPage + std::string(100000, ' ')).link);
  std::string many;
  while (many.size() < 8000) many += "https://";
  EXPECT_FALSE(read_run_link(many).link);
}

/// A link that is written from what was read says the same again.
std::string written(const RunLink& link) {
  return link.origin + "/" + percent_encode(link.organization) + "/" +
         percent_encode(link.project) + "/_build/results?buildId=" + std::to_string(link.run_id);
}

TEST(RunLink, MutatedLinksAreReadInOneWayOrRefused) {
  const std::string seeds[] = {
      "see <" + kPage + "&view=logs#L1>.",
      "[x](https://contoso.visualstudio.com/Card Payments/_apis/build/builds/4711/logs/121)",
      "http://[::1]:7072/tfs/Main/R%26D%20100%25/_apis/pipelines/12/runs/4711 ok"};
  const std::string pieces[] = {"/",        "?",
                                "#",        "&",
                                ";",        "=",
                                "@",        "%",
                                "\\",       ":",
                                "..",       "%2f",
                                " ",        "\n",
                                "<",        ")",
                                "buildId=", "https://",
                                "_build",   "_apis",
                                "\xC2\xA0", "\xE2\x80\x8B",
                                "\xFF",     "1",
                                "//",       "[",
                                "]",        "%25"};
  std::mt19937 random(20261129);  // NOLINT(cert-msc51-cpp): the same mutations every time
  int read = 0;
  for (int round = 0; round < 60000; ++round) {
    std::string text = seeds[static_cast<std::size_t>(round) % std::size(seeds)];
    for (int i = 0; i <= round % 3; ++i) {
      const std::size_t at = random() % (text.size() + 1);
      if (random() % 3 == 0) {
        text.erase(at, 1 + random() % 6);
      } else {
        text.insert(at, pieces[random() % std::size(pieces)]);
      }
    }
    const auto reading = read_run_link(text);
    ASSERT_NE(reading.link.has_value(), !reading.problem.empty()) << text;
    if (!reading.link) continue;
    ++read;
    const auto& link = *reading.link;
    ASSERT_GT(link.run_id, 0) << text;
    ASSERT_EQ(link.origin.find_first_of("@\\?#%"), std::string::npos) << text;
    ASSERT_EQ(link.project.find_first_of("/\\"), std::string::npos) << text;
    ASSERT_EQ(link.organization.find_first_of("/\\"), std::string::npos) << text;
    ASSERT_NE(text.find(std::to_string(link.run_id)), std::string::npos) << text;
    const auto again = read_run_link(written(link));
    ASSERT_EQ(shown(again), shown(reading)) << text;
  }
  EXPECT_GT(read, 5000);
}

TEST(RunLink, BaseUrlsHaveOneForm) {
  EXPECT_EQ(normal_base_url("HTTPS://DEV.azure.com:443/"), "https://dev.azure.com");
  EXPECT_EQ(normal_base_url("http://127.0.0.1:7072"), "http://127.0.0.1:7072");
  EXPECT_EQ(normal_base_url("http://[::1]:7072"), "http://[::1]:7072");
  EXPECT_EQ(normal_base_url("https://tfs.corp/tfs/"), "https://tfs.corp/tfs");
  EXPECT_EQ(normal_base_url("https://tfs.corp:8443/a/b//"), "https://tfs.corp:8443/a/b");
  for (const char* bad : {"dev.azure.com", "", "https://", "ftp://x", "https://me@x", "https://x?a",
                          "https://x#a", "https://x/../y"}) {
    EXPECT_EQ(normal_base_url(bad), "") << bad;
  }
}

}  // namespace
}  // namespace adomcp::sdk
