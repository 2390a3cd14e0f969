#include "audit/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "audit/file_set.h"
#include "audit/file_sink.h"
#include "audit/line.h"
#include "core/sha256.h"
#include "temporary_folder.h"

namespace adomcp::audit {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// Three files of lines that say what happened, and the head when all was written.
class VerifyTest : public TemporaryFolder {
 protected:
  VerifyTest() {
    AuditFileSettings settings;
    settings.path = path_;
    settings.rotate_bytes = 3000;
    auto sink = FileSink::open(settings, 0, clock_);
    for (int i = 0; rotated_files(path_).size() < 2 || i % 10 != 0; ++i) {
      Line line(clock_.now(), i % 2 == 0 ? "started" : "finished");
      line.text("call_id", std::to_string(i / 2));
      line.text("user", "Ann");
      line.raw("arguments", R"({"top":5,"seq":4})");
      EXPECT_TRUE((*sink)->write(std::move(line).finish()));
    }
    const auto last = (*sink)->close();
    head_ = {last->seq, last->hash};
  }

  std::string problem(const std::optional<Link>& head) const {
    const auto verdict = verify({path_}, head);
    if (!verdict) return verdict.error().text();
    return verdict->problem.value_or("");
  }

  void change(const std::string& path, const std::function<void(std::vector<std::string>&)>& with) {
    auto all = lines(read(path));
    with(all);
    std::string text;
    for (const auto& line : all) text += line + "\n";
    write(path, text);
  }

  /// The chain made anew, as somebody would who can write the files and knows how it is made.
  void forge() {
    std::string hash;
    for (const auto& file : all_files(path_)) {
      change(file.path, [&](auto& all) {
        for (auto& line : all) {
          const auto mark = line.rfind(R"(,"chain":")");
          if (hash.empty()) hash = json::parse(line)["after"].template get<std::string>();
          if (const auto after = line.find(R"("after":")"); after != line.npos) {
            line.replace(after + 9, 64, hash);
          }
          hash = sha256_hex(hash + line.substr(0, mark));
          line = line.substr(0, mark) + R"(,"chain":")" + hash + "\"}";
        }
      });
    }
  }

  SystemClock clock_;
  Link head_;
};

TEST_F(VerifyTest, UntouchedFilesAreGood) {
  for (const auto& head : {std::optional<Link>(), std::optional<Link>(head_)}) {
    const auto verdict = verify({path_}, head);
    ASSERT_TRUE(verdict);
    EXPECT_FALSE(verdict->problem);
    EXPECT_EQ(verdict->files, 3u);
    EXPECT_EQ(verdict->lines, head_.seq);
    EXPECT_EQ(verdict->last.hash, head_.hash);
    EXPECT_EQ(verdict->head_seen, head.has_value());
    EXPECT_THAT(to_text(*verdict), HasSubstr("good: " + std::to_string(head_.seq) + " lines"));
  }
}

TEST_F(VerifyTest, FilesCanBeNamedOneByOne) {
  EXPECT_FALSE(verify({path_ + ".1", path_ + ".2", path_}, head_)->problem);
  EXPECT_FALSE(verify({path_ + ".2", path_}, head_)->problem);
  EXPECT_TRUE(verify({path_ + ".1", path_}, head_)->problem);
  EXPECT_TRUE(verify({path_ + ".2", path_ + ".1"}, std::nullopt)->problem);
}

TEST_F(VerifyTest, FilesRotatedAwayAreToldAndNoProblem) {
  std::filesystem::remove(path_ + ".1");
  const auto verdict = verify({path_}, head_);
  ASSERT_TRUE(verdict);
  EXPECT_FALSE(verdict->problem) << *verdict->problem;
  EXPECT_GT(verdict->first, 1u);
  EXPECT_THAT(to_text(*verdict), HasSubstr("begins at number " + std::to_string(verdict->first) +
                                           ": whether there was something before can't be told"));
  EXPECT_THAT(problem(Link{3, head_.hash}), HasSubstr("rotated away"));
}

TEST_F(VerifyTest, NoFileIsNoVerdict) {
  EXPECT_FALSE(verify({folder_ + "/none"}, std::nullopt));
  EXPECT_FALSE(verify({folder_}, std::nullopt));
}

TEST_F(VerifyTest, AChangeOfAnyByteIsFound) {
  const auto text = read(path_ + ".2");
  const auto from = text.find('\n') + 1;
  for (std::size_t at = 0; at < text.find('\n', from); ++at) {
    auto changed = text;
    changed[at] = changed[at] == '7' ? '8' : '7';
    write(path_ + ".2", changed);
    EXPECT_THAT(problem(std::nullopt), HasSubstr(path_ + ".2:")) << at;
  }
}

struct Tampering {
  const char* name;
  std::function<void(std::vector<std::string>&)> with;
  const char* found;  ///< part of what is said of it
};

