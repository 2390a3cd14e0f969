#include "audit/file_tail.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "audit/events.h"
#include "audit/line.h"
#include "audit/line_reader.h"
#include "core/descriptor.h"
#include "core/json.h"

namespace adomcp::audit {
namespace {

constexpr std::size_t kLookBack = std::size_t{1024} * 1024;
constexpr std::size_t kMaxOpen = 10'000;

Error not_ours(const std::string& path) {
  return {ErrorCode::kUnavailable, "Audit file " + path + " holds text that no hash chain covers.",
          "Move it away, or name another file: the host starts a new one."};
}

Result<std::string> last_bytes(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) {
    return Error{ErrorCode::kUnavailable, "Audit file " + path + ": " + error_text(errno) + ".",
                 "Let this process read and write it."};
  }
  const auto size = static_cast<std::size_t>(info.st_size);
  std::string bytes(std::min(size, kLookBack), '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    const auto at = static_cast<off_t>(size - bytes.size() + got);
    const auto count = ::pread(file.get(), bytes.data() + got, bytes.size() - got, at);
    if (count <= 0) return not_ours(path);
    got += static_cast<std::size_t>(count);
  }
  return bytes;
}

/// The number that the file's header gives; nullopt where there is no header.
std::optional<std::uint64_t> number_in(const std::string& path) {
  auto reader = LineReader::open(path);
  if (!reader) return std::nullopt;
  const auto first = reader->next();
  if (!first || event_of(first->text) != kFile || !read_chained(first->text)) return std::nullopt;
  const auto header = json_from(first->text);
  const auto number = header.is_object() ? header.find("number") : header.end();
  if (number == header.end() || !number->is_number_unsigned()) return std::nullopt;
  return number->get<std::uint64_t>();
}

FileTail describe(std::string_view bytes, std::string_view line, const ChainedLine& chained) {
  FileTail tail;
  tail.last = {chained.seq, std::string(chained.hash)};
  tail.closed = event_of(line) == kClosed;
  tail.newline = bytes.back() == '\n';
  auto torn = bytes.substr(static_cast<std::size_t>(line.data() - bytes.data()) + line.size());
  if (!torn.empty()) torn.remove_prefix(1);  // the line's own newline
  if (torn.ends_with('\n')) torn.remove_suffix(1);
  tail.torn = torn.size();
  if (!torn.empty()) tail.torn_sha256 = sha256_hex(torn);
  return tail;
}

}  // namespace

Result<FileTail> read_tail(const std::string& path) {
  const auto number = number_in(path);
  if (!number) return not_ours(path);
  const auto bytes = last_bytes(path);
  if (!bytes) return bytes.error();
  const std::string_view text = *bytes;
  auto end = text.ends_with('\n') ? text.size() - 1 : text.size();
  for (;;) {
    const auto newline = end == 0 ? text.npos : text.rfind('\n', end - 1);
    const auto start = newline == text.npos ? 0 : newline + 1;
    const auto line = text.substr(start, end - start);
    if (const auto chained = read_chained(line)) {
      FileTail tail = describe(text, line, *chained);
      tail.number = *number;
      return tail;
    }
    if (newline == text.npos) return not_ours(path);
    end = newline;
  }
}

std::vector<std::string> find_left_open(const std::vector<AuditFile>& files) {
  std::map<std::string, std::string, std::less<>> open;
  for (std::size_t i = files.size() < 2 ? 0 : files.size() - 2; i < files.size(); ++i) {
    auto reader = LineReader::open(files[i].path);
    if (!reader) continue;
    while (const auto piece = reader->next()) {
      const auto event = event_of(piece->text);
      if (event == kClosed) open.clear();
      if (event != kStarted && event != kFinished) continue;
      const auto id = call_id_of(piece->text);
      if (event == kFinished) {
        if (const auto found = open.find(id); found != open.end()) open.erase(found);
      } else if (open.size() < kMaxOpen && read_chained(piece->text)) {
        open.emplace(id, piece->text);
      }
    }
  }
  std::vector<std::string> lines;
  lines.reserve(open.size());
  for (auto& [id, line] : open) lines.push_back(std::move(line));
  std::sort(lines.begin(), lines.end());  // each begins with its time
  return lines;
}

}  // namespace adomcp::audit
