#include "known_failures.h"

#include <re2/re2.h>
#include <adomcp/azure.hpp>
#include <adomcp/output_edit.hpp>
#include <algorithm>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <utility>

#include "answer_parts.h"
#include "told.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMostEntries = 50;
constexpr std::size_t kMostPipelines = 20;
constexpr std::size_t kMostTextBytes = 500;  // of a pattern, a note, a link
constexpr std::size_t kMostNameBytes = 256;
constexpr std::int64_t kPatternMemory = 1 << 20;  // bytes that RE2 may use for one
constexpr std::size_t kMostRoots = 300;           // causes looked at
constexpr std::size_t kLookedAt = 32U << 10U;     // bytes of a log's telling lines
constexpr std::size_t kMostTold = 5;
constexpr std::size_t kLeastNote = 60;

constexpr std::string_view kKeys[] = {"pattern", "note", "link", "retry_helps", "pipelines"};

/// One of the entries, and where it stands, for messages.
class EntryReader {
 public:
  EntryReader(const Json& entry, std::size_t index)
      : entry_(entry), place_("settings.known_failures[" + std::to_string(index) + "]") {
    if (!entry.is_object()) refuse("", "must be a mapping with `pattern` and `note`");
    for (const auto& [key, value] : entry.items()) {
      if (std::find(std::begin(kKeys), std::end(kKeys), key) != std::end(kKeys)) continue;
      refuse("", "has no key `" + sdk::safe_text(key, 60) +
                     "`; it may have pattern, note, link, retry_helps and pipelines");
    }
  }

  KnownFailure read() const {
    KnownFailure out;
    out.pattern = pattern();
    out.note = sdk::safe_text(text("note", true), kMostTextBytes);
    out.link = link();
    out.retry_helps = flag("retry_helps");
    out.pipelines = pipelines();
    return out;
  }

 private:
  [[noreturn]] void refuse(const std::string& member, const std::string& why) const {
    throw std::runtime_error(place_ + (member.empty() ? "" : "." + member) + " " + why + ".");
  }

  std::string text(const char* key, bool needed) const {
    const Json& value = sdk::member(entry_, key);
    if (value.is_null() && !needed) return {};
    if (value.is_null()) refuse(key, "is missing");
    if (!value.is_string()) refuse(key, "must be a text; put it in quotes");
    std::string text(sdk::trim(value.get_ref<const std::string&>()));
    if (text.empty()) refuse(key, "is empty: write it, or leave the entry out");
    if (text.size() > kMostTextBytes) {
      refuse(key, "has " + std::to_string(text.size()) + " bytes, of which 500 are allowed");
    }
    return text;
  }

  std::unique_ptr<re2::RE2> pattern() const {
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(kPatternMemory);
    auto pattern = std::make_unique<RE2>(text("pattern", true), options);
    if (!pattern->ok()) {
      refuse("pattern", "is no regular expression of RE2 (" +
                            sdk::safe_text(pattern->error(), 200) +
                            "): mend it; look-around and back-references aren't understood, and a "
                            "literal . ( [ needs a backslash");
    }
    if (RE2::PartialMatch("", *pattern)) {
      refuse("pattern",
             "matches every line, because it matches nothing at all: name a part that "
             "must be there");
    }
    return pattern;
  }

  std::string link() const {
    std::string link = text("link", false);
    const bool web = link.compare(0, 8, "https://") == 0 || link.compare(0, 7, "http://") == 0;
    const bool plain = link.find_first_of(" \t\r\n\"<>") == std::string::npos &&
                       sdk::safe_text(link, kMostTextBytes) == link;
    if (link.empty() || (web && plain)) return link;
    refuse("link", "must begin with https:// or http://, and hold neither blanks nor secrets");
  }

  bool flag(const char* key) const {
    const Json& value = sdk::member(entry_, key);
    if (!value.is_null() && !value.is_boolean()) refuse(key, "must be true or false");
    return value.is_boolean() && value.get<bool>();
  }

  std::vector<std::string> pipelines() const {
    const Json& value = sdk::member(entry_, "pipelines");
    std::vector<std::string> out;
    if (value.is_null()) return out;
    if (!value.is_array() || value.empty() || value.size() > kMostPipelines) {
      refuse("pipelines",
             "must be a list of 1 to 20 names (with * for any text) or ids; leave it "
             "out for all pipelines");
    }
    for (const Json& one : value) {
      if (one.is_number_integer()) {
        out.push_back(std::to_string(one.get<std::int64_t>()));
        continue;
      }
      const bool named = one.is_string() && !one.get_ref<const std::string&>().empty() &&
                         one.get_ref<const std::string&>().size() <= kMostNameBytes;
      if (!named) refuse("pipelines", "holds something that is neither a name nor an id");
      out.push_back(one.get<std::string>());
    }
    return out;
  }

  const Json& entry_;
  const std::string place_;
};

