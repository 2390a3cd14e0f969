#include "audit/verify.h"

#include <charconv>
#include <utility>

#include "audit/chain_check.h"
#include "audit/file_set.h"
#include "audit/line_reader.h"

namespace adomcp::audit {
namespace {

constexpr std::size_t kHash = 64;

std::vector<std::string> whole_set(const std::vector<std::string>& paths) {
  if (paths.size() != 1) return paths;
  std::vector<std::string> all;
  for (auto& file : rotated_files(paths.front())) all.push_back(std::move(file.path));
  all.push_back(paths.front());
  return all;
}

/// False at the first problem.
Result<bool> check_file(const std::string& path, ChainCheck& check) {
  auto reader = LineReader::open(path);
  if (!reader) return reader.error();
  check.begin_file(path);
  while (const auto piece = reader->next()) {
    if (!check.take(piece->text, piece->ended)) return false;
  }
  if (reader->failed()) {
    return Error{ErrorCode::kUnavailable, path + " can't be read to its end.", {}};
  }
  return check.end_file();
}

std::string counted(std::uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// What is known of the time before the first line, and what isn't.
std::string start_text(const Verdict& verdict) {
  const std::string first = std::to_string(verdict.first);
  if (!verdict.from) {
    return "begins at number " + first +
           ": whether there was something before can't be told, give --from for that";
  }
  const std::string number = std::to_string(verdict.from->seq);
  if (!verdict.from->hash.empty()) return "nothing after number " + number + " is missing";
  return "nothing from number " + number +
         " on is missing; whether it is the same chain as before, a --from with a hash tells";
}

}  // namespace

Result<Link> parse_head(const std::string& text) {
  Link head;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), head.seq);
  const auto digits = static_cast<std::size_t>(parsed.ptr - text.data());
  if (parsed.ec == std::errc() && digits < text.size() && text[digits] == ':') {
    head.hash = text.substr(digits + 1);
  }
  if (head.hash.size() != kHash ||
      head.hash.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return Error{ErrorCode::kInvalid, "'" + text + "' is no head.",
                 "Give SEQ:HASH, the two fields of an audit_head line."};
  }
  return head;
}

Result<Link> parse_start(const std::string& text) {
  Link start;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), start.seq);
  if (parsed.ptr != text.data() + text.size()) return parse_head(text);
  if (parsed.ec == std::errc() && start.seq > 0) return start;
  return Error{ErrorCode::kInvalid, "'" + text + "' is no start.",
               "Give 1 for the first record, or SEQ:HASH of an audit_head line."};
}

Result<Verdict> verify(const std::vector<std::string>& paths, const std::optional<Link>& head,
                       const std::optional<Link>& from) {
  ChainCheck check(head, from);
  for (const auto& path : whole_set(paths)) {
    const auto good = check_file(path, check);
    if (!good) return good.error();
    if (!*good) return check.verdict();
  }
  check.end();
  return check.verdict();
}

std::string to_text(const Verdict& verdict) {
  if (verdict.problem) return *verdict.problem;
  std::string text = "good: " + counted(verdict.lines, "line") + " (" +
                     std::to_string(verdict.first) + " to " + std::to_string(verdict.last.seq) +
                     ") in " + counted(verdict.files, "file") + ", " +
                     counted(verdict.crashes, "restart") + " after a crash";
  text += "; " + start_text(verdict);
  text += verdict.head_seen ? "; the head is there"
                            : "; give --head to find an end cut off or a chain made anew";
  return text + "\nhead " + std::to_string(verdict.last.seq) + ":" + verdict.last.hash;
}

}  // namespace adomcp::audit
