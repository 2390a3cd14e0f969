#include "mcp/catalog/client_table.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using enum ClientKind;
using enum Where;

bool is_there(const json& schema, const std::string& keyword) {
  return schema.contains(keyword);
}

bool is_list(const json& schema, const std::string& keyword) {
  return schema.contains(keyword) && schema.at(keyword).is_array();
}

bool is_number(const json& schema, const std::string& keyword) {
  return schema.contains(keyword) && schema.at(keyword).is_number();
}

bool has_other_than_text(const json& schema, const std::string& keyword) {
  if (!is_list(schema, keyword)) return false;
  const json& values = schema.at(keyword);
  return std::any_of(values.begin(), values.end(),
                     [](const json& value) { return !value.is_string(); });
}

bool lacks(const json& schema, const std::string& keyword) {
  return schema.value("type", json()) == "array" && !schema.contains(keyword);
}

bool is_other_dialect(const json& schema, const std::string& keyword) {
  if (!schema.contains(keyword)) return false;
  const json& value = schema.at(keyword);
  return !value.is_string() ||
         !value.get<std::string>().starts_with("http://json-schema.org/draft-07/schema");
}

bool is_odd_format(const json& schema, const std::string& keyword) {
  if (!schema.contains(keyword)) return false;
  const json type = schema.value("type", json());
  const json& value = schema.at(keyword);
  return type != "integer" && type != "number" && value != "enum" && value != "date-time";
}

bool has_odd_name(const json& schema, const std::string& keyword) {
  if (!schema.contains(keyword) || !schema.at(keyword).is_object()) return false;
  const auto& members = schema.at(keyword).items();
  return std::any_of(members.begin(), members.end(),
                     [](const auto& member) { return !is_made_of(member.key(), "_.-"); });
}

/// A schema of a value that doesn't say of what type it is. What says it in another way, or is
/// refused for itself, isn't named again: a reference, a combination, a constant.
bool is_untyped(const json& schema, const std::string& keyword) {
  if (!schema.is_object()) return true;
  constexpr std::array kInstead = {"$ref", "anyOf", "oneOf", "allOf", "const"};
  return !schema.contains(keyword) &&
         std::none_of(kInstead.begin(), kInstead.end(),
                      [&](const char* other) { return schema.contains(other); });
}

constexpr std::string_view kSayAndCheck = "say it in the description and check it in the tool";
constexpr std::string_view kUseAnyOf = "say it in the description, or below the root use anyOf";

constexpr Form kRootOneOf{"oneOf", "", kAtRoot, is_there, kSayAndCheck};
constexpr Form kRootAnyOf{"anyOf", "", kAtRoot, is_there, kSayAndCheck};
constexpr Form kRootAllOf{"allOf", "", kAtRoot, is_there, kSayAndCheck};
constexpr Form kRootNot{"not", "", kAtRoot, is_there, kSayAndCheck};
constexpr Form kRootIf{"if", "", kAtRoot, is_there, kSayAndCheck};
constexpr Form kRootEnum{"enum", "", kAtRoot, is_there, kSayAndCheck};
constexpr Form kDialect{"$schema", "another dialect than draft-07", kAtRoot, is_other_dialect,
                        "leave it out, or name draft-07"};
constexpr Form kAnyDialect{"$schema", "", kAtRoot, is_there, "leave it out"};
constexpr Form kOddName{"properties", "a name that isn't 1 to 64 letters, digits, _ . -", kAtRoot,
                        has_odd_name, "rename the argument"};
constexpr Form kOneOf{"oneOf", "", kAnywhere, is_there, kUseAnyOf};
constexpr Form kAnyOf{"anyOf", "", kAnywhere, is_there, kSayAndCheck};
constexpr Form kAllOf{"allOf", "", kAnywhere, is_there, "write it as one schema"};
constexpr Form kNot{"not", "", kAnywhere, is_there, kSayAndCheck};
constexpr Form kIf{"if", "", kAnywhere, is_there, kSayAndCheck};
constexpr Form kConst{"const", "", kAnywhere, is_there, "use enum with one value"};
constexpr Form kNumberEnum{"enum", "values that aren't text", kAnywhere, has_other_than_text,
                           "use texts, or minimum and maximum"};
constexpr Form kTypes{"type", "a list of types", kAnywhere, is_list,
                      "give one type; if it must be, anyOf of schemas with one type each"};
constexpr Form kRef{"$ref", "", kAnywhere, is_there, "write the schema out where it is used"};
constexpr Form kDefs{"$defs", "", kAnywhere, is_there, "write the schemas out where they are used"};
constexpr Form kFormat{"format", "another one than enum and date-time", kAnywhere, is_odd_format,
                       kSayAndCheck};