TEST_F(VerifyTest, WhatIsFoundWithoutAHead) {
  const std::vector<Tampering> table = {
      {"first line dropped", [](auto& all) { all.erase(all.begin()); }, ":1: "},
      {"middle line dropped", [](auto& all) { all.erase(all.begin() + 4); }, ":5: "},
      {"two dropped", [](auto& all) { all.erase(all.begin() + 4, all.begin() + 6); }, ":5: "},
      {"last line dropped", [](auto& all) { all.pop_back(); }, "jsonl:1: "},
      {"lines swapped", [](auto& all) { std::swap(all[3], all[4]); }, ":4: "},
      {"line doubled", [](auto& all) { all.insert(all.begin() + 4, all[4]); }, ":6: "},
      {"line of no chain added", [](auto& all) { all.insert(all.begin() + 4, "{}"); }, ":5: "},
      {"empty line added", [](auto& all) { all.insert(all.begin() + 4, ""); }, ":5: "},
      {"line cut short", [](auto& all) { all[4].resize(40); }, ":5: "},
      {"line cut and joined", [](auto& all) { all[4] += all[5]; }, ":5: "},
      {"number changed",
       [](auto& all) { all[4].replace(all[4].rfind(R"(,"seq":)"), 8, R"(,"seq":9)"); }, ":5: "},
      {"an endless line", [](auto& all) { all[4] = std::string(600'000, 'x'); }, ":5: "},
      {"all lines gone", [](auto& all) { all.clear(); }, ":1: "},
      {"the header alone", [](auto& all) { all.resize(1); }, "jsonl:1: "},
  };
  const auto text = read(path_ + ".2");
  for (const auto& tampering : table) {
    change(path_ + ".2", tampering.with);
    EXPECT_THAT(problem(std::nullopt), HasSubstr(tampering.found)) << tampering.name;
    EXPECT_THAT(problem(head_), HasSubstr(tampering.found)) << tampering.name;
    write(path_ + ".2", text);
  }
  EXPECT_EQ(problem(head_), "");
}

TEST_F(VerifyTest, AFileThatWasReplacedOrLeftIsFoundWithoutAHead) {
  const auto text = read(path_ + ".2");
  write(path_ + ".2", read(path_ + ".1"));
  EXPECT_THAT(problem(std::nullopt), HasSubstr(".2:1: "));
  write(path_ + ".2", read(path_));
  EXPECT_THAT(problem(std::nullopt), HasSubstr(".2:1: "));
  std::filesystem::remove(path_ + ".2");
  EXPECT_THAT(problem(std::nullopt), HasSubstr("does not go on from line"));
  write(path_ + ".2", text);
  EXPECT_EQ(problem(std::nullopt), "");
}

TEST_F(VerifyTest, AnEndInTheMiddleOfALineIsFoundWithoutAHead) {
  const auto text = read(path_);
  write(path_, text.substr(0, text.size() - 10));
  EXPECT_THAT(problem(std::nullopt), HasSubstr("ends in the middle"));
}

TEST_F(VerifyTest, ACutAtALinesEndIsFoundWithTheHeadAlone) {
  change(path_, [](auto& all) { all.resize(all.size() - 2); });
  EXPECT_EQ(problem(std::nullopt), "");
  EXPECT_THAT(problem(head_), HasSubstr("the end was cut off"));
  std::filesystem::remove(path_);
  std::filesystem::rename(path_ + ".2", path_);
  EXPECT_EQ(problem(std::nullopt), "");
  EXPECT_THAT(problem(head_), HasSubstr("the end was cut off"));
}

TEST_F(VerifyTest, AChainMadeAnewIsFoundWithTheHeadAlone) {
  change(path_ + ".1", [](auto& all) { all[4].replace(all[4].find("Ann"), 3, "Bob"); });
  EXPECT_THAT(problem(std::nullopt), HasSubstr(".1:5: "));
  forge();
  EXPECT_EQ(problem(std::nullopt), "");
  EXPECT_THAT(problem(head_), HasSubstr("not what was published"));
}

TEST_F(VerifyTest, TornTextThatNoStartToldOfIsAProblem) {
  change(path_, [](auto& all) { all.back().resize(30); });
  const auto torn = read(path_);
  AuditFileSettings settings;
  settings.path = path_;
  ASSERT_TRUE(FileSink::open(settings, 0, clock_));
  const auto verdict = verify({path_}, std::nullopt);
  ASSERT_FALSE(verdict->problem) << *verdict->problem;
  EXPECT_EQ(verdict->crashes, 1u);
  EXPECT_THAT(problem(head_), HasSubstr("not what was published"));
  auto changed = read(path_);
  changed[torn.size() - 3] ^= 1;
  write(path_, changed);
  EXPECT_THAT(problem(std::nullopt), HasSubstr("is in no chain"));
}

/// The published link of line `seq`.
Link link_of(const std::vector<std::string>& all, std::uint64_t seq) {
  for (const auto& line : all) {
    const auto read = json::parse(line);
    if (read["seq"] == seq) return {seq, read["chain"].get<std::string>()};
  }
  ADD_FAILURE() << "no line " << seq;
  return {};
}

TEST_F(VerifyTest, AStartTellsWhetherSomethingIsMissing) {
  std::vector<std::string> all;
  for (const auto& file : all_files(path_)) {
    for (const auto& line : lines(read(file.path))) all.push_back(line);
  }
  const auto second = json::parse(lines(read(path_ + ".2")).front())["seq"].get<std::uint64_t>();
  const auto found = [&](const Link& from, const std::optional<Link>& head = std::nullopt) {
    const auto verdict = verify({path_}, head, from);
    return verdict->problem.value_or(to_text(*verdict));
  };
  const auto good = HasSubstr("is missing");
  const Link forged{5, std::string(64, 'a')};
  // Whole: every start is good, but for one that never was.
  for (const auto& from : {Link{1, {}}, Link{7, {}}, link_of(all, 1), link_of(all, second - 1),
                           link_of(all, second), link_of(all, head_.seq), head_}) {
    EXPECT_THAT(found(from), testing::AllOf(HasSubstr("good: "), good)) << from.seq;
    EXPECT_THAT(found(from, head_), HasSubstr("the head is there")) << from.seq;
  }
  EXPECT_THAT(found(forged), HasSubstr("is not what was published as number 5"));
  EXPECT_THAT(found({head_.seq + 1, {}}), HasSubstr("the end was cut off"));
  EXPECT_THAT(found({head_.seq + 1, head_.hash}), HasSubstr("the end was cut off"));

  // The oldest file goes, unseen before.
  std::filesystem::remove(path_ + ".1");
  EXPECT_EQ(problem(std::nullopt), "");
  for (const auto& from :
       {Link{1, {}}, Link{second - 1, {}}, link_of(all, 1), forged, link_of(all, second - 2)}) {
    EXPECT_THAT(found(from), HasSubstr("what came before is missing")) << from.seq;
    EXPECT_THAT(found(from, head_), HasSubstr("what came before is missing")) << from.seq;
  }
  // What was kept elsewhere up to a published line isn't missed.
  for (const auto& from : {Link{second, {}}, link_of(all, second - 1), link_of(all, second)}) {
    EXPECT_THAT(found(from), good) << from.seq;
    EXPECT_THAT(found(from), HasSubstr("good: ")) << from.seq;
  }
  EXPECT_THAT(found({second - 1, std::string(64, 'a')}), HasSubstr("another chain"));
}

TEST_F(VerifyTest, AnAuditThatBeganAnewIsNoneOfItsStart) {
  const auto before = link_of(lines(read(path_ + ".1")), 3);
  for (const auto& file : all_files(path_)) std::filesystem::remove(file.path);
  AuditFileSettings settings;
  settings.path = path_;
  auto sink = FileSink::open(settings, 0, clock_);
  ASSERT_TRUE(sink);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE((*sink)->write("{}"));
  sink->reset();
  EXPECT_EQ(problem(std::nullopt), "");
  EXPECT_THAT(verify({path_}, std::nullopt, before)->problem.value_or(""),
              HasSubstr("not what was published as number 3"));
  EXPECT_THAT(to_text(*verify({path_}, std::nullopt, Link{1, {}})),
              HasSubstr("whether it is the same chain"));
}

TEST(ParseStart, TakesANumberOrAHead) {
  const std::string hash(64, 'a');
  EXPECT_EQ(parse_start("1")->seq, 1u);
  EXPECT_EQ(parse_start("1")->hash, "");
  EXPECT_EQ(parse_start("12:" + hash)->seq, 12u);
  EXPECT_EQ(parse_start("12:" + hash)->hash, hash);
  for (const std::string& bad :
       {std::string(), std::string("0"), std::string("-1"), std::string("1 "), std::string("start"),
        "12" + hash, std::string("12:"), ":" + hash, std::string("99999999999999999999")}) {
    EXPECT_FALSE(parse_start(bad)) << bad;
  }
}

TEST(ParseHead, TakesWhatAHeadLineSays) {
  const std::string hash(64, 'a');
  EXPECT_EQ(parse_head("12:" + hash)->seq, 12u);
  EXPECT_EQ(parse_head("12:" + hash)->hash, hash);
  for (const auto& bad :
       {std::string(), "12" + hash, ":" + hash, "12:" + hash + "a", "12:" + std::string(64, 'A'),
        "-1:" + hash, "99999999999999999999:" + hash, "12:" + hash.substr(1)}) {
    EXPECT_FALSE(parse_head(bad)) << bad;
  }
}

}  // namespace
}  // namespace adomcp::audit
