#pragma once

#include <adomcp/arguments.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace adomcp::logs {

struct ReadWanted {
  std::int64_t run_id = 0;
  std::int64_t log_id = 0;
  std::optional<std::int64_t> from_line, to_line, tail;

  static constexpr auto arguments() {
    namespace argument = adomcp::argument;
    return adomcp::arguments(
               argument::project(), argument::organization(), argument::run_id(&ReadWanted::run_id),
               argument::run_url(&ReadWanted::run_id),
               argument::id("log_id", &ReadWanted::log_id, "As other tools tell it."),
               argument::id("from_line", &ReadWanted::from_line, "First line, from 1."),
               argument::id("to_line", &ReadWanted::to_line, "Last line, included."),
               argument::field("tail", &ReadWanted::tail,
                               "The last lines instead. Default without a range: 100.")
                   .range(1, 2000))
        .exactly_one_of("run_id", "run_url");
  }
};

struct NumberedLine {
  std::int64_t line = 0;
  std::string text;

  static constexpr auto fields() {
    namespace output = adomcp::output;
    return adomcp::fields(output::field("line", &NumberedLine::line),
                          output::field("text", &NumberedLine::text));
  }
};

struct ReadAnswer {
  std::int64_t run_id = 0;
  std::int64_t log_id = 0;
  std::optional<std::int64_t> total_lines, from_line, to_line;
  std::vector<NumberedLine> lines;
  bool truncated = false;
  std::optional<std::vector<std::string>> notes;
  std::optional<std::string> next;

  static constexpr auto fields() {
    namespace output = adomcp::output;
    return adomcp::fields(
        output::field("run_id", &ReadAnswer::run_id), output::field("log_id", &ReadAnswer::log_id),
        output::field("total_lines", &ReadAnswer::total_lines),
        output::field("from_line", &ReadAnswer::from_line),
        output::field("to_line", &ReadAnswer::to_line), output::field("lines", &ReadAnswer::lines),
        output::field("truncated", &ReadAnswer::truncated, "Lines asked for are not here."),
        output::field("notes", &ReadAnswer::notes), output::field("next", &ReadAnswer::next));
  }
};

/// The tool read_run_log.
ReadAnswer read_run_log(Call& call, const ReadWanted& wanted);

}  // namespace adomcp::logs
