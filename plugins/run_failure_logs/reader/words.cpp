#include "words.h"

namespace adomcp::failure_logs {

namespace {

struct WordList {
  WordClass type;
  const char* words;
};

constexpr WordList kLists[] = {
    {WordClass::kError, "error errors err errored erroneous fehler"},
    {WordClass::kFail, "fail fails failed failing failure failures unsuccessful"},
    {WordClass::kCrash,
     "exception exceptions panic panicked segfault segmentation sigsegv sigabrt sigkill sigterm "
     "abort aborted aborting crash crashed traceback fatal critical severe killed uncaught "
     "unhandled unexpected raised thrown throw throws dumped stacktrace backtrace sanitizer leak"},
    {WordClass::kExpect,
     "expected expect expects expecting expectation actual actually got want wanted received "
     "assert assertion assertions asserted equal equals instead mismatch match differs differ diff "
     "difference should would must"},
    {WordClass::kNegative,
     "not cannot couldn unable doesn isn wasn didn without never none null nil undefined unknown "
     "undeclared unresolved unrecognized unsupported invalid illegal incorrect bad wrong broken "
     "corrupt corrupted conflict conflicts conflicting ambiguous incompatible forbidden denied "
     "refused rejected unauthorized permission unreachable unmet violated inconsistent malformed "
     "misspelled dead unsatisfied unused unterminated impossible nothing"},
    {WordClass::kMissing, "missing found exist exists resolve such lookup locate"},
    {WordClass::kTime,
     "timeout timeouts timed exceeded exceeds deadline expired hang hung hanging limit stalled "
     "slow"},
    {WordClass::kWarn,
     "warning warnings warn deprecated deprecation notice obsolete consider hint note"},
    {WordClass::kPass,
     "pass passed passes passing ok okay success succeeded succeeds successful successfully done "
     "complete completed finished yes"},
    {WordClass::kSkip, "skip skipped skipping ignored ignoring ignore pending disabled todo"},
    {WordClass::kInfo, "info debug trace verbose fine config information"},
    {WordClass::kFetch,
     "download downloading downloaded downloads fetch fetching fetched install installing "
     "installed get unpacking preparing setting selecting cloning receiving resolving deltas "
     "compressing extracting extracted cached cache progress upload uploading uploaded pulling "
     "pull pushing push building compiling compiled built linking generating generated copying "
     "creating created checking restored restoring loading loaded starting started running "
     "processing updating updated using entering leaving scanning collecting requirement already "
     "satisfied reading writing wrote saving"},
    {WordClass::kCode,
     "syntax type types symbol symbols reference declared declaration function method argument "
     "arguments parameter parameters variable module import class property cast convert "
     "conversion scope token tokens parse parsing parser indentation line column expression "
     "statement object member operator implicit implicitly constructor template index value "
     "values key call attribute assigned string integer literal range bounds"},
    {WordClass::kLint,
     "violation violations problem problems offense offenses issue issues rule rules lint linter "
     "style whitespace trailing newline duplicate "
     "duplicated"},
    {WordClass::kExit, "exit exited exits code status returned signal command terminated stopped"},
    {WordClass::kTest,
     "test tests spec specs suite suites example examples testcase case scenario scenarios "
     "fixture testing"},
    {WordClass::kSummary,
     "total ran runs seconds time elapsed summary result results report took duration average"},
    {WordClass::kGlue,
     "the an of to in on at for with and or is are was were be been has have had this that these "
     "it "
     "its see above below more details please try again by as from you your may might can will do "
     "does did one some any there here when if then than all but so because due file files build "
     "builds task tasks step steps job script process program make npm err run log logs output "
     "time times first last next following previous probably likely"}};

constexpr std::size_t kSlots = 2048;
constexpr std::size_t kLongest = 16;
constexpr std::uint32_t kSeed = 2166136261U;

constexpr std::uint32_t mix(std::uint32_t hash, unsigned char c) {
  return (hash ^ c) * 16777619U;
}

/// Hashes of the words above with their classes. Two words of one hash would be taken for each
/// other, which among some hundred words of 32 bits doesn't happen.
struct Dictionary {
  std::array<std::uint32_t, kSlots> hash{};
  std::array<WordClass, kSlots> type{};

  Dictionary() {
    for (const WordList& list : kLists) {
      std::string_view rest(list.words);
      while (!rest.empty()) {
        const std::size_t end = rest.find(' ');
        add(rest.substr(0, end), list.type);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      }
    }
  }

  void add(std::string_view word, WordClass word_class) {
    std::uint32_t value = kSeed;
    for (const char c : word) value = mix(value, static_cast<unsigned char>(c));
    std::size_t slot = value % kSlots;
    while (type[slot] != WordClass::kNone && hash[slot] != value) slot = (slot + 1) % kSlots;
    if (type[slot] != WordClass::kNone) return;  // the first class a word is in counts
    hash[slot] = value;
    type[slot] = word_class;
  }

