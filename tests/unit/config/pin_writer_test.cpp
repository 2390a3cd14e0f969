#include "config/pin_writer.h"

#include "config/document.h"
#include "support.h"

namespace adomcp::config {
namespace {

using ::testing::HasSubstr;

const std::string kOld(64, 'a');
const std::string kNew(64, 'b');

/// "OLD" and "NEW" stand for the two hashes.
std::string with_hashes(std::string text) {
  for (const auto& [word, hash] : {std::pair{"OLD", kOld}, std::pair{"NEW", kNew}}) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word)) {
      text.replace(at, 3, hash);
    }
  }
  return text;
}

/// Pins for all plugins that `text` declares.
std::vector<Pin> pins_for(const std::string& text) {
  Problems problems("f");
  std::vector<Pin> out;
  const auto document = parse_document(text, nullptr, problems);
  EXPECT_TRUE(document) << text;
  const YamlNode* plugins = document ? document->find("plugins") : nullptr;
  if (plugins == nullptr) return out;
  for (const auto& item : plugins->items) out.push_back({item.mark, kNew});
  return out;
}

struct Row {
  const char* name;
  std::string before;
  std::string after;
  int line;  ///< of the first pin
};

std::vector<Row> rows() {
  return {
      {"block", "plugins:\n  - id: a\n    library: a.so\n    tools: [t]\n",
       "plugins:\n  - id: a\n    library: a.so\n    sha256: NEW\n    tools: [t]\n", 4},
      {"block, replaced", "plugins:\n  - id: a\n    sha256: OLD # mine\n    library: a.so\n",
       "plugins:\n  - id: a\n    sha256: NEW # mine\n    library: a.so\n", 3},
      {"the library comes first", "plugins:\n- library: a.so # here\n  id: a\n",
       "plugins:\n- library: a.so # here\n  sha256: NEW\n  id: a\n", 3},
      {"comment and blank lines", "# x\nplugins:\n  - id: a\n    library: a.so   # c: d\n\n  # e\n",
       "# x\nplugins:\n  - id: a\n    library: a.so   # c: d\n    sha256: NEW\n\n  # e\n", 5},
      {"quotes stay",
       "plugins:\n  - id: a\n    library: 'it''s # {a}.so' # c\n    sha256: \"OLD\"\n",
       "plugins:\n  - id: a\n    library: 'it''s # {a}.so' # c\n    sha256: \"NEW\"\n", 4},
      {"behind a quoted library", "plugins:\n  - library: \"a\\\"b.so\" # \"\n    id: a\n",
       "plugins:\n  - library: \"a\\\"b.so\" # \"\n    sha256: NEW\n    id: a\n", 3},
      {"behind a library of two lines", "plugins:\n  - library: \"a\n      b.so\"\n    id: a\n",
       "plugins:\n  - library: \"a\n      b.so\"\n    sha256: NEW\n    id: a\n", 4},
      {"CRLF", "plugins:\r\n  - id: a\r\n    library: a.so\r\n    tools: [t]\r\n",
       "plugins:\r\n  - id: a\r\n    library: a.so\r\n    sha256: NEW\r\n    tools: [t]\r\n", 4},
      {"CRLF, replaced", "plugins:\r\n  - id: a\r\n    library: a.so\r\n    sha256: OLD\r\n",
       "plugins:\r\n  - id: a\r\n    library: a.so\r\n    sha256: NEW\r\n", 4},
      {"no line break at the end", "plugins:\n  - id: a\n    library: a.so",
       "plugins:\n  - id: a\n    library: a.so\n    sha256: NEW", 4},
      {"CRLF, none at the end", "plugins:\r\n  - id: a\r\n    library: a.so # c",
       "plugins:\r\n  - id: a\r\n    library: a.so # c\r\n    sha256: NEW", 4},
      {"flow", "plugins:\n  - { id: a, library: a.so, tools: [t] } # c\n",
       "plugins:\n  - { id: a, library: a.so, sha256: NEW, tools: [t] } # c\n", 2},
      {"flow, the last", "plugins: [{id: a, tools: [t], library: a.so}]",
       "plugins: [{id: a, tools: [t], library: a.so, sha256: NEW}]", 1},
      {"flow, replaced", "plugins: [{sha256: 'OLD', id: a, library: a.so}]\n",
       "plugins: [{sha256: 'NEW', id: a, library: a.so}]\n", 1},
      {"flow of many lines",
       "plugins:\n  - { id: a,\n      library: \"a.so\", # c\n      tools: [t] }\n",
       "plugins:\n  - { id: a,\n      library: \"a.so\", sha256: NEW, # c\n      tools: [t] }\n",
       3},
      {"JSON", R"({"plugins":[{"id":"a","library":"a.so"}]})",
       R"({"plugins":[{"id":"a","library":"a.so", sha256: NEW}]})", 1},
      {"several",
       "plugins:\n  - id: a\n    library: a.so\n  - { id: b, library: b.so }\n"
       "  - id: c\n    sha256: OLD\n    library: c.so\n",
       "plugins:\n  - id: a\n    library: a.so\n    sha256: NEW\n"
       "  - { id: b, library: b.so, sha256: NEW }\n"
       "  - id: c\n    sha256: NEW\n    library: c.so\n",
       4},
      {"two on one line", "plugins: [{id: a, library: a.so}, {id: b, library: b.so}]\n",
       "plugins: [{id: a, library: a.so, sha256: NEW}, {id: b, library: b.so, sha256: NEW}]\n", 1},
      {"keys of its settings",
       "plugins:\n  - id: a\n    settings:\n      library: x\n      sha256: OLD\n"
       "    library: a.so\n",
       "plugins:\n  - id: a\n    settings:\n      library: x\n      sha256: OLD\n"
       "    library: a.so\n    sha256: NEW\n",
       7},
      {"keys of others' settings",
       "plugins:\n  - { id: a, settings: { sha256: OLD, library: x }, library: a.so }\n",
       "plugins:\n  - { id: a, settings: { sha256: OLD, library: x }, library: a.so, sha256: NEW "
       "}\n",
       2},
      {"the same hash elsewhere",
       "# OLD\nx: OLD\nplugins:\n  - id: a\n    sha256: OLD\n    library: a.so\n",
       "# OLD\nx: OLD\nplugins:\n  - id: a\n    sha256: NEW\n    library: a.so\n", 5},
      {"letters of many bytes", "# ü\nplugins: [{ id: a, settings: { x: ü—日 }, library: ü.so }]\n",
       "# ü\nplugins: [{ id: a, settings: { x: ü—日 }, library: ü.so, sha256: NEW }]\n", 2},
      {"byte order mark", "\xEF\xBB\xBFplugins: [{ id: a, library: a.so }]\n",
       "\xEF\xBB\xBFplugins: [{ id: a, library: a.so, sha256: NEW }]\n", 1},
      {"an anchored mapping", "plugins:\n  - &a { id: a, library: a.so }\n",
       "plugins:\n  - &a { id: a, library: a.so, sha256: NEW }\n", 2},
      {"quoted keys", "plugins:\n  - 'id': a\n    \"library\" : a.so\n    tools: [t]\n",
       "plugins:\n  - 'id': a\n    \"library\" : a.so\n    sha256: NEW\n    tools: [t]\n", 4},
      {"a library from the environment", "plugins:\n  - id: a\n    library: ${DIR:-/x}/a.so\n",
       "plugins:\n  - id: a\n    library: ${DIR:-/x}/a.so\n    sha256: NEW\n", 4},
  };
}

