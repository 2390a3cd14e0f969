#include "text_window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace adomcp::pipelines;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

Chosen window_of(const std::string& text, Place place, std::size_t piece,
                 std::size_t bytes = 2000) {
  TextWindow window(place, bytes);
  for (std::size_t at = 0; at < text.size(); at += piece) {
    if (!window.feed(text.substr(at, piece))) break;
  }
  return window.finish(true);
}

TEST(TextWindow, ChoosesLines) {
  struct Case {
    const char* text;
    Place place;
    const char* chosen;
    std::int64_t from, to, lines;
  };
  for (const Case& each : std::vector<Case>{{"a\nb\nc\n", {1, 0}, "a\nb\nc", 1, 3, 3},
                                            {"a\r\nb\r\nc", {2, 0}, "b\nc", 2, 3, 3},
                                            {"a\nb\nc\n", {4, 0}, "", 4, 3, 3},
                                            {"a\nb\nc\n", {1, 2}, "b\nc", 2, 3, 3},
                                            {"a\n", {1, 9}, "a", 1, 1, 1},
                                            {"", {1, 0}, "", 1, 0, 0},
                                            {"\n\nx", {1, 0}, "\n\nx", 1, 3, 3}}) {
    for (const std::size_t piece : {1U, 2U, 100U}) {
      const Chosen chosen = window_of(each.text, each.place, piece);
      EXPECT_EQ(chosen.text, each.chosen);
      EXPECT_EQ(chosen.from_line, each.from);
      EXPECT_EQ(chosen.to_line, each.to);
      EXPECT_EQ(chosen.lines, each.lines);
      EXPECT_FALSE(chosen.next_line);
    }
  }
}

TEST(TextWindow, PagesLoseAndRepeatNothing) {
  std::string text;
  for (int i = 1; i <= 500; ++i) text += "line " + std::to_string(i) + " \"quoted\"\n";
  std::string all;
  std::int64_t from = 1;
  for (int pages = 0; pages < 100; ++pages) {
    const Chosen chosen = window_of(text, {from, 0}, 77);
    EXPECT_LE(json(chosen.text).dump().size(), 2002U);
    all += chosen.text + '\n';
    if (!chosen.next_line) break;
    from = *chosen.next_line;
  }
  EXPECT_EQ(all, text);
}

TEST(TextWindow, TellsBinaryFromText) {
  TextWindow zip({1, 0}, 2000);
  EXPECT_FALSE(zip.feed(std::string_view("PK\3\4\0\0", 6)));
  EXPECT_TRUE(zip.is_binary());
  TextWindow wide({1, 0}, 2000);
  EXPECT_FALSE(wide.feed("\xFF\xFE\x41"));
  EXPECT_TRUE(wide.is_utf16());
  TextWindow latin({1, 0}, 2000);
  EXPECT_TRUE(latin.feed("f\xFCnf\n"));
  EXPECT_EQ(latin.finish(true).text, "f\xEF\xBF\xBDnf");
}

/// A text with a secret on many lines, of which each has KEPT in it.
struct Secret {
  std::string before, text;
  std::int64_t lines;
};

std::string repeated(const std::string& line, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += line;
  return out;
}

/// A private key or a block of YAML, each begun in many ways.
std::vector<Secret> secrets() {
  const std::string title = "RSA PRIVATE KEY-----";
  const std::string body = repeated(std::string(56, 'F') + "AKEPTAB\n", 20);
  const std::string end = "-----END " + title + "\n";
  std::vector<Secret> out;
  const std::vector<std::string> begins = {"-----BEGIN " + title,
                                           "\x1B[36m-----BEGIN \x1B[0m" + title,
                                           "-----\u200BBEGIN RSA\u200B PRIVATE KEY-----",
                                           "--\x1B[1m---BEGIN RSA PRIV\u200CATE KEY-----",
                                           "-----BEGIN\xC2\xA0" + title,
                                           "-----BEGIN " + title + "\r"};
  for (const std::string& begin : begins) {
    out.push_back({begin + "\n", body + end, 22});
  }
  for (const char* begin :
       {"password: |", "  clientSecret: >-", "apiKey: |2", "\u200Bpassword: |"}) {
    for (const int count : {5, 40, 250}) {
      out.push_back(
          {std::string(begin) + "\n", repeated("     plain KEPT words\n", count), count + 1});
    }
  }
  return out;
}

