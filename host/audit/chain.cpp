#include "audit/chain.h"

#include <charconv>

namespace adomcp::audit {
namespace {

constexpr std::string_view kSeq = R"(,"seq":)";
constexpr std::string_view kChain = R"(,"chain":")";
constexpr std::string_view kEnd = R"("})";
constexpr std::size_t kHash = 64;
constexpr std::size_t kTail = kChain.size() + kHash + kEnd.size();
constexpr std::size_t kDigits = 20;
static_assert(kMostAdded >= kSeq.size() + kDigits + kTail);

bool is_hash(std::string_view text) {
  return text.size() == kHash && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

std::optional<ChainedLine> read_chained(std::string_view line) {
  if (line.size() <= kTail || line.front() != '{') return std::nullopt;
  ChainedLine read;
  read.covered = line.substr(0, line.size() - kTail);
  read.hash = line.substr(read.covered.size() + kChain.size(), kHash);
  if (line.substr(read.covered.size(), kChain.size()) != kChain || !is_hash(read.hash) ||
      line.substr(line.size() - kEnd.size()) != kEnd) {
    return std::nullopt;
  }
  const auto digits = read.covered.find_last_not_of("0123456789") + 1;
  const auto number = read.covered.substr(digits);
  const bool named = digits >= kSeq.size() && read.covered.substr(0, digits).ends_with(kSeq);
  if (!named || number.empty() || number.size() > kDigits) return std::nullopt;
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), read.seq);
  if (parsed.ec != std::errc()) return std::nullopt;
  return read;
}

void Chain::append(std::string_view line, std::string& out) {
  const auto start = out.size();
  ++last_.seq;
  out += line.substr(0, line.size() - 1);  // without its brace
  out += kSeq;
  out += std::to_string(last_.seq);
  last_.hash = hash_of(std::string_view(out).substr(start));
  out += kChain;
  out += last_.hash;
  out += kEnd;
  out += '\n';
}

bool Chain::accept(const ChainedLine& line) {
  if (line.seq != last_.seq + 1 || line.hash != hash_of(line.covered)) return false;
  last_ = {line.seq, std::string(line.hash)};
  return true;
}

std::string Chain::hash_of(std::string_view covered) {
  sha256_.update(last_.hash);
  sha256_.update(covered);
  return sha256_.finish();
}

}  // namespace adomcp::audit
