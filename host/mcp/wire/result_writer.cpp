#include "mcp/wire/result_writer.h"

#include <nlohmann/json.hpp>

#include "core/json.h"

namespace adomcp::mcp {
namespace {

std::string join(std::string_view members, std::string_view more) {
  std::string out;
  out.reserve(members.size() + more.size() + 3);
  out += '{';
  out += members;
  if (!members.empty() && !more.empty()) out += ',';
  out += more;
  out += '}';
  return out;
}

/// Text comes first; none is written where something else says it all.
std::string content(std::string_view text, const ResultWriter::Blocks& blocks) {
  std::string out = R"("content":[)";
  if (!text.empty() || blocks.empty()) out += R"({"type":"text","text":)" + quote(text) + "}";
  for (const auto& block : blocks) {
    if (out.back() == '}') out += ',';
    out += block;
  }
  return out + "]";
}

}  // namespace

ResultWriter::ResultWriter(const ServerInfo& info) {
  nlohmann::json implementation = {{"name", info.name}, {"version", info.version}};
  if (!info.title.empty()) implementation["title"] = info.title;
  server_info_ = json_text(implementation);
  meta_ = R"("_meta":{"io.modelcontextprotocol/serverInfo":)" + server_info_ + "}";
  modern_tail_ = R"("resultType":"complete",)" + meta_;
}

std::string ResultWriter::result(Era era, std::string_view members) const {
  return join(members, era == Era::kModern ? modern_tail_ : "");
}

std::string ResultWriter::cacheable(Era era, std::string_view members) const {
  if (era == Era::kLegacy) return join(members, "");
  return join(members, R"("ttlMs":300000,"cacheScope":"public",)" + modern_tail_);
}

std::string ResultWriter::uncacheable(Era era, std::string_view members) const {
  if (era == Era::kLegacy) return join(members, "");
  return join(members, R"("ttlMs":0,"cacheScope":"private",)" + modern_tail_);
}

std::string ResultWriter::tool_result(Era era, std::string_view text, std::string_view structured,
                                      const Blocks& blocks) const {
  std::string members = content(text.empty() && blocks.empty() ? structured : text, blocks);
  if (!structured.empty()) {
    members += R"(,"structuredContent":)";
    members += structured;
  }
  return result(era, members);
}

std::string ResultWriter::tool_error(Era era, std::string_view text, const Blocks& blocks) const {
  return result(era, content(text, blocks) + R"(,"isError":true)");
}

std::string ResultWriter::input_required(std::string_view members) const {
  return join(members, R"("resultType":"input_required",)" + meta_);
}

}  // namespace adomcp::mcp
