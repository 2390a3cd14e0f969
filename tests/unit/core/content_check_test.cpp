#include "core/content_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace adomcp {
namespace {

using ::testing::HasSubstr;

TEST(ContentCheck, LetsEachKindOfBlockThrough) {
  for (const char* good : {
           R"({"type":"text","text":""})",
           R"({"type":"text","text":"a","annotations":{"priority":1},"_meta":{"a/b":1}})",
           R"({"type":"image","data":"AAECAw==","mimeType":"image/png"})",
           R"({"type":"audio","data":"","mimeType":"audio/wav"})",
           R"({"type":"resource","resource":{"uri":"a://b","text":"c","mimeType":"text/plain"}})",
           R"({"type":"resource","resource":{"uri":"a://b","blob":"AAECAw=="}})",
           R"({"type":"resource_link","uri":"a://b","name":"c"})",
       }) {
    EXPECT_EQ(wrong_content(good), "") << good;
  }
}

TEST(ContentCheck, SaysWhatIsWrong) {
  for (const auto& [block, says] : std::vector<std::pair<std::string, std::string>>{
           {"", "not a JSON object"},
           {"[]", "not a JSON object"},
           {"{} {}", "not a JSON object"},
           {"{\"type\":\"text\",\"text\":\"\xff\"}", "not valid UTF-8"},
           {R"({"text":"a"})", "no text 'type'"},
           {R"({"type":"video"})", "unknown type"},
           {R"({"type":"text"})", "no text 'text'"},
           {R"({"type":"text","text":1})", "no text 'text'"},
           {R"({"type":"text","text":"a","annotations":[]})", "'annotations' that is no object"},
           {R"({"type":"text","text":"a","_meta":1})", "'_meta' that is no object"},
           {R"({"type":"text","text":"a","_meta":{"a":")" + std::string(20000, 'x') + "\"}}",
            "'_meta' of more than 16 KiB"},
           {R"({"type":"image","data":"AAEC"})", "no text 'mimeType'"},
           {R"({"type":"image","data":"AAEC","mimeType":""})", "no text 'mimeType'"},
           {R"({"type":"image","mimeType":"image/png"})", "no text 'data'"},
           {R"({"type":"image","data":"AAE","mimeType":"image/png"})", "base64 in 'data'"},
           {R"({"type":"audio","data":"_-8=","mimeType":"audio/wav"})", "base64 in 'data'"},
           {R"({"type":"resource"})", "no object 'resource'"},
           {R"({"type":"resource","resource":{"text":"a"}})", "no text 'uri'"},
           {R"({"type":"resource","resource":{"uri":"a://b"}})", "either 'text' or 'blob'"},
           {R"({"type":"resource","resource":{"uri":"a://b","text":"","blob":""}})",
            "either 'text' or 'blob'"},
           {R"({"type":"resource","resource":{"uri":"a://b","text":1}})", "is no text"},
           {R"({"type":"resource","resource":{"uri":"a://b","text":"","mimeType":1}})",
            "'mimeType' that is no text"},
           {R"({"type":"resource","resource":{"uri":"a://b","blob":"*"}})", "base64 in 'blob'"},
           {R"({"type":"resource_link","uri":"a://b","name":"c","title":null})", "that is null"},
           {R"({"type":"resource_link","uri":"a://b","name":"c","size":null})", "that is null"},
           {R"({"type":"resource_link","uri":"a://b","name":"c","mimeType":1})",
            "'mimeType' that is no text"},
           {R"({"type":"resource_link","uri":"a://b","name":"c","description":[]})",
            "'description' that is no text"},
           {R"({"type":"resource","resource":{"uri":"a://b","text":"","_meta":null}})",
            "that is null in its resource"},
           {R"({"type":"resource_link","name":"a"})", "no text 'uri'"},
           {R"({"type":"resource_link","uri":"a://b"})", "no text 'name'"},
       }) {
    EXPECT_THAT(wrong_content(block), HasSubstr(says)) << block;
  }
}

}  // namespace
}  // namespace adomcp