constexpr Form kPropertyNames{"propertyNames", "", kAnywhere, is_there, kSayAndCheck};
constexpr Form kDependent{"dependentRequired", "", kAnywhere, is_there, kSayAndCheck};
constexpr Form kMoreThan{"exclusiveMinimum", "a number", kAnywhere, is_number, "use minimum"};
constexpr Form kLessThan{"exclusiveMaximum", "a number", kAnywhere, is_number, "use maximum"};
constexpr Form kMultipleOf{"multipleOf", "", kAnywhere, is_there, kSayAndCheck};
constexpr Form kUniqueItems{"uniqueItems", "", kAnywhere, is_there, kSayAndCheck};
constexpr Form kNoItems{"items", "an array without them", kAnywhere, lacks,
                        "say what the items are"};
constexpr Form kNoType{"type", "a schema without one", kForValues, is_untyped,
                       "say of what type it is"};

constexpr std::string_view kDrops = "leaves the tool out without a word";
constexpr std::string_view kRefuses = "refuses the whole request, with all tools in it";
constexpr std::string_view kCuts = "cuts the schema";
constexpr std::string_view kThrows = "fails while it reads the schema";
constexpr std::string_view kLosesAll = "shows none of the server's tools";

// Not here, as no tool is lost to it: Copilot Studio reads an enum as any text; VS Code takes
// bounds and patterns out for gpt-4 models; Google's libraries take additionalProperties out, or
// the API takes it; OpenAI's strict form, which a client asks for, has no maps of free names.
constexpr std::string_view kMessagesApi =
    "Messages API, 400; Claude Code drops it (claude-code#95504)";
constexpr std::string_view kNormalizer = "vscode-copilot-chat, toolSchemaNormalizer.ts";
constexpr std::string_view kGeminiApi = "Gemini API, 400: unknown name; not in its Schema message";
constexpr std::string_view kOpenAiApi = "OpenAI API, 400 invalid_function_parameters";
constexpr std::string_view kStudioGuide = "Copilot Studio's guide, MCP troubleshooting";
constexpr std::string_view kStudioGuess =
    "the guide says it of input schemas or of the minimum alone";
constexpr std::string_view kPortal = "new-foundry-portal#23";

