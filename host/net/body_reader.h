#pragma once

#include <cstddef>
#include <cstdint>

#include "core/chunk_reader.h"
#include "core/result.h"

namespace adomcp::net {

/// Reads one response body and tells a whole one from one that was cut, which Poco's own chunked
/// stream doesn't: it ends a broken body like a good one. The source throws Poco::Exception when
/// the connection breaks.
class BodyReader {
 public:
  static BodyReader none(ByteSource& source) { return {source, Framing::kFixed, 0}; }
  static BodyReader fixed(ByteSource& source, std::uint64_t size) {
    return {source, Framing::kFixed, size};
  }
  static BodyReader chunked(ByteSource& source) { return {source, Framing::kChunked, 0}; }
  static BodyReader until_close(ByteSource& source) { return {source, Framing::kUntilClose, 0}; }

  /// Bytes read, 0 once the body is whole; kUnavailable when it was cut or is malformed, in words
  /// that name nobody: who was asked is the connection's to say.
  Result<std::size_t> read(char* buffer, std::size_t size);

  /// True when nothing of this body is left on the connection, so that it can be used again.
  bool finished() const;

 private:
  enum class Framing { kFixed, kChunked, kUntilClose };
  BodyReader(ByteSource& source, Framing framing, std::uint64_t left)
      : source_(&source), framing_(framing), left_(left) {}

  ByteSource* source_;
  Framing framing_;
  std::uint64_t left_;  ///< with kFixed
  ChunkReader chunks_;  ///< with kChunked
  bool ended_ = false;
};

}  // namespace adomcp::net
