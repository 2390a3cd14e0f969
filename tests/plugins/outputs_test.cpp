#include <gtest/gtest.h>

#include <adomcp/arguments.hpp>
#include <adomcp/output_edit.hpp>
#include <adomcp/outputs.hpp>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "schema.h"

namespace {

namespace output = adomcp::output;
using nlohmann::json;

struct When {
  std::optional<std::string> begun, ended;

  static constexpr auto fields() {
    return adomcp::fields(output::field("begun", &When::begun).date_time(),
                          output::field("ended", &When::ended).date_time());
  }
};

struct Step {
  std::string name;
  std::optional<std::string> state;

  static constexpr auto fields() {
    return adomcp::fields(output::field("name", &Step::name, "Its \"name\"."),
                          output::field("state", &Step::state).one_of("good", "bad"));
  }
};

struct Told {
  std::int64_t id;
  When when;
  std::optional<std::string> cause;
  double share;
  bool sure;
  std::vector<Step> steps;
  std::optional<Step> last;
  std::optional<std::vector<std::string>> notes;
  std::optional<std::vector<std::int64_t>> ids;
  adomcp::Values labels;

  static constexpr auto fields() {
    return adomcp::fields(output::field("id", &Told::id).at_least(1), output::all_of(&Told::when),
                          output::field("cause", &Told::cause, "Null: not known.").or_null(),
                          output::field("share", &Told::share), output::field("sure", &Told::sure),
                          output::field("steps", &Told::steps, "In order.").max_items(3),
                          output::field("last", &Told::last, "The last one."),
                          output::field("notes", &Told::notes).own_words(),
                          output::field("ids", &Told::ids), output::field("labels", &Told::labels));
  }
};

/// With everything in it.
Told whole() {
  Told told{};
  told.id = 7;
  told.when = {"2026-11-23T12:00:00Z", "2026-11-23T12:00:10Z"};
  told.cause = "it rained";
  told.share = 0.5;
  told.sure = true;
  told.steps = {{"a", "good"}, {"b", std::nullopt}};
  told.last = Step{"b", "bad"};
  told.notes = {{"n"}};
  told.ids = {{1, 2}};
  told.labels = {{"k", "v"}};
  return told;
}

TEST(Outputs, TheSchemaIsTheDeclarations) {
  EXPECT_EQ(json::parse(adomcp::output_schema<Told>()), json::parse(R"({
    "type": "object", "additionalProperties": false,
    "required": ["id", "cause", "share", "sure", "steps", "labels"],
    "properties": {
      "id": {"type": "integer", "minimum": 1},
      "begun": {"type": "string", "format": "date-time"},
      "ended": {"type": "string", "format": "date-time"},
      "cause": {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "Null: not known."},
      "share": {"type": "number"},
      "sure": {"type": "boolean"},
      "steps": {"type": "array", "description": "In order.", "maxItems": 3, "items": {
        "type": "object", "additionalProperties": false, "required": ["name"],
        "properties": {"name": {"type": "string", "description": "Its \"name\"."},
                       "state": {"type": "string", "enum": ["good", "bad"]}}}},
      "last": {"type": "object", "description": "The last one.", "additionalProperties": false,
        "required": ["name"],
        "properties": {"name": {"type": "string", "description": "Its \"name\"."},
                       "state": {"type": "string", "enum": ["good", "bad"]}}},
      "notes": {"type": "array", "items": {"type": "string"}, "x-own-words": true},
      "ids": {"type": "array", "items": {"type": "integer"}},
      "labels": {"type": "object", "additionalProperties": {"type": "string"}}
    }})"));
}

TEST(Outputs, AnAnswerFitsItsSchema) {
  const adomcp_str schema = adomcp::str(adomcp::output_schema<Told>());
  EXPECT_TRUE(fits(schema, adomcp::json_of(whole())));
  EXPECT_EQ(adomcp::json_of(whole()), json::parse(R"({"id": 7, "begun": "2026-11-23T12:00:00Z",
    "ended": "2026-11-23T12:00:10Z", "cause": "it rained", "share": 0.5, "sure": true,
    "steps": [{"name": "a", "state": "good"}, {"name": "b"}], "last": {"name": "b", "state": "bad"},
    "notes": ["n"], "ids": [1, 2], "labels": {"k": "v"}})"));
  Told least{};
  least.id = 1;
  EXPECT_TRUE(fits(schema, adomcp::json_of(least)));
  EXPECT_EQ(adomcp::json_of(least), json::parse(R"({"id": 1, "cause": null, "share": 0.0,
    "sure": false, "steps": [], "labels": {}})"));
}

TEST(Outputs, WhatIsMissingIsLeftOut) {
  Told told = whole();
  told.when = {"0001-01-01T00:00:00", "yesterday"};
  told.cause = "";
  told.steps[0].state = "";
  told.notes = std::vector<std::string>();
  const json written = adomcp::json_of(told);
  EXPECT_FALSE(written.contains("begun") || written.contains("ended"));
  EXPECT_TRUE(written["cause"].is_null());
  EXPECT_EQ(written["steps"][0], json::parse(R"({"name": "a"})"));
  EXPECT_EQ(written["notes"], json::array());  // a list that is there may be empty
  EXPECT_TRUE(adomcp::json_of(std::optional<Step>()).is_null());
}

TEST(Outputs, AChoiceThatIsNotDeclaredIsAMistakeOfThePlugin) {
  EXPECT_THROW(adomcp::json_of(Step{"a", "ugly"}), std::logic_error);
  json step = adomcp::json_of(Step{"a", "good"});
  EXPECT_THROW(output::put<&Step::state>(step, "ugly"), std::logic_error);
}

TEST(Outputs, WhatIsWrittenCanBeChangedAsDeclared) {
  json told = adomcp::json_of(whole());
  output::put<&Told::id>(told, 8);
  output::put<&Told::cause>(told, std::nullopt);
  output::put<&Told::notes>(told, std::nullopt);
  output::put<&When::begun>(told, "never");
  output::push_back<&Told::steps>(told, {"c", "bad"});
  EXPECT_TRUE(output::erase<&Told::last>(told));
  EXPECT_FALSE(output::erase<&Told::last>(told));
  EXPECT_EQ(told, json::parse(R"({"id": 8, "ended": "2026-11-23T12:00:10Z", "cause": null,
    "share": 0.5, "sure": true, "ids": [1, 2], "labels": {"k": "v"},
    "steps": [{"name": "a", "state": "good"}, {"name": "b"}, {"name": "c", "state": "bad"}]})"));
  EXPECT_TRUE(fits(adomcp::str(adomcp::output_schema<Told>()), told));
  EXPECT_TRUE(output::has<&Told::ids>(told));
  EXPECT_FALSE(output::has<&Told::notes>(told));
  EXPECT_THROW(output::at<&Told::notes>(told), json::out_of_range);
  static_assert(output::key<&Told::sure>() == "sure");
  static_assert(output::is_optional<&Told::notes>() && !output::is_optional<&Told::cause>());
}

struct Page {
  std::vector<std::int64_t> runs;
  std::optional<std::string> continuation_token;