constexpr std::array kTable = {
    Row{kClaude, &kRootOneOf, kInput, kDrops, true, kMessagesApi},
    Row{kClaude, &kRootAnyOf, kInput, kDrops, true, kMessagesApi},
    Row{kClaude, &kRootAllOf, kInput, kDrops, true, kMessagesApi},
    Row{kClaude, &kRootIf, kInput, kDrops, false, "claude-code#95504, beside an allOf"},
    Row{kClaude, &kOddName, kInput, kRefuses, true, "Messages API, 400 (claude-code#79418)"},
    Row{kClaude, &kRef, kOutput, kLosesAll, false, "claude-code#76040"},

    Row{kVsCode, &kRootOneOf, kInput, kCuts, true, kNormalizer},
    Row{kVsCode, &kRootAnyOf, kInput, kCuts, true, kNormalizer},
    Row{kVsCode, &kRootAllOf, kInput, kCuts, true, kNormalizer},
    Row{kVsCode, &kRootNot, kInput, kCuts, true, kNormalizer},
    Row{kVsCode, &kRootIf, kInput, kCuts, true, kNormalizer},
    Row{kVsCode, &kNoItems, kInput, kThrows, true, kNormalizer},
    Row{kVsCode, &kDialect, kInput, kDrops, false, "vscode#251315, of versions before 2026"},

    Row{kGemini, &kTypes, kInput, kRefuses, true, "Gemini API, 400: field is not repeating"},
    Row{kGemini, &kNoType, kInput, kRefuses, true, "Vertex AI, 400 (crawl4ai#1311)"},
    Row{kGemini, &kOneOf, kInput, kRefuses, true, kGeminiApi},
    Row{kGemini, &kAllOf, kInput, kRefuses, true, kGeminiApi},
    Row{kGemini, &kNot, kInput, kRefuses, true, kGeminiApi},
    Row{kGemini, &kIf, kInput, kRefuses, true, kGeminiApi},
    Row{kGemini, &kConst, kInput, kRefuses, true, kGeminiApi},
    Row{kGemini, &kPropertyNames, kInput, kRefuses, true, kGeminiApi},
    Row{kGemini, &kDependent, kInput, kRefuses, true, kGeminiApi},
    Row{kGemini, &kMoreThan, kInput, kRefuses, true, kGeminiApi},
    Row{kGemini, &kLessThan, kInput, kRefuses, true, kGeminiApi},
    Row{kGemini, &kMultipleOf, kInput, kRefuses, true, kGeminiApi},
    Row{kGemini, &kUniqueItems, kInput, kRefuses, true, kGeminiApi},
    Row{kGemini, &kNumberEnum, kInput, kRefuses, true, "Gemini API, 400: enum is TYPE_STRING"},
    Row{kGemini, &kNoItems, kInput, kRefuses, true, "Gemini API, 400: items: missing field"},
    Row{kGemini, &kRootAnyOf, kInput, kRefuses, true, "Vertex AI, 400: any_of must stand alone"},
    Row{kGemini, &kRef, kInput, kRefuses, false, "some libraries send it on, some don't"},
    Row{kGemini, &kDefs, kInput, kRefuses, false, "unknown name; some libraries take it out"},
    Row{kGemini, &kAnyDialect, kInput, kRefuses, false, "unknown name; some libraries take it out"},
    Row{kGemini, &kFormat, kInput, kRefuses, false, "gemini-cli#2237: on texts, no other format"},

    Row{kOpenAi, &kRootOneOf, kInput, kRefuses, true, kOpenAiApi},
    Row{kOpenAi, &kRootAnyOf, kInput, kRefuses, true, kOpenAiApi},
    Row{kOpenAi, &kRootAllOf, kInput, kRefuses, true, kOpenAiApi},
    Row{kOpenAi, &kRootEnum, kInput, kRefuses, true, kOpenAiApi},
    Row{kOpenAi, &kRootNot, kInput, kRefuses, true, kOpenAiApi},
    Row{kOpenAi, &kNoItems, kInput, kRefuses, true, kOpenAiApi},

    Row{kCopilotStudio, &kRef, kInput | kOutput, kDrops, true, kStudioGuide},
    Row{kCopilotStudio, &kTypes, kInput, kCuts, true, kStudioGuide},
    Row{kCopilotStudio, &kTypes, kOutput, kCuts, false, kStudioGuess},
    Row{kCopilotStudio, &kMoreThan, kInput, kThrows, true, kStudioGuide},
    Row{kCopilotStudio, &kLessThan, kInput, kThrows, false, kStudioGuess},
    Row{kCopilotStudio, &kRootOneOf, kInput, kCuts, false, "its models are OpenAI's"},
    Row{kCopilotStudio, &kRootAnyOf, kInput, kCuts, false, "its models are OpenAI's"},
    Row{kCopilotStudio, &kRootAllOf, kInput, kCuts, false, "its models are OpenAI's"},

    Row{kFoundry, &kRootOneOf, kInput, kRefuses, true, kOpenAiApi},
    Row{kFoundry, &kRootAnyOf, kInput, kRefuses, true, kOpenAiApi},
    Row{kFoundry, &kRootAllOf, kInput, kRefuses, true, kOpenAiApi},
    Row{kFoundry, &kRootEnum, kInput, kRefuses, true, kOpenAiApi},
    Row{kFoundry, &kRootNot, kInput, kRefuses, true, kOpenAiApi},
    Row{kFoundry, &kNoItems, kInput, kRefuses, true, kOpenAiApi},
    Row{kFoundry, &kRef, kInput, kRefuses, false, kPortal},
    Row{kFoundry, &kAnyOf, kInput, kRefuses, false, kPortal},
};

constexpr std::string_view kNoDots = "not 1 to 64 letters, digits, _ -";
constexpr std::string_view kFirst = "its first character is no letter and no _";
constexpr std::array kNames = {
    NameRule{kClaude, "_-", false, kNoDots, kRefuses, "Messages API, 400 (copilot-cli#2581)"},
    NameRule{kGemini, "_.-", true, kFirst, kRefuses, "Gemini API, 400 (gemini-cli#2966)"},
    NameRule{kOpenAi, "_-", false, kNoDots, kRefuses, "OpenAI API, 400 (codex#8174)"},
    NameRule{kFoundry, "_-", false, kNoDots, kRefuses, "its models are OpenAI's"},
};

constexpr std::string_view kInRequest = "takes at most 128 tools in a request";
constexpr std::string_view kForAgent = "takes at most 128 tools for an agent";
constexpr std::array kLimits = {
    ToolLimit{kVsCode, 128, kInRequest, "VS Code's documentation of agent mode"},
    ToolLimit{kOpenAi, 128, kInRequest, "OpenAI API, 400 array_above_max_length"},
    ToolLimit{kCopilotStudio, 128, kForAgent, "Copilot Studio's guide"},
    ToolLimit{kFoundry, 128, kForAgent, "Foundry Agent Service's quotas"},
};

}  // namespace

std::span<const Row> client_table() {
  return kTable;
}

std::span<const NameRule> name_rules() {
  return kNames;
}

std::span<const ToolLimit> tool_limits() {
  return kLimits;
}

bool is_made_of(std::string_view text, std::string_view more) {
  constexpr std::size_t kLongest = 64;
  return !text.empty() && text.size() <= kLongest &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
           return letter || (c >= '0' && c <= '9') || more.find(c) != std::string_view::npos;
         });
}

}  // namespace adomcp::mcp
