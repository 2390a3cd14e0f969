#include "fingerprint.h"

#include <re2/re2.h>

#include <adomcp/redact.hpp>
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

#include "machine_names.h"
#include "merging.h"
#include "reader/hash.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMaxText = 2000;

struct Rule {
  const char* pattern;
  const char* by;
};

/// In this order. Numbers that tell errors apart get a letter first, which shields them from the
/// last rule: there a number within a name stays.
constexpr Rule kRules[] = {
    // times and how long something took
    {R"(\d{4}-\d\d-\d\d[T_ ]\d\d[:_]\d\d(?:[:_]\d\d)?(?:[.,_]\d+)?(?:Z|[+-]\d\d:?\d\d)?)", "#"},
    {R"(\b\d\d?:\d\d:\d\d(?:[.,]\d+)?\b)", "#"},
    {R"((?:< ?)?\b\d+(?:[.,]\d+)? ?(?:ns|us|\x{c2}\x{b5}s|ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?))"
     R"((?: ?\d+(?:\.\d+)? ?(?:ms|s|m|sec))*\b)",
     "#t"},
    // names that are made anew
    {R"([0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})", "#"},
    {R"([A-Za-z]:\\(?:[^\\"'<>|:*?]+\\)*(?:_work|a)\\\d+\\[sab]\\)", ""},
    {R"([^\s"'(:]*/(?:_?work|a)/\d+/[sab]/)", ""},
    {R"(/var/folders/[^\s"':,)]+)", "/tmp#"},
    {R"((?i)([/\\]te?mp[/\\])[^\s"'/\\:,)]+)", "\\1#"},
    {R"(\b(go-build|pip-[a-z]+-build-|pip-[a-z]+-|fv-az)[\w-]+)", "\\1#"},
    {R"(@[0-9a-f]{5,16}\b)", "@#"},
    // what tells errors apart
    {R"(\b\d+ of \d+\b)", "# of #"},
    {R"(\b0x([89cC][0-9a-fA-F]{7})\b)", "hx\\1"},
    {R"((?i)((?:code|status|errno|signal|httperror|http/[\d.]+|http|exit|value|rc|returned|success|)"
     R"(err!|msg|curl)[:=( '"]{1,3})-(\d{1,10})\b)",
     "\\1nm\\2"},
    {R"((?i)((?:code|status|errno|signal|httperror|http/[\d.]+|http|exit|value|rc|returned|success|)"
     R"(err!|msg|curl)[:=( '"]{1,3})(\d{1,10})\b)",
     "\\1n\\2"},
    {R"((?i)\b(error )(\d{1,6})\b)", "\\1n\\2"},
    {R"(\b([A-Z]{2,6}-)(\d{3,6})\b)", "\\1n\\2"},
    {R"((?i)\b((?:net|python|node|go|java|jdk|ruby|php|sdk|framework|version|v)[ /=:-]?v?)(\d+)(?:\.(\d+))?\b)",
     "\\1n\\2n\\3"},
    {R"(([:@= ])(\d+)\.(\d+)\.(\d+)\b)", "\\1n\\2n\\3n\\4"},
    {R"(([A-Za-z_]\[)(\d{1,3}\]))", "\\1n\\2"},
    {R"(([/\\])(\d{1,4}[_-][A-Za-z]))", "\\1n\\2"},
    // the rest
    {R"(\b0x[0-9a-fA-F]+\b)", "#"},
    {R"(\b[a-f]*[0-9][0-9a-f]{6,}\b|\b[0-9a-f]{6,}[0-9][a-f]*\b)", "#"},
    {R"(\b[0-9A-F]{16,}\b)", "#"},
    {R"((^|[^A-Za-z0-9_])\d+(?:[.,:]\d+)*)", "\\1#"},
    {R"(([a-z]{3})\d{6,})", "\\1#"},
    {R"(\s+)", " "},
};

std::string digits_of(const std::vector<std::string>& parts) {
  std::uint64_t hash = fnv1a({});
  for (const std::string& part : parts) hash = fnv1a(part + '\n', hash);
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
  return digits.data();
}

std::vector<std::unique_ptr<const RE2>> compiled() {
  std::vector<std::unique_ptr<const RE2>> out;
  for (const Rule& rule : kRules) {
    out.push_back(std::make_unique<const RE2>(rule.pattern, RE2::Latin1));
  }
  return out;
}

}  // namespace

std::string stable_text(std::string_view text) {
  static const std::vector<std::unique_ptr<const RE2>> patterns = compiled();
  std::string out(text);
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    RE2::GlobalReplace(&out, *patterns[i], kRules[i].by);
  }
  return std::string(sdk::trim(out));
}

std::string fingerprint_of(const RootCause& cause, std::string_view reason) {
  const bool machine = is_machines(cause);
  const std::string clean = sdk::safe_text(reason, kMaxText);  // of a secret no trace is left
  const std::string said = machine ? without_machines(clean) : clean;
  return digits_of({std::string(to_string(cause.kind)),
                    machine ? std::string() : stable_text(sdk::safe_text(cause.task, kMaxText)),
                    stable_text(said)});
}

std::string combined_fingerprint(std::vector<std::string> fingerprints) {
  std::sort(fingerprints.begin(), fingerprints.end());
  fingerprints.erase(std::unique(fingerprints.begin(), fingerprints.end()), fingerprints.end());
  return fingerprints.size() == 1 ? fingerprints.front() : digits_of(fingerprints);
}

}  // namespace adomcp::failure_logs
