#include "line_features.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "forms.h"
#include "prefix.h"
#include "words.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kLookedAt = 1024;

std::uint8_t cap(std::size_t value, std::size_t most = 255) {
  return static_cast<std::uint8_t>(std::min(value, most));
}

std::uint8_t share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : cap(part * 100 / whole, 100);
}

std::size_t indent_of(std::string_view text) {
  std::size_t out = 0;
  for (const char c : text) {
    if (c == '\t') {
      out += 4;
    } else if (c == ' ') {
      ++out;
    } else {
      break;
    }
  }
  return out;
}

/// Eight bytes that are all printable ASCII; a tab counts as none here.
bool is_plain_word(std::uint64_t bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHigh = kOnes * 0x80;
  const std::uint64_t below_space = (bytes - kOnes * 0x20) & ~bytes;
  return (((bytes + kOnes) | bytes | below_space) & kHigh) == 0;
}

bool is_bad(WordClass type) {
  return type == WordClass::kError || type == WordClass::kFail || type == WordClass::kCrash;
}

void put_size(KeptRow& row, std::string_view text, const Words& words) {
  row[length] = cap(text.size() / 2);
  row[indent] = cap(indent_of(text), 60);
  row[Feature::words] = cap(words.words, 60);
  row[upper] = share(words.upper, words.letters);
  row[digits] = share(words.digits, text.size() - words.blanks);
  const std::size_t plain = words.letters + words.digits + words.blanks;
  row[punctuation] = share(text.size() - std::min(plain, text.size()), text.size() - words.blanks);
  row[beyond_ascii] = cap(words.beyond_ascii, 60);
  row[blank] = text.size() == words.blanks ? 1 : 0;
}

void put_colours(KeptRow& row, const Colours& colours) {
  row[red] = share(colours.red, colours.visible);
  row[bold] = share(colours.bold, colours.visible);
  row[green] = share(colours.green, colours.visible);
  row[yellow] = share(colours.yellow, colours.visible);
  row[banner] = share(colours.banner, colours.visible);
  row[coloured] = share(colours.other, colours.visible);
}

/// Words that tell more than that something failed.
std::uint8_t telling_words(const Words& words) {
  using enum WordClass;
  std::size_t out = words.telling;
  for (const WordClass type : {kExpect, kMissing, kTime, kCode, kLint}) {
    out += words.count[static_cast<std::size_t>(type)];
  }
  return cap(out, 60);
}

void put_words(KeptRow& row, const Words& words) {
  const auto glue = static_cast<std::size_t>(WordClass::kGlue);
  for (std::size_t i = 1; i < glue; ++i) row[w_error + i - 1] = cap(words.count[i], 5);
  row[telling] = telling_words(words);
  row[starts_bad] = is_bad(words.first) ? 1 : 0;
  row[ends_bad] = is_bad(words.last) ? 1 : 0;
}

void put_forms(KeptRow& row, const Forms& forms) {
  row[place] = forms.place;
  row[frame] = forms.frame;
  row[caret] = forms.caret;
  row[numbered] = forms.numbered;
  row[diff] = forms.diff;
  row[label] = forms.label;
  row[bad_mark] = forms.bad_mark;
  row[good_mark] = forms.good_mark;
  row[count_bad] = forms.count_bad;
  row[count_zero] = forms.count_zero;
  row[echo] = forms.echo;
  row[rule] = forms.rule;
  row[link] = forms.link;
  row[percent] = forms.percent;
  row[quotes] = forms.quotes;
  row[gutter] = forms.gutter;
  row[agent] = forms.agent;
  row[level] = forms.level;
  row[colon_end] = forms.colon_end;
  row[path] = forms.path;
  row[code] = forms.code;
  row[operators] = forms.operators;
  row[stars] = forms.stars;
}

/// A pattern needs a telling word, a place, or a mark at the start.
bool may_match(const KeptRow& row) {
  for (std::size_t i = w_error; i <= w_time; ++i) {
    if (row[i] > 0) return true;
  }
  return row[place] > 0 || row[bad_mark] > 0 || row[w_exit] > 0 || row[level] > 0 ||
         row[agent] > 0 || row[label] > 0;
}

/// How much the line looks like a part of a failure, before anything around it is known.
std::uint8_t strength(const KeptRow& row) {
  if (row[blank] > 0 || row[agent] == 1 || row[generic] > 0) return 0;
  if (row[good_mark] > 0 && row[bad_mark] == 0) return 0;
  std::size_t out = row[noise] > 0 ? 0 : row[pattern];
  const auto at_least = [&out](std::size_t value) { out = std::max(out, value); };
  if (row[bad_mark] > 0) at_least(80);
  if (row[red] >= 50) at_least(70);
  if (row[count_bad] > 0) at_least(60);
  const bool bad_word = row[w_error] + row[w_fail] + row[w_crash] > 0;
  if (bad_word && row[place] > 0) at_least(75);
  if (bad_word && row[noise] == 0 && row[w_fetch] == 0) at_least(50);
  if (row[level] == 3) at_least(62);
  if (row[count_zero] > 0 && row[count_bad] == 0 && out < 90) out = 0;
  return cap(out);
}

}  // namespace

bool is_plain(std::string_view text) {
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    if (!is_plain_word(bytes)) break;
    text.remove_prefix(sizeof bytes);
  }
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\t'; });
}

std::uint32_t template_of(std::string_view text) {
  return read_words(without_prefix(text.substr(0, kLookedAt))).template_hash;
}

const LineKind& KindCache::kind_of(std::uint32_t template_hash, std::string_view text) {
  Entry& entry = entries_[template_hash % kEntries];
  if (!entry.used || entry.template_hash != template_hash) {
    entry = {template_hash, true, classify(text)};
  }
  return entry.kind;
}

LineFacts line_facts(std::string_view text, const Colours& colours, KindCache& kinds) {
  LineFacts out;
  text = without_prefix(text.substr(0, kLookedAt));
  const Words words = read_words(text);
  out.template_hash = words.template_hash;
  put_size(out.row, text, words);
  if (out.row[blank] > 0) return out;
  put_colours(out.row, colours);
  put_words(out.row, words);
  const Forms forms = read_forms(text);
  put_forms(out.row, forms);
  if (forms.level > 0) out.row[indent] = cap(indent_of(text.substr(text.find(']') + 1)), 60);
  if (may_match(out.row)) {
    const LineKind& kind = kinds.kind_of(words.template_hash, text);
    out.row[pattern] = cap(static_cast<std::size_t>(std::max(kind.score, 0)));
    out.row[generic] = kind.generic ? 1 : 0;
    out.row[noise] = kind.noise && forms.level < 3 ? 1 : 0;  // what the tool calls an error is one
  }
  out.row[strong] = strength(out.row);
  return out;
}

}  // namespace adomcp::failure_logs
