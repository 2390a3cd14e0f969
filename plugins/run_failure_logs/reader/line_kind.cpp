#include "line_kind.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kLookedAt = 1024;
constexpr int kNoise = -1;    // takes away every score below kLoud
constexpr int kGeneric = -2;  // takes away every score but leaves a hint
constexpr int kLoud = 90;
constexpr int kHint = 30;

struct Pattern {
  int score;
  const char* text;
};

// Highest match wins. Patterns see bytes (Latin 1), so a character beyond ASCII is its UTF-8.
constexpr std::array kPatterns = {
    // compilers and linkers
    Pattern{98, R"(:\d+(?::\d+)?: (?:fatal )?error: )"},                    // gcc, clang, javac
    Pattern{98, R"(\(\d+(?:,\d+)*\): (?:fatal )?error [A-Z]+\d+\b)"},       // MSVC, C#, TypeScript
    Pattern{98, R"(^error(?:\[E\d+\])?: [^ ])"},                            // cargo
    Pattern{96, R"(undefined reference to |unresolved external symbol )"},  // linkers
    Pattern{96, R"(cannot find -l|duplicate symbol |multiple definition of )"},
    Pattern{95, R"(^CMake Error)"},
    Pattern{95, R"(: error [A-Z]{1,5}\d{3,5}: )"},
    Pattern{95, R"(^\s*\x{e2}\x{94}\x{82} Error: |^Error: )"},  // terraform
    Pattern{95, R"(^e: .*\.kts?\b)"},                           // kotlin
    Pattern{95, R"(^\S+\.go:\d+:\d+: )"},                       // go vet, go build
    Pattern{95, R"(^\[ERROR\] .*:\[\d+(?:,\d+)?\] )"},          // maven's compiler
    // tests
    Pattern{94, R"(^\s*--- FAIL: )"},
    Pattern{92, R"(^E   +[^ ])"},  // pytest
    Pattern{90, R"(^FAILED [^ ]+::|^ERROR [^ ]+\.py\b)"},
    Pattern{90, R"(\[  FAILED  \])"},
    Pattern{90, R"(^\s+\x{e2}\x{97}\x{8f} |^\s*\x{e2}\x{9c}\x{95} |^not ok \d)"},  // jest, TAP
    Pattern{90, R"(: Failure$|\bTEST-UNEXPECTED-)"},
    Pattern{88, R"( FAILED$|^test .* \.\.\. FAILED)"},
    Pattern{92, R"((?i)assertion .*fail|assertionerror|assertion failure)"},
    Pattern{84, R"(^\[ERROR\] Tests run: .*(?:Failures: [1-9]|Errors: [1-9]))"},
    Pattern{84, R"(^\[ERROR\] +[\w.$]+[:.]\S*:\d+)"},
    // crashes
    Pattern{96, R"(^panic: |^thread '.*' panicked at|^fatal error: )"},
    Pattern{96, R"((?i)segmentation fault|core dumped|stack smashing|double free or corruption)"},
    Pattern{96, R"(ERROR: \w+Sanitizer|runtime error: )"},
    Pattern{86, R"(^Traceback \(most recent call last\))"},
    Pattern{91, R"(^(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception)\b(?::|$))"},  // Python, Java, JS
    Pattern{89, R"(^Caused by: |^Exception in thread |\bUnhandled exception\b)"},
    Pattern{84, R"((?:^|\s)[\w.$]+\.[A-Z]\w*(?:Error|Exception): )"},
    // machines and networks
    Pattern{97, R"((?i)no space left on device|disk quota exceeded)"},
    Pattern{95, R"((?i)out ?of ?memory|cannot allocate memory|oom-?kill|^Killed$)"},
    Pattern{90,
            R"((?i)could not resolve host|name or service not known|temporary failure in name)"},
    Pattern{72, R"((?i)connection (?:refused|reset|timed out)|certificate verify failed)"},
    Pattern{80,
            R"((?i)\b(?:401 unauthorized|403 forbidden|unauthorized: |access denied|denied: ))"},
    Pattern{70, R"((?i)permission denied|operation not permitted)"},
    Pattern{88, R"((?i): (?:command )?not found$|is not recognized as an? )"},
    Pattern{64, R"((?i)no such file or directory|cannot find (?:module|the file|package))"},
    // package managers and tools
    Pattern{90, R"(^fatal: )"},  // git
    Pattern{90, R"(^E: )"},      // apt
    Pattern{86, R"(^(?:npm (?:ERR!|error)|yarn error|error) (?:code |[A-Z]+\d*: |errno ))"},
    Pattern{76, R"(^npm (?:ERR!|error) [^ ])"},
    Pattern{86, R"((?i)unmet dependenc|could not resolve dependenc|no matching distribution|)"
                R"(no matching version|unable to locate package|conflicting requirements)"},
    Pattern{86, R"(^\[ERROR\] Failed to execute goal )"},
    Pattern{78, R"(^\[ERROR\] +[^ ])"},
    Pattern{86, R"(^##\[error\])"},
    Pattern{84, R"(^(?:\[[^\]]{1,80}\] ?)?(?:FATAL|SEVERE|CRITICAL)\b)"},
    Pattern{82, R"(^\s*ERROR:? )"},
    Pattern{80, R"(^FAILURE: |What went wrong)"},  // gradle
    Pattern{74, R"(^\[\w+:error\] )"},
    Pattern{74, R"(\bFAIL:?\s|\bFAIL$)"},
    Pattern{62, R"(^FAILED: |\bFAILED\b)"},
    Pattern{60, R"((?i)(?:^|[^\w-])error:)"},
    Pattern{58, R"(\bERROR\b)"},
    Pattern{56, R"((?i)\btimed? ?out\b|\btook >\s?\d+|exceeded the (?:maximum|time))"},
    Pattern{66, R"((?i)\b(?:exit|return)\w*(?: with)?(?: code| status)? 124\b)"},  // timeout(1)
    Pattern{50, R"((?i)\b(?:could not|cannot|can't|unable to|failed to) )"},
    Pattern{46, R"((?i)\b(?:failed|failure|aborted|aborting|denied|invalid|dirty)\b)"},
    Pattern{44, R"(^make(?:\[\d+\])?: \*\*\* |^ninja: build stopped)"},
    Pattern{42, R"((?i)\breturn(?:ed|ing) (?:a )?(?:non-?zero|(?:code )?[1-9]\d*\b))"},
    Pattern{41, R"((?i)^\s*(?:error|exception)\b)"},
    // what only repeats that something failed
    Pattern{kGeneric, R"((?i)exited with (?:exit )?code|process completed with exit code)"},
    Pattern{kGeneric, R"((?i)(?:failed|finished|terminated) with (?:exit|return|error) ?code)"},
    Pattern{kGeneric, R"((?i)^##\[error\](?:script failed|command failed)|^Finished: FAILURE)"},
    Pattern{kGeneric, R"(^Build step '.*' marked build as failure|ELIFECYCLE|^\[ERROR\] \[Help)"},
    Pattern{kGeneric, R"((?i)error: .* returned [1-9]\d* exit status|^BUILD FAILED$)"},
    Pattern{kGeneric,
            R"((?i)could not compile|aborting due to|^rake aborted!|^recipe for target )"},
    Pattern{kGeneric,
            R"((?i): recipe for target .* failed$|there were (?:failing tests|test fail))"},
    Pattern{kGeneric, R"((?i)^npm (?:err!|error) (?:test failed|errno |exit status|failed at the|)"
                      R"(this is probably|a complete log))"},
    Pattern{kGeneric, R"((?i)^npm (?:err!|error) \S+ \S+: `|^Traceback \(most recent call last\))"},
    Pattern{kGeneric, R"((?i)see (?:above|below|the report|the (?:build )?log|full log)\b)"},
    Pattern{kGeneric, R"((?i)one or more (?:errors|tests|projects|tasks) |tests unsuccessful$)"},
    Pattern{kGeneric, R"((?i)^(?:\[\w+\] )?\(.* / .*\) (?:compilation failed|.*exception: ))"},
    Pattern{kGeneric,
            R"((?i)^(?:the )?command .* (?:failed|exited)|command failed|process exited)"},
    Pattern{kGeneric,
            R"((?i)^\W*(?:build|tests?|compilation|linting|job|task)s? (?:has |have )?fail)"},
    Pattern{kGeneric,
            R"((?i)(?:^|\] )\W*(?:\d+|one|two|three|four) (?:errors?|failures?)(?: found| gen)?)"
            R"((?:\.|$))"},
    Pattern{kGeneric, R"(^\s*\x{e2}\x{9c}\x{96} \d+ problems?\b)"},  // eslint
    Pattern{kGeneric, R"((?i)at least one resource deployment operation failed|see inner errors)"},
    Pattern{kGeneric, R"((?i)please list deployment operations|check out the troubleshooting)"},
    // what looks like an error and is none
    Pattern{kNoise, R"((?i)\((?:ignored|expected|non-?fatal)\)|\.\.\. ?ignor(?:ing|ed)|)"
                    R"(\ballowed to fail|\b(?:going on|continuing|carrying on) (?:without|any)|)"
                    R"(, (?:continuing|ignoring|ignored)\b)"},
    Pattern{kNoise,
            R"((?i)\b(?:0|no) (?:errors?|failures?|failed)\b|\b(?:errors?|fail(?:ed|ures?)): 0\b)"},
    Pattern{kNoise, R"(^##\[(?:command|debug|group|section|warning)\]|^\[command\])"},
    Pattern{kNoise, R"((?i)^\s*(?:\[?warn(?:ing)?\]?\b|\[?info\]? |\[?debug\]?[: ]))"},
    Pattern{kNoise, R"((?i)\bwarning: |deprecat|if-no-files-found|fail-fast|fail_ci_if_error)"},
    Pattern{kNoise, R"(^\[ERROR\] (?:To see the full stack|Re-run Maven|For more information|)"
                    R"(After correcting|  mvn <|-+>|$))"},
    Pattern{kNoise, R"(-Werror|set -e|-error-limit| -o \S+\.o )"},
};