  static constexpr auto fields() {
    return adomcp::fields(output::field("runs", &Page::runs),
                          output::continuation_token(&Page::continuation_token));
  }
};

TEST(Page, HasATokenOnlyWhenThereIsMore) {
  EXPECT_EQ(adomcp::json_of(Page{{1}, "t"}),
            json::parse(R"({"runs": [1], "continuation_token": "t"})"));
  EXPECT_EQ(adomcp::json_of(Page{{}, ""}), json::parse(R"({"runs": []})"));
}

struct Wanted {
  std::string name;
  static constexpr auto arguments() {
    return adomcp::arguments(adomcp::argument::field("name", &Wanted::name, "Whom.").max_length(9));
  }
};
Step typed(adomcp::Call&, const Wanted&) {
  return {};
}
json free_form(adomcp::Call&, const Wanted&) {
  return {};
}
json plain(adomcp::Call&) {
  return {};
}

TEST(Outputs, AToolHasTheSchemaOfWhatItsHandlerReturns) {
  constexpr adomcp_tool kTyped = adomcp::tool<typed>("t", "T", "t", ADOMCP_READ_ONLY);
  EXPECT_EQ(adomcp::view(kTyped.output_schema), adomcp::output_schema<Step>());
  EXPECT_EQ(adomcp::view(kTyped.input_schema), adomcp::input_schema<Wanted>());
  constexpr adomcp_tool kNone = adomcp::tool<free_form>("t", "T", "t", ADOMCP_READ_ONLY);
  EXPECT_EQ(adomcp::view(kNone.output_schema), "");
  constexpr adomcp_tool kFree = adomcp::tool<free_form>("t", "T", "t", ADOMCP_READ_ONLY, "{}");
  EXPECT_EQ(adomcp::view(kFree.output_schema), "{}");
  constexpr adomcp_tool kPlain =
      adomcp::tool<plain>("t", "T", "t", ADOMCP_READ_ONLY, "{}", adomcp::output_schema<Step>());
  EXPECT_EQ(adomcp::view(kPlain.output_schema), adomcp::output_schema<Step>());
}

template <class Declared>
std::string mistake(const Declared& declared) {
  try {
    declared.check();
  } catch (const char* what) {
    return what;
  }
  return "none";
}

TEST(Outputs, MistakesInADeclarationAreNamed) {
  EXPECT_EQ(mistake(Told::fields()), "none");
  EXPECT_EQ(mistake(adomcp::fields(output::field("", &Step::name))),
            "a member of an answer needs a name");
  EXPECT_EQ(mistake(adomcp::fields(output::field("a b", &Step::name))),
            "a name has letters, digits, _ . and -, at most 64");
  constexpr const char* kTwice = "two members of an answer have the same name";
  EXPECT_EQ(
      mistake(adomcp::fields(output::field("a", &Step::name), output::field("a", &Step::state))),
      kTwice);
  EXPECT_EQ(mistake(adomcp::fields(output::all_of(&Told::when), output::field("ended", &Told::id))),
            kTwice);
}

}  // namespace