TEST(PinWriterTest, ChangesThePinAndNothingElse) {
  for (const auto& row : rows()) {
    SCOPED_TRACE(row.name);
    const auto before = with_hashes(row.before);
    const auto pins = pins_for(before);
    const auto pinned = write_pins(before, pins);
    EXPECT_EQ(pinned.text, with_hashes(row.after));
    ASSERT_EQ(pinned.outcomes.size(), pins.size());
    EXPECT_EQ(pinned.outcomes.front().line, row.line);
    for (std::size_t i = 0; i < pins.size(); ++i) {
      EXPECT_EQ(pinned.outcomes[i].refused, "");
      EXPECT_TRUE(pinned.outcomes[i].changes(pins[i]));
    }
  }
}

TEST(PinWriterTest, WhatItWroteIsThePinAndIsLeftAloneTheNextTime) {
  for (const auto& row : rows()) {
    SCOPED_TRACE(row.name);
    const auto once = write_pins(with_hashes(row.before), pins_for(with_hashes(row.before)));
    const auto pins = pins_for(once.text);
    const auto again = write_pins(once.text, pins);
    EXPECT_EQ(again.text, once.text);
    for (std::size_t i = 0; i < pins.size(); ++i) {
      EXPECT_EQ(again.outcomes[i].before, kNew);
      EXPECT_EQ(again.outcomes[i].line, once.outcomes[i].line);
      EXPECT_FALSE(again.outcomes[i].changes(pins[i]));
    }
  }
}