class PatternSet {
 public:
  PatternSet() : set_(options(), RE2::UNANCHORED) {
    for (const Pattern& pattern : kPatterns) {
      std::string error;
      good_ = set_.Add(pattern.text, &error) >= 0 && good_;
    }
    good_ = set_.Compile() && good_;
  }

  bool good() const { return good_; }
  bool any(std::string_view line) const {
    return set_.Match(re2::StringPiece(line.data(), line.size()), nullptr);
  }
  std::vector<int> match(std::string_view line) const {
    std::vector<int> hits;
    set_.Match(re2::StringPiece(line.data(), line.size()), &hits);
    return hits;
  }

 private:
  static RE2::Options options() {
    RE2::Options options(RE2::Latin1);
    options.set_max_mem(4 << 20);  // bounds the automaton's cache; it starts anew when full
    options.set_log_errors(false);
    return options;
  }

  RE2::Set set_;
  bool good_ = true;
};

const PatternSet& patterns() {
  static const PatternSet set;
  return set;
}

}  // namespace

LineKind classify(std::string_view line) {
  line = line.substr(0, kLookedAt);
  if (!patterns().any(line)) return {};  // most lines: no allocation
  const std::vector<int> hits = patterns().match(line);
  LineKind best;
  bool noise = false;
  bool generic = false;
  for (const int hit : hits) {
    const int score = kPatterns[static_cast<std::size_t>(hit)].score;
    noise = noise || score == kNoise;
    generic = generic || score == kGeneric;
    if (score > best.score) best = {score, hit, false, false};
  }
  if (generic) return {kHint, best.pattern, true, noise};
  if (noise && best.score < kLoud) return {0, -1, false, true};
  return best;
}

bool patterns_are_good() {
  return patterns().good();
}

bool is_generic_message(std::string_view message) {
  if (message.empty()) return true;
  const std::vector<int> hits = patterns().match(message.substr(0, kLookedAt));
  return std::any_of(hits.begin(), hits.end(), [](int hit) {
    return kPatterns[static_cast<std::size_t>(hit)].score == kGeneric;
  });
}

}  // namespace adomcp::failure_logs