/// What can tell one root cause: its messages, and the telling lines of its log.
std::vector<std::string> texts_of(const Gathered& in, const RootCause& cause) {
  std::vector<std::string> texts;
  for (const std::string& message : cause.messages) texts.push_back(sdk::clean_text(message));
  const LogRead* log = in.log(cause.log_id);
  if (cause.log_id == 0 || log == nullptr || !log->read) return texts;
  for (EvidenceLine& line : log->scanner->evidence(kLookedAt).lines) {
    texts.push_back(std::move(line.text));
  }
  return texts;
}

bool is_about(const KnownFailure& known, const std::vector<std::string>& texts) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return RE2::PartialMatch(text, *known.pattern);
  });
}

/// What of `match` is among the failures that are told: the first of them, and how many.
std::optional<told::KnownFailure> told_of(const KnownMatch& match, const std::vector<Group>& groups,
                                          std::size_t shown) {
  told::KnownFailure out{};
  std::int64_t causes = 0;
  for (std::size_t i = 0; i < std::min(shown, groups.size()); ++i) {
    const bool about = std::any_of(groups[i].begin(), groups[i].end(), [&](std::size_t root) {
      return std::binary_search(match.roots.begin(), match.roots.end(), root);
    });
    if (about && causes++ == 0) out.cause = static_cast<std::int64_t>(i);
  }
  if (causes == 0) return std::nullopt;
  if (causes > 1) out.causes = causes;
  out.note = match.known->note;
  out.link = match.known->link;
  out.retry_helps = match.known->retry_helps;
  return out;
}

}  // namespace

KnownFailures::KnownFailures() = default;
KnownFailures::~KnownFailures() = default;
KnownFailures::KnownFailures(KnownFailures&&) noexcept = default;
KnownFailures& KnownFailures::operator=(KnownFailures&&) noexcept = default;

KnownFailures KnownFailures::read(const Json& settings) {
  for (const auto& [key, value] : settings.items()) {
    if (key == "known_failures") continue;
    throw std::runtime_error("settings has no key `" + sdk::safe_text(key, 60) +
                             "`; it may have known_failures.");
  }
  KnownFailures out;
  const Json& list = sdk::member(settings, "known_failures");
  if (list.is_null()) return out;
  if (!list.is_array() || list.size() > kMostEntries) {
    throw std::runtime_error(
        "settings.known_failures must be a list of at most 50 entries, each "
        "with `pattern` and `note`.");
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    out.all_.push_back(EntryReader(list[i], i).read());
  }
  return out;
}

std::vector<KnownMatch> KnownFailures::matches_in(const Gathered& in) const {
  const Json& pipeline = sdk::member(in.build, "definition");
  const std::string id = std::to_string(sdk::integer_of(pipeline, "id"));
  const std::string name = sdk::raw_text_of(pipeline, "name");
  std::vector<KnownMatch> out;
  for (const KnownFailure& known : all_) {
    const bool here =
        known.pipelines.empty() ||
        std::any_of(known.pipelines.begin(), known.pipelines.end(),
                    [&](const std::string& one) { return one == id || is_like(name, one); });
    if (here) out.push_back({&known, {}});
  }
  for (std::size_t i = 0; !out.empty() && i < std::min(kMostRoots, in.analysis.roots.size()); ++i) {
    const std::vector<std::string> texts = texts_of(in, in.analysis.roots[i]);
    for (KnownMatch& match : out) {
      if (is_about(*match.known, texts)) match.roots.push_back(i);
    }
  }
  return out;
}

bool is_like(std::string_view text, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = std::string_view::npos;  // of the last *, and the text it stands for so far
  std::size_t taken = 0;
  while (at < text.size()) {
    if (in < pattern.size() && pattern[in] == '*') {
      star = in++;
      taken = at;
    } else if (in < pattern.size() && sdk::lower(pattern[in]) == sdk::lower(text[at])) {
      ++in;
      ++at;
    } else if (star != std::string_view::npos) {
      in = star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in) == std::string_view::npos;
}

void put_known_failures(Json& answer, const std::vector<KnownMatch>& known,
                        const std::vector<Group>& groups, std::size_t max_bytes) {
  using told::Explanation;
  const std::size_t shown = output::at<&Explanation::failures>(answer).size();
  std::vector<told::KnownFailure> list;
  for (const KnownMatch& match : known) {
    auto one = told_of(match, groups, shown);
    if (!one || list.size() == kMostTold) continue;
    one->note = sdk::shorten(one->note, std::max(kLeastNote, max_bytes / 2));
    if (size_of(json_of(*one)) + 1 > max_bytes) one->link.reset();
    const std::size_t size = size_of(json_of(*one)) + 1;
    if (size > max_bytes) break;
    max_bytes -= size;
    list.push_back(std::move(*one));
  }
  if (!list.empty()) output::put<&Explanation::known_failures>(answer, list);
}

}  // namespace adomcp::failure_logs
