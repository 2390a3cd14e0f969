#pragma once

#include <cstddef>
#include <cstdint>
#include <ios>
#include <optional>

namespace adomcp {

/// Where bytes come from; both may throw when the connection breaks.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual int get() = 0;  ///< one byte, negative at the end
  virtual int read(char* buffer, std::streamsize size) = 0;
};

/// Reads one body in HTTP/1.1 chunks (RFC 9112, 7.1), a request's or an answer's. Strict: what two
/// programs could read differently is refused at its first byte, so that nothing in a body is ever
/// taken for a request. A size is hex digits and nothing else, lines end with CRLF, and extensions
/// and trailers, which are dropped, must be well formed and take 8 KiB of a body at most.
class ChunkReader {
 public:
  /// What is left of the current chunk, whose size is read where needed; 0: the body is whole.
  /// nullopt: malformed or cut off.
  std::optional<std::uint64_t> left(ByteSource& source);

  /// The next bytes, `size` at most; 0 once the body is whole. nullopt: malformed or cut off.
  std::optional<std::size_t> read(ByteSource& source, char* buffer, std::size_t size);

  bool finished() const { return state_ == State::kFinished; }

 private:
  enum class State { kFirst, kNext, kData, kFinished, kBroken };

  State begin_chunk(ByteSource& source);
  bool read_size(ByteSource& source);
  bool skip_trailers(ByteSource& source);
  bool skip_text(ByteSource& source);
  bool spend();

  State state_ = State::kFirst;
  std::uint64_t left_ = 0;
  std::size_t spent_ = 0;  // on extensions and trailers
};

}  // namespace adomcp
