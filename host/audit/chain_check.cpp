#include "audit/chain_check.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "audit/events.h"
#include "audit/line.h"
#include "core/json.h"

namespace adomcp::audit {

void ChainCheck::begin_file(const std::string& path) {
  path_ = path;
  line_ = 0;
  line_open_ = false;
  ++verdict_.files;
}

bool ChainCheck::take(std::string_view text, bool ended) {
  if (!line_open_) ++line_;
  const bool whole = !line_open_;
  line_open_ = !ended;
  const auto chained = whole ? read_chained(text) : std::nullopt;
  if (!chained) {
    note_torn(text, ended);
    return line_ > 1 || problem(1, "has no header: it is no audit file, or was cut at its start");
  }
  if (line_ == 1 && !take_header(text, *chained)) return false;
  return take_next(text, *chained);
}

bool ChainCheck::take_header(std::string_view line, const ChainedLine& chained) {
  const std::string after = text_at(json_from(line), "after");
  if (event_of(line) != kFile || after.empty()) {
    return problem(1, "is no file's header: the file was cut at its start");
  }
  if (verdict_.lines == 0) {
    verdict_.first = chained.seq;
    chain_.reset({chained.seq - 1, after});
    return check_start(after);
  }
  return after == chain_.last().hash ||
         problem(1, "does not go on from line " + std::to_string(chain_.last().seq) +
                        ": a file before it was cut, replaced or removed, or the audit began anew");
}

bool ChainCheck::take_next(std::string_view line, const ChainedLine& chained) {
  if (const auto torn = std::exchange(torn_at_, 0); torn != 0 && !explains_torn(line)) {
    return problem(torn, "is in no chain: it was changed or added");
  }
  if (chained.seq != chain_.last().seq + 1) {
    return problem(line_, "is number " + std::to_string(chained.seq) + " where " +
                              std::to_string(chain_.last().seq + 1) +
                              " is due: lines were removed, added or moved");
  }
  if (!chain_.accept(chained)) {
    return problem(line_, "does not fit its hash: it or the line before it was changed");
  }
  if (event_of(line) == kOpened && line.find(R"("clean":false)") != line.npos) ++verdict_.crashes;
  ++verdict_.lines;
  verdict_.last = chain_.last();
  if (head_ && chained.seq == head_->seq) {
    verdict_.head_seen = true;
    if (!check_published(chained, *head_)) return false;
  }
  const bool start = from_ && !from_->hash.empty() && chained.seq == from_->seq;
  return !start || check_published(chained, *from_);
}

/// What must be there begins with the line after a published one, or with the number alone.
bool ChainCheck::check_start(const std::string& after) {
  if (!from_) return true;
  const bool alone = from_->hash.empty();
  const std::uint64_t due = from_->seq + (alone ? 0 : 1);
  if (verdict_.first > due) {
    return problem(1, "is number " + std::to_string(verdict_.first) + ", and all from number " +
                          std::to_string(due) + " on should be here: what came before is missing");
  }
  if (alone || verdict_.first != due) return true;
  return after == from_->hash ||
         problem(1, "does not go on from what was published as number " +
                        std::to_string(from_->seq) + ": it is of another chain");
}

bool ChainCheck::check_published(const ChainedLine& chained, const Link& published) {
  return chained.hash == published.hash ||
         problem(line_, "is not what was published as number " + std::to_string(published.seq) +
                            ": it or something before it was changed, and the chain made anew");
}

/// A host that starts after a crash says what it found behind the last whole line.
bool ChainCheck::explains_torn(std::string_view line) {
  torn_newline_ = false;
  return event_of(line) == kOpened && text_at(json_from(line), "torn_sha256") == torn_.finish();
}

void ChainCheck::note_torn(std::string_view text, bool ended) {
  if (torn_at_ == 0) torn_at_ = line_;
  if (torn_newline_) torn_.update("\n");
  torn_.update(text);
  torn_newline_ = ended;
}

bool ChainCheck::end_file() {
  if (line_ == 0) return problem(1, "is missing: the file is empty");
  if (torn_at_ == 0) return true;
  return problem(torn_at_, line_open_
                               ? "ends in the middle: a host is writing it now, or it was cut, or "
                                 "there was a crash, which the next start puts right"
                               : "is in no chain: it was changed or added");
}

bool ChainCheck::end() {
  const auto cut_off = [this](const Link& published) {
    return problem(line_, "is the last one, but number " + std::to_string(published.seq) +
                              " was published: the end was cut off");
  };
  if (from_ && from_->seq > verdict_.last.seq) return cut_off(*from_);
  verdict_.from = from_;
  if (!head_ || verdict_.head_seen) return true;
  if (head_->seq > verdict_.last.seq) return cut_off(*head_);
  return problem(1, "is not here, with all up to " + std::to_string(verdict_.first - 1) +
                        ": number " + std::to_string(head_->seq) +
                        " was rotated away; give a newer head");
}

bool ChainCheck::problem(std::uint64_t line, const std::string& meaning) {
  verdict_.problem = path_ + ":" + std::to_string(line) + ": this line " + meaning;
  return false;
}

}  // namespace adomcp::audit
