// One declaration: the schema it gives, and that the reading code accepts exactly what fits it.
#include <gtest/gtest.h>
#include <adomcp/arguments.hpp>

#include <limits>
#include <set>

#include "schema.h"

namespace {

using nlohmann::json;
namespace argument = adomcp::argument;

struct Wanted {
  std::int64_t count = 0;
  std::optional<std::int64_t> negative;
  std::optional<double> ratio;
  std::optional<bool> loud;
  bool dry = false;
  std::string name;
  std::string level;
  std::optional<std::vector<std::string>> tags, parts;
  std::optional<adomcp::Values> values;

  static constexpr auto arguments() {
    return adomcp::arguments(
        argument::field("count", &Wanted::count, "c").range(1, 50).otherwise(20),
        argument::field("negative", &Wanted::negative, "n").range(-5, -1),
        argument::field("ratio", &Wanted::ratio, "r").range(0, 1),
        argument::field("loud", &Wanted::loud, "l"),
        argument::field("dry", &Wanted::dry, "d").otherwise(true),
        argument::field("name", &Wanted::name, "a \"quoted\" \\ name,\n\xC3\xA9").max_length(4),
        argument::field("level", &Wanted::level, "l").one_of("low", "high").otherwise("low"),
        argument::field("tags", &Wanted::tags, "t").max_items(2).max_length(3),
        argument::field("parts", &Wanted::parts, "p").one_of("x", "y", "z"),
        argument::field("values", &Wanted::values, "v").max_items(2));
  }
};

struct Grouped {
  std::int64_t run_id = 0;
  std::optional<std::string> a, b, c;
  static constexpr auto arguments() {
    return adomcp::arguments(argument::run_id(&Grouped::run_id),
                             argument::run_url(&Grouped::run_id),
                             argument::field("a", &Grouped::a, "a").max_length(9),
                             argument::field("b", &Grouped::b, "b").max_length(9),
                             argument::field("c", &Grouped::c, "c").max_length(9))
        .exactly_one_of("run_id", "run_url")
        .exactly_one_of("a", "b", "c");
  }
};

template <class Owner>
adomcp_str schema() {
  return adomcp::str(adomcp::input_schema<Owner>());
}

json parsed(adomcp_str text) {
  return json::parse(text.data, text.data + text.size);
}

/// The words of the refusal; empty: it was read.
template <class Owner>
std::string refusal(const json& arguments) {
  try {
    adomcp::read_arguments<Owner>(arguments);
    return {};
  } catch (const adomcp::ToolError& error) {
    EXPECT_EQ(error.status(), ADOMCP_INVALID_ARGUMENT);
    return error.what();
  }
}

TEST(Arguments, SchemaSaysAllOfTheDeclaration) {
  EXPECT_EQ(parsed(schema<Wanted>()), json::parse(R"({
    "type": "object", "additionalProperties": false, "required": ["name"],
    "properties": {
      "count": {"type": "integer", "minimum": 1, "maximum": 50, "default": 20, "description": "c"},
      "negative": {"type": "integer", "minimum": -5, "maximum": -1, "description": "n"},
      "ratio": {"type": "number", "minimum": 0, "maximum": 1, "description": "r"},
      "loud": {"type": "boolean", "description": "l"},
      "dry": {"type": "boolean", "default": true, "description": "d"},
      "name": {"type": "string", "minLength": 1, "maxLength": 4,
               "description": "a \"quoted\" \\ name,\né"},
      "level": {"type": "string", "enum": ["low", "high"], "default": "low", "description": "l"},
      "tags": {"type": "array", "maxItems": 2, "description": "t",
               "items": {"type": "string", "minLength": 1, "maxLength": 3}},
      "parts": {"type": "array", "maxItems": 3, "description": "p",
                "items": {"type": "string", "enum": ["x", "y", "z"]}},
      "values": {"type": "object", "maxProperties": 2, "description": "v",
                 "additionalProperties": {"type": "string", "maxLength": 32768}}}})"));
}

TEST(Arguments, SeveralGroupsAreAllHeld) {
  const json found = parsed(schema<Grouped>());
  EXPECT_EQ(found["properties"]["a"]["description"], "Exactly one of a, b and c. a");
  EXPECT_EQ(found["properties"]["b"]["description"], "b") << "said once";
  for (const auto& [key, unused] : found.items()) {
    EXPECT_TRUE(key == "type" || key == "properties" || key == "additionalProperties")
        << key << ": a promise in words, and no keyword";
  }
  for (const char* good : {R"({"run_id": 3, "a": "x"})",
                           R"({"run_url": "https://x/o/p/_build?buildId=3", "c": "x"})"}) {
    EXPECT_TRUE(fits(schema<Grouped>(), json::parse(good)));
    EXPECT_EQ(adomcp::read_arguments<Grouped>(json::parse(good)).run_id, 3);
  }
  EXPECT_EQ(refusal<Grouped>({{"run_id", 3}}),
            "Give exactly one of `a`, `b` and `c`, but none came.");
  EXPECT_EQ(refusal<Grouped>({{"run_id", 3}, {"a", "x"}, {"c", "y"}}),
            "Give exactly one of `a`, `b` and `c`, but `a` and `c` came.");
  EXPECT_EQ(refusal<Grouped>({{"a", "x"}}),
            "Give exactly one of `run_id` and `run_url`, but none came.");
  EXPECT_EQ(refusal<Grouped>({{"run_id", 3}, {"run_url", "x"}, {"a", "x"}}),
            "Give exactly one of `run_id` and `run_url`, but both came.");
}

TEST(Arguments, ReadsWhatIsThereAndDefaultsTheRest) {
  const auto few = adomcp::read_arguments<Wanted>({{"name", "Ada"}, {"loud", nullptr}});
  EXPECT_EQ(few.name, "Ada");
  EXPECT_EQ(few.count, 20);
  EXPECT_TRUE(few.dry);
  EXPECT_EQ(few.level, "low");
  EXPECT_FALSE(few.loud || few.negative || few.ratio || few.tags || few.parts || few.values);

  const auto all = adomcp::read_arguments<Wanted>(json::parse(R"({"name": "é€😀x", "count": 7.0,
    "negative": -5, "ratio": 0.5, "loud": true, "dry": false, "level": "high", "tags": ["a", "b"],
    "parts": ["z"], "values": {"n": 3, "b": true}})"));
  EXPECT_EQ(all.count, 7);
  EXPECT_EQ(all.negative, -5);
  EXPECT_EQ(all.ratio, 0.5);
  EXPECT_EQ(all.loud, true);
  EXPECT_FALSE(all.dry);
  EXPECT_EQ(all.level, "high");
  EXPECT_EQ(all.tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(all.parts, (std::vector<std::string>{"z"}));
  EXPECT_EQ(all.values, (adomcp::Values{{"b", "true"}, {"n", "3"}}));
}

struct Bad {
  const char* arguments;
  const char* words;
  bool by_schema = true;  ///< false: no keyword that every client takes says it
};

class Refused : public testing::TestWithParam<Bad> {};

/// What the schema refuses, the code refuses too, and says what to change.
TEST_P(Refused, BySchemaAndByCode) {
  json arguments = json::parse(GetParam().arguments);
  if (!arguments.contains("name")) arguments["name"] = "Ada";
  EXPECT_EQ(!fits(schema<Wanted>(), arguments), GetParam().by_schema);
  EXPECT_EQ(refusal<Wanted>(arguments), GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(
    Arguments, Refused,
    testing::Values(Bad{R"({"count": 0})", "`count` must be from 1 to 50."},
                    Bad{R"({"count": 51})", "`count` must be from 1 to 50."},
                    Bad{R"({"count": 18446744073709551615})", "`count` must be from 1 to 50."},
                    Bad{R"({"count": 1.5})", "`count` must be an integer."},
                    Bad{R"({"count": "1"})", "`count` must be an integer."},
                    Bad{R"({"count": true})", "`count` must be an integer."},
                    Bad{R"({"count": 1e300})", "`count` must be an integer."},
                    Bad{R"({"negative": 0})", "`negative` must be from -5 to -1."},
                    Bad{R"({"ratio": 1.01})", "`ratio` must be from 0 to 1."},
                    Bad{R"({"ratio": "0"})", "`ratio` must be a number."},
                    Bad{R"({"loud": 1})", "`loud` must be true or false."},
                    Bad{R"({"name": ""})", "`name` must not be empty."},
                    Bad{R"({"name": "éééééé"})", "`name` must have at most 4 characters."},
                    Bad{R"({"name": 3})", "`name` must be a text."},
                    Bad{R"({"level": "middle"})", "`level` must be one of: low, high."},
                    Bad{R"({"tags": "a"})", "`tags` must be a list of texts."},
                    Bad{R"({"tags": ["a", "b", "c"]})", "`tags` must have at most 2 entries."},
                    Bad{R"({"tags": ["a", "a"]})", "`tags` must not name the same twice.", false},
                    Bad{R"({"tags": ["abcd"]})", "`tags` must have at most 3 characters."},
                    Bad{R"({"parts": ["w"]})", "`parts` must be one of: x, y, z."},
                    Bad{R"({"values": []})", "`values` must be an object of names and values."},
                    Bad{R"({"values": {"a": 1, "b": 2, "c": 3}})",
                        "`values` must have at most 2 entries."},
                    Bad{R"({"values": {"a": [1]}})",
                        "`values` must have a string, a number or a boolean for \"a\"."},
                    Bad{R"({"values": {"": "x"}})",
                        "`values` has a name that is empty or longer than 256 characters.", false},
                    Bad{R"({"other": 1})", "`other` is no argument of this tool."}));

TEST(Arguments, TheGreatestIntegersAreExact) {
  struct Great {
    std::int64_t n = 0;
    static constexpr auto arguments() {
      constexpr std::int64_t kGreatest = std::numeric_limits<std::int64_t>::max();
      return adomcp::arguments(
          argument::field("n", &Great::n, "n").range(-kGreatest - 1, kGreatest));
    }
  };
  EXPECT_EQ(adomcp::read_arguments<Great>(json::parse(R"({"n": 9223372036854775807})")).n,
            std::numeric_limits<std::int64_t>::max());
  EXPECT_NE(refusal<Great>(json::parse(R"({"n": 9223372036854775808})")), "");
  EXPECT_EQ(parsed(schema<Great>())["properties"]["n"]["minimum"],
            std::numeric_limits<std::int64_t>::min());
}

TEST(Arguments, WhatIsRequiredMustBeThere) {
  EXPECT_EQ(refusal<Wanted>(json::object()), "`name` is missing.");
  EXPECT_EQ(refusal<Wanted>({{"name", nullptr}}), "`name` is missing.");
  EXPECT_EQ(refusal<Wanted>(json::array()), "Arguments are an object.");
  EXPECT_FALSE(fits(schema<Wanted>(), json::object()));
}

TEST(Arguments, TheHostsOwnAreAcceptedAndNotNeeded) {
  struct Hosts {
    static constexpr auto arguments() {
      return adomcp::arguments(argument::project(), argument::organization());
    }
  };
  EXPECT_EQ(refusal<Hosts>(json::object()), "");
  EXPECT_EQ(refusal<Hosts>({{"project", "Payments"}, {"organization", "contoso"}}), "");
}

constexpr char kLongName[] = "n1234567890123456789012345678901234567890123456789012345678901234";
static_assert(sizeof(kLongName) - 1 == 65);

TEST(Arguments, ALongNameOfAValueIsRefusedByTheCode) {
  const std::string name(257, 'x');
  EXPECT_EQ(refusal<Wanted>({{"name", "Ada"}, {"values", {{name, "x"}}}}),
            "`values` has a name that is empty or longer than 256 characters.");
  EXPECT_EQ(refusal<Wanted>({{"name", "Ada"}, {"values", {{name.substr(1), "x"}}}}), "");
}

/// Only its keywords: its names and descriptions may be any text.
void collect_keywords(const json& schema, std::set<std::string>& out) {
  for (const auto& [key, value] : schema.items()) {
    out.insert(key);
    if (key == "properties") {
      for (const auto& [name, property] : value.items()) collect_keywords(property, out);
    } else if (value.is_object()) {
      collect_keywords(value, out);
    }
  }
  EXPECT_TRUE(schema.value("type", json("")).is_string()) << schema;
}

TEST(Arguments, SchemasHaveOnlyTheKeywordsThatEveryClientTakes) {
  const std::set<std::string> taken = {
      "type",    "properties", "required", "additionalProperties", "description", "default",
      "enum",    "items",      "maxItems", "maxProperties",        "minLength",   "maxLength",
      "minimum", "maximum",    "pattern"};
  std::set<std::string> used;
  collect_keywords(parsed(schema<Wanted>()), used);
  collect_keywords(parsed(schema<Grouped>()), used);
  for (const auto& keyword : used) EXPECT_TRUE(taken.count(keyword) == 1) << keyword;
}

/// A mistake in a declaration stops the compiler; here the same check runs, and throws its words.
TEST(Arguments, MistakesInADeclarationAreFound) {
  struct Odd {
    std::int64_t number = 0;
    std::string text;
    std::vector<std::string> list;
    adomcp::Values values;
  };
  const auto mistake = [](const auto& arguments) -> std::string {
    try {
      arguments.check();
      return "none";
    } catch (const char* words) {
      return words;
    }
  };
  const auto number = argument::field("n", &Odd::number, "d");
  const auto text = argument::field("t", &Odd::text, "d");
  const auto list = argument::field("l", &Odd::list, "d");
  using adomcp::arguments;
  EXPECT_EQ(mistake(arguments(number.range(1, 2))), "none");
  const auto named = [&](std::string_view name) {
    return mistake(arguments(argument::field(name, &Odd::number, "d").range(1, 2)));
  };
  for (const char* good : {"a", "Run_id", "x.y-z9", kLongName + 1}) EXPECT_EQ(named(good), "none");
  for (const char* bad : {"filter[id]", "$top", "a b", "\xC3\xA9", kLongName}) {
    EXPECT_EQ(named(bad), "a name has letters, digits, _ . and -, at most 64") << bad;
  }
  EXPECT_EQ(mistake(arguments(number)), "an integer needs .range(min, max)");
  EXPECT_EQ(mistake(arguments(number.range(2, 1))), "the range is the wrong way round");
  EXPECT_EQ(mistake(arguments(number.range(1, 2).otherwise(3))), "the default is out of range");
  EXPECT_EQ(mistake(arguments(text)), "a text needs .max_length(n) or .one_of(…)");
  EXPECT_EQ(mistake(arguments(text.one_of("a").otherwise("b"))),
            "the default is none of the choices");
  EXPECT_EQ(mistake(arguments(list.max_length(3))), "a list needs .max_items(n) or .one_of(…)");
  EXPECT_EQ(mistake(arguments(argument::field("v", &Odd::values, "d"))),
            "values need .max_items(n)");
  EXPECT_EQ(mistake(arguments(argument::field("", &Odd::text, "d"))), "an argument needs a name");
  EXPECT_EQ(mistake(arguments(text.one_of("a"), text.one_of("b"))),
            "two arguments have the same name");
  EXPECT_EQ(mistake(arguments(text.one_of("a")).exactly_one_of("t", "u")),
            "exactly_one_of names no such argument");
}

}  // namespace
