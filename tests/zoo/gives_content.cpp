// {"good":N} content blocks, then {"then":what}: 1 a text by reply(), 2 that and one block more,
// 3 base64 that is none, 4 two blocks of 600 KB each, 5 TOOL_ERROR, 6 a block of 600 KB and as much
// by reply(),
// 7 a block from another thread.
#include <string>
#include <thread>

#include "zoo.h"

namespace {

constexpr std::size_t kLarge = 600'000;

void give(adomcp_call* call, const std::string& block) {
  zoo::host->content(call, zoo::str(block));
}

std::string text_block(const std::string& text) {
  return R"({"type":"text","text":")" + text + "\"}";
}

adomcp_status call(void*, adomcp_call* handle, adomcp_str arguments) {
  const int good = zoo::number(arguments, "\"good\":", 0);
  for (int i = 1; i <= good; ++i) give(handle, text_block(std::to_string(i)));
  const std::string large(kLarge, 'x');
  switch (zoo::number(arguments, "\"then\":", 0)) {
    case 1:
      zoo::host->reply(handle, zoo::str("in words"), {});
      break;
    case 2:
      zoo::host->reply(handle, zoo::str("in words"), {});
      give(handle, text_block("too late"));
      break;
    case 3:
      give(handle, R"({"type":"image","mimeType":"image/png","data":"no base64"})");
      zoo::host->reply(handle, zoo::str("in words"), {});
      break;
    case 4:
      give(handle, text_block(large));
      give(handle, text_block(large));
      break;
    case 5:
      return ADOMCP_TOOL_ERROR;
    case 6:
      give(handle, text_block(large));
      zoo::host->reply(handle, zoo::str(large), {});
      break;
    case 7:
      std::thread([&] { give(handle, text_block("from elsewhere")); }).join();
      break;
    default:
      break;
  }
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("gives_content", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("gives-content"));
