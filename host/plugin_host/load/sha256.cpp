#include "plugin_host/load/sha256.h"

#include <string_view>
#include <vector>

#include "core/sha256.h"

namespace adomcp::plugin_host {

Result<std::string> sha256(std::istream& in) {
  Sha256 digest;
  std::vector<char> piece(std::size_t{64} * 1024);
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    digest.update({piece.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (!in.eof()) return Error{ErrorCode::kInternal, "it cannot be read", ""};
  return digest.finish();
}

}  // namespace adomcp::plugin_host
