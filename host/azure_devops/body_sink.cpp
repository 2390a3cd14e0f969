#include "azure_devops/body_sink.h"

#include <array>

#include "net/connection.h"

namespace adomcp::azure_devops {
namespace {

constexpr std::size_t kPiece = 16UL * 1024;

}  // namespace

Status BodySink::read_from(net::Connection& connection, Response& out) {
  std::array<char, kPiece> buffer;
  for (;;) {
    const auto got = connection.read(buffer.data(), buffer.size());
    if (!got) return got.error();
    if (*got == 0) return Done{};
    std::string_view piece(buffer.data(), *got);
    const bool over = piece.size() > limit_ - taken_;
    if (over && refuse_longer_) return too_long();
    if (over) piece = piece.substr(0, static_cast<std::size_t>(limit_ - taken_));
    taken_ += piece.size();
    out.truncated = !take(piece, out) || over;
    if (out.truncated) return Done{};
  }
}

bool BodySink::take(std::string_view piece, Response& out) {
  if (!request_.on_chunk) {
    out.body += piece;
    return true;
  }
  if (piece.empty()) return true;
  handed_on_ = true;
  return request_.on_chunk(piece);
}

Error BodySink::too_long() const {
  return {ErrorCode::kInvalid,
          "The answer of Azure DevOps for " + request_.asked.path + " is larger than " +
              std::to_string(limit_) + " bytes.",
          "Ask for fewer items with $top or narrower filters."};
}

}  // namespace adomcp::azure_devops
