#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mcp/wire/result_writer.h"

// The mark around what strangers wrote. A tool that reads from upstream answers with a JSON object
// whose first member, `notice`, says in one sentence which members quote others, and whose last,
// `notice_end`, repeats that sentence's nonce: what stands between can't end it early, because
// nobody outside knows the nonce, and can't leave its JSON string.

namespace adomcp::mcp {

/// What a tool's notices say, made once of its output schema.
class Notice {
 public:
  /// `output_schema` may be empty. Members that can hold no free text aren't named (numbers,
  /// enumerations, times), nor are those whose schema has `"x-own-words": true`: the tool's own.
  explicit Notice(std::string_view output_schema);

  /// The output schema with both members, as tools/list shows it; empty for an empty one.
  const std::string& schema() const { return schema_; }

  /// Why a tool with this schema can't be served; nullopt when it can.
  static std::optional<std::string> problem(std::string_view output_schema);

  /// An output schema without that annotation, which is for the host alone.
  static std::string plain(std::string_view output_schema);

  /// One answer's: a new nonce.
  struct Mark {
    std::string sentence;
    std::string nonce;
  };
  Mark mark() const;

 private:
  std::string schema_;
  std::string members_;  ///< "`run`, `cause` and `failures`"; empty: all of them
};

/// The JSON object between the mark's two members, which replace such members of its own.
std::string marked(const Notice::Mark& mark, std::string_view object);

/// A tool's texts and blocks, each text a JSON object between the mark's members: one that is none
/// becomes the member `text` of one. Other blocks stay.
std::string marked_text(const Notice::Mark& mark, std::string_view text);
ResultWriter::Blocks marked_blocks(const Notice::Mark& mark, const ResultWriter::Blocks& blocks);

}  // namespace adomcp::mcp