TEST(PinWriterTest, ThePinsOfOthersStay) {
  const auto text = with_hashes(
      "plugins:\n  - { id: a, library: a.so }\n"
      "  - id: b\n    library: b.so\n  - { id: c, library: c.so, sha256: OLD }\n");
  const auto all = pins_for(text);
  const auto pinned = write_pins(text, {all[2], all[1]});
  EXPECT_EQ(pinned.text, with_hashes("plugins:\n  - { id: a, library: a.so }\n"
                                     "  - id: b\n    library: b.so\n    sha256: NEW\n"
                                     "  - { id: c, library: c.so, sha256: NEW }\n"));
  EXPECT_EQ(pinned.outcomes[0].before, kOld);
  EXPECT_EQ(pinned.outcomes[0].line, 6);
  EXPECT_EQ(pinned.outcomes[1].before, "");
  EXPECT_EQ(pinned.outcomes[1].line, 5);
}

TEST(PinWriterTest, CapitalLettersAreTheSamePin) {
  const auto text = "plugins: [{ id: a, library: a.so, sha256: " + std::string(64, 'B') + " }]";
  const auto pins = pins_for(text);
  const auto pinned = write_pins(text, pins);
  EXPECT_EQ(pinned.text, text);
  EXPECT_FALSE(pinned.outcomes.front().changes(pins.front()));
}

TEST(PinWriterTest, WhatIsNotWrittenOutHereIsRefused) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"plugins: [{ id: a, library: a.so, sha256: \"${PIN}\" }]",
       "from the environment, by ${PIN}"},
      {"plugins: [{ id: a, library: a.so, sha256: \"${PIN:-OLD}\" }]", "from the environment"},
      {"plugins:\n  - id: &h OLD\n    library: a.so\n    sha256: *h\n", "can't be replaced"},
      {"plugins:\n  - id: a\n    library: a.so\n    sha256: &h OLD\n", "can't be replaced"},
      {"plugins:\n  - id: a\n    library: a.so\n    sha256: >-\n      OLD\n", "can't be replaced"},
      {"plugins:\n  - id: a\n    library: a.so\n    sha256:\n      OLD\n", "can't be replaced"},
      {"plugins:\n  - id: a\n    library: >-\n      a.so\n", "nothing can be put behind"},
      {"plugins:\n  - id: &l a.so\n    library: *l\n", "nothing can be put behind"},
      {"plugins:\n  - id: a\n    library: a\n      b.so\n", "nothing can be put behind"},
      {"plugins:\n  - id: a\n    ? library\n    : a.so\n", "nothing can be put behind"}};
  for (const auto& [text, why] : cases) {
    SCOPED_TRACE(text);
    const auto before = with_hashes(text);
    const auto pins = pins_for(before);
    const auto pinned = write_pins(before, pins);
    EXPECT_EQ(pinned.text, before);
    EXPECT_THAT(pinned.outcomes.front().refused, HasSubstr(why));
    EXPECT_THAT(pinned.outcomes.front().refused, HasSubstr(kNew));
    EXPECT_FALSE(pinned.outcomes.front().changes(pins.front()));
  }
}

TEST(PinWriterTest, APlaceWithoutAPluginIsRefused) {
  const std::string text = "plugins: [{ id: a, library: a.so }]\n";
  for (const Mark mark : {Mark{1, 1}, Mark{1, 13}, Mark{9, 9}}) {
    const auto pinned = write_pins(text, {{mark, kNew}});
    EXPECT_EQ(pinned.text, text);
    EXPECT_THAT(pinned.outcomes.front().refused, HasSubstr("changed meanwhile"));
  }
  EXPECT_THAT(write_pins("{", {{{1, 1}, kNew}}).outcomes.front().refused, HasSubstr("changed"));
}

}  // namespace
}  // namespace adomcp::config
