#include "core/form_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace adomcp {
namespace {

using ::testing::HasSubstr;

std::string form(const std::string& field) {
  return R"({"type":"object","properties":{"a":)" + field + "}}";
}

TEST(FormSchema, LetsPlainFieldsThrough) {
  for (const char* field : {
           R"({"type":"string"})",
           R"({"type":"string","title":"T","description":"D","minLength":1,"maxLength":9,
               "format":"date-time","default":"x"})",
           R"({"type":"integer","minimum":-1,"maximum":9,"default":30})",
           R"({"type":"number","default":95.5})",
           R"({"type":"boolean","default":true})",
           R"({"type":"string","enum":["a","b"],"default":"a"})",
           R"({"type":"string","enum":["a","b"],"enumNames":["A","B"]})",
           R"({"type":"string","oneOf":[{"const":"a","title":"A"}]})",
           R"({"type":"array","minItems":1,"maxItems":2,"items":{"type":"string","enum":["a"]},
               "default":["a"]})",
           R"({"type":"array","items":{"anyOf":[{"const":"a","title":"A"}]}})",
       }) {
    EXPECT_EQ(wrong_form(form(field)), "") << field;
  }
  EXPECT_EQ(wrong_form(R"({"type":"object","properties":{}})"), "");
  EXPECT_EQ(wrong_form(R"({"$schema":"https://json-schema.org/draft/2020-12/schema",
                           "type":"object","properties":{"a":{"type":"string"}},
                           "required":["a"]})"),
            "");
}

TEST(FormSchema, SaysWhatIsWrongWithAField) {
  for (const auto& [field, says] : std::vector<std::pair<std::string, std::string>>{
           {"true", "it is no object"},
           {"{}", "its type is none of"},
           {R"({"type":"object","properties":{}})", "its type is none of"},
           {R"({"type":["string","null"]})", "its type is none of"},
           {R"({"type":"string","title":1})", "its title is no text"},
           {R"({"type":"string","pattern":"a"})", "a string can't have 'pattern'"},
           {R"({"type":"string","format":"ipv4"})", "its format"},
           {R"({"type":"string","minLength":-1})", "no count"},
           {R"({"type":"string","default":1})", "its default"},
           {R"({"type":"string","enum":[]})", "its enum"},
           {R"({"type":"string","enum":[1]})", "its enum"},
           {R"({"type":"string","enum":["a"],"enumNames":["A","B"]})", "its enumNames"},
           {R"({"type":"string","enum":["a"],"minLength":1})", "a choice can't have 'minLength'"},
           {R"({"type":"string","oneOf":[{"const":"a"}]})", "its oneOf"},
           {R"({"type":"string","oneOf":[]})", "its oneOf"},
           {R"({"type":"string","oneOf":[],"enum":["a"]})", "a choice can't have 'oneOf'"},
           {R"({"type":"number","minimum":"1"})", "its minimum is no number"},
           {R"({"type":"number","multipleOf":2})", "a number can't have 'multipleOf'"},
           {R"({"type":"boolean","default":"yes"})", "its default is no boolean"},
           {R"({"type":"boolean","enum":[true]})", "a boolean can't have 'enum'"},
           {R"({"type":"array"})", "an array needs items"},
           {R"({"type":"array","items":{"type":"string"}})", "an array's items"},
           {R"({"type":"array","items":{"type":"number","enum":["a"]}})", "an array's items"},
           {R"({"type":"array","items":{"anyOf":[]}})", "an array's items"},
           {R"({"type":"array","items":{"type":"string","enum":["a"]},"minItems":"1"})",
            "no count"},
           {R"({"type":"array","items":{"type":"string","enum":["a"]},"default":"a"})",
            "its default"},
           {R"({"type":"array","items":{"type":"string","enum":["a"]},"uniqueItems":true})",
            "an array can't have 'uniqueItems'"},
       }) {
    EXPECT_THAT(wrong_form(form(field)), HasSubstr("field 'a': ")) << field;
    EXPECT_THAT(wrong_form(form(field)), HasSubstr(says)) << field;
  }
}

TEST(FormSchema, SaysWhatIsWrongWithTheWhole) {
  for (const auto& [schema, says] : std::vector<std::pair<std::string, std::string>>{
           {"", "not a JSON object"},
           {"[]", "not a JSON object"},
           {"{\"type\":\"\xff\"}", "not valid UTF-8"},
           {R"({"properties":{}})", "of type object"},
           {R"({"type":"object"})", "no properties"},
           {R"({"type":"object","properties":[]})", "no properties"},
           {R"({"type":"object","properties":{},"allOf":[]})", "can't have 'allOf'"},
           {R"({"type":"object","properties":{},"required":["a"]})", "does not have"},
           {R"({"type":"object","properties":{},"required":"a"})", "its required"},
           {R"({"type":"object","properties":{"":{"type":"string"}}})", "1 to 64 bytes"},
       }) {
    EXPECT_THAT(wrong_form(schema), HasSubstr(says)) << schema;
  }
  const std::string open = R"({"type":"object","properties":{)";
  const std::string filled =
      open + std::string(std::size_t{16} * 1024 - open.size() - 2, ' ') + "}}";
  EXPECT_EQ(wrong_form(filled), "");
  EXPECT_THAT(wrong_form(filled + " "), HasSubstr("larger than 16 KiB"));
}

}  // namespace
}  // namespace adomcp