TEST(TextWindow, HidesASecretThatBeganBefore) {
  for (const Secret& secret : secrets()) {
    for (const auto& [filler, width] : std::vector<std::pair<int, int>>{
             {0, 0}, {700, 10}, {700, 4000}}) {       // the last is more than 2 MiB
      if (width > 10 && secret.lines > 10) continue;  // these take long
      const std::string plain = std::string(static_cast<std::size_t>(width), '.') + '\n';
      const std::string text = repeated(plain, filler) + secret.before + secret.text + "after\n";
      for (std::int64_t line = 2; line <= secret.lines; line += 1 + secret.lines / 3) {
        for (const Place place : {Place{filler + line, 0}, Place{1, secret.lines + 2 - line}}) {
          const Chosen chosen = window_of(text, place, 4096, 13000);
          EXPECT_THAT(chosen.text, Not(HasSubstr("KEPT"))) << secret.before << place.from_line;
          EXPECT_THAT(chosen.text, HasSubstr("after")) << secret.before;
          EXPECT_EQ(chosen.to_line, filler + secret.lines + 1) << secret.before;
          EXPECT_EQ(chosen.to_line - chosen.from_line,
                    std::count(chosen.text.begin(), chosen.text.end(), '\n'));
        }
      }
    }
  }
}

TEST(TextWindow, AMaskedLineStaysALine) {
  for (const Secret& secret : secrets()) {
    const std::string text = "one\n" + secret.before + secret.text + "after\n";
    for (const Place place : {Place{1, 0}, Place{1, 1000}}) {
      const Chosen chosen = window_of(text, place, 1000, 13000);
      EXPECT_EQ(chosen.lines, secret.lines + 2);
      EXPECT_EQ(chosen.from_line, 1);
      EXPECT_EQ(chosen.to_line, secret.lines + 2);
      EXPECT_EQ(std::count(chosen.text.begin(), chosen.text.end(), '\n'), secret.lines + 1);
      EXPECT_THAT(chosen.text, HasSubstr("***\n***\n***\n")) << secret.before;
    }
  }
}

TEST(TextWindow, ATokenOverAnyEdgeStaysHidden) {
  const std::string jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJmYWtlIHRva2VuIG9mIGEgdGVzdCJ9.";
  const std::string token = "\"" + jwt + "c2lnbmF0dXJlIG9mIGEgdGVzdA\"";
  for (const std::size_t before : {1960U, 1990U, 16340U, 16380U}) {
    const std::string text = repeated("y ", static_cast<int>(before / 2)) + token + "\nafter\n";
    for (const Place place : {Place{1, 0}, Place{1, 5}}) {
      EXPECT_THAT(window_of(text, place, 500, 13000).text, Not(HasSubstr("eyJ"))) << before;
    }
  }
  const std::string wrapped =
      "x\nAuthorization: Bearer " + jwt + "\nc2lnbmF0dXJlIG9mIGEgdGVzdA\ny\n";
  for (std::int64_t from = 1; from <= 3; ++from) {
    EXPECT_THAT(window_of(wrapped, {from, 0}, 9).text, Not(HasSubstr("eyJzdWI")));
    EXPECT_THAT(window_of(wrapped, {from, 0}, 9).text, Not(HasSubstr("c2lnbm")));
    EXPECT_THAT(window_of(wrapped, {1, from}, 9).text, Not(HasSubstr("c2lnbm")));
  }
}

TEST(TextWindow, WhatIsCutOffInALineIsShownAsFarAsItIsSafe) {
  TextWindow window({1, 0}, 13000);
  EXPECT_TRUE(window.feed("one\n" + std::string(100000, 'x')));
  const Chosen chosen = window.finish(false);
  EXPECT_EQ(chosen.to_line, 2);
  EXPECT_EQ(chosen.next_line, 3);
  EXPECT_FALSE(chosen.lines);
  EXPECT_EQ(chosen.text.size(), 2004U);
}

}  // namespace