  WordClass find(std::uint32_t value) const {
    std::size_t slot = value % kSlots;
    while (type[slot] != WordClass::kNone) {
      if (hash[slot] == value) return type[slot];
      slot = (slot + 1) % kSlots;
    }
    return WordClass::kNone;
  }
};

const Dictionary& dictionary() {
  static const Dictionary words;
  return words;
}

enum Kind : std::uint8_t { kOther, kBlank, kLower, kUpper, kDigit, kHigh };

constexpr std::array<std::uint8_t, 256> make_kinds() {
  std::array<std::uint8_t, 256> out{};
  for (int c = 0; c < 256; ++c) {
    auto& kind = out[static_cast<std::size_t>(c)];
    if (c <= ' ') kind = kBlank;
    if (c >= 'a' && c <= 'z') kind = kLower;
    if (c >= 'A' && c <= 'Z') kind = kUpper;
    if (c >= '0' && c <= '9') kind = kDigit;
    if (c >= 0x80) kind = kHigh;
  }
  return out;
}

constexpr std::array<std::uint8_t, 256> kKinds = make_kinds();

/// Reads a line token by token: a token is a run of letters and digits.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : text_(text) {}

  Words run() {
    std::uint32_t shape = kSeed;
    while (at_ < text_.size()) {
      const unsigned char c = byte(at_);
      const std::uint8_t kind = kKinds[c];
      if (kind == kLower || kind == kUpper || kind == kDigit) {
        shape = mix(mix(shape, 'w') ^ token(), 'w');
        continue;
      }
      out_.blanks += kind == kBlank ? 1 : 0;
      out_.beyond_ascii += kind == kHigh ? 1 : 0;
      shape = mix(shape, c);
      ++at_;
    }
    out_.template_hash = shape;
    return out_;
  }

 private:
  unsigned char byte(std::size_t i) const { return static_cast<unsigned char>(text_[i]); }

  /// The token's hash; one for all tokens that hold a digit.
  std::uint32_t token() {
    const std::size_t start = at_;
    const std::uint32_t unknown = unknown_;
    std::uint32_t whole = kSeed;
    bool numbered = false;
    while (at_ < text_.size()) {
      const std::uint8_t kind = kKinds[byte(at_)];
      if (kind == kDigit) {
        numbered = true;
        ++out_.digits;
        ++at_;
      } else if (kind == kLower || kind == kUpper) {
        whole = mix(whole, 'x') ^ word();
      } else {
        break;
      }
    }
    if (!numbered && unknown_ > unknown && is_plain(start)) ++out_.telling;
    return numbered ? number_hash(text_.substr(start, at_ - start)) : whole;
  }

  /// Numbers are equal in a template, but for those that mean something: none, one, and the exit
  /// code of a command that took too long.
  static std::uint32_t number_hash(std::string_view token) {
    if (token.size() == 1 && token[0] <= '1') return kSeed + (token[0] == '0' ? 1 : 2);
    return token.size() == 3 && token == "124" ? kSeed + 3 : kSeed;
  }

  /// Stands by itself: no part of a path, of a name with dots, or of a link.
  bool is_plain(std::size_t start) const {
    const auto joins = [](char c) {
      return c == '.' || c == '/' || c == '\\' || c == '_' || c == '-' || c == '@' || c == ':' ||
             c == '$' || c == '=';
    };
    if (start > 0 && joins(text_[start - 1])) return false;
    if (at_ >= text_.size() || !joins(text_[at_])) return true;
    return at_ + 1 >= text_.size() || kKinds[byte(at_ + 1)] == kBlank || text_[at_] == ':';
  }

  /// A run of letters of one case, or a capital and the small ones after it.
  std::uint32_t word() {
    const std::size_t start = at_;
    std::uint32_t hash = kSeed;
    std::uint8_t before = kUpper;
    while (at_ < text_.size()) {
      const unsigned char c = byte(at_);
      const std::uint8_t kind = kKinds[c];
      if (kind != kLower && kind != kUpper) break;
      if (kind == kUpper && before == kLower) break;
      out_.upper += kind == kUpper ? 1 : 0;
      hash = mix(hash, c | 0x20U);
      before = kind;
      ++at_;
    }
    settle(hash, at_ - start);
    return hash;
  }

  void settle(std::uint32_t hash, std::size_t size) {
    ++out_.words;
    out_.letters += static_cast<std::uint32_t>(size);
    const WordClass type = size < 2 || size > kLongest ? WordClass::kNone : words_.find(hash);
    if (out_.words == 1) out_.first = type;
    out_.last = type;
    if (type == WordClass::kNone) {
      if (size > 1) ++unknown_;
      return;
    }
    std::uint8_t& count = out_.count[static_cast<std::size_t>(type)];
    if (count < 255) ++count;
  }

  const Dictionary& words_ = dictionary();
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t unknown_ = 0;  ///< words that no list holds
  Words out_;
};

}  // namespace

Words read_words(std::string_view text) {
  return WordReader(text).run();
}

}  // namespace adomcp::failure_logs
