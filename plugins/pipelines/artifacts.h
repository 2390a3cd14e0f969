#pragma once

#include <adomcp/arguments.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lines_told.h"

namespace adomcp::pipelines {

struct RunWanted {
  std::int64_t run_id;

  static constexpr auto arguments() {
    return adomcp::arguments(argument::project(), argument::organization(),
                             argument::run_id(&RunWanted::run_id),
                             argument::run_url(&RunWanted::run_id))
        .exactly_one_of("run_id", "run_url");
  }
};

struct RunTold {
  std::int64_t id;
  std::optional<std::string> number;
  IdAndName pipeline;

  static constexpr auto fields() {
    return adomcp::fields(output::field("id", &RunTold::id),
                          output::field("number", &RunTold::number),
                          output::field("pipeline", &RunTold::pipeline));
  }
};

struct Artifact {
  std::string name;
  std::optional<std::string> type;
  std::optional<std::int64_t> size;
  std::optional<std::string> url;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("name", &Artifact::name),
        output::field("type", &Artifact::type, "PipelineArtifact: read_artifact_text reads it."),
        output::field("size", &Artifact::size, "Bytes."),
        output::field("url", &Artifact::url, "Its download, for a person."));
  }
};

struct ArtifactList {
  RunTold run;
  std::vector<Artifact> artifacts;
  std::optional<bool> truncated;
  std::optional<std::vector<std::string>> notes;

  static constexpr auto fields() {
    return adomcp::fields(output::field("run", &ArtifactList::run),
                          output::field("artifacts", &ArtifactList::artifacts),
                          output::field("truncated", &ArtifactList::truncated),
                          output::field("notes", &ArtifactList::notes));
  }
};

/// The tool list_run_artifacts.
ArtifactList list_run_artifacts(Call& call, const RunWanted& wanted);

struct TextWanted {
  std::int64_t run_id;
  std::string artifact;
  std::optional<std::string> path;
  std::int64_t from_line;
  std::optional<std::int64_t> tail;

  static constexpr auto arguments() {
    return adomcp::arguments(
               argument::project(), argument::organization(), argument::run_id(&TextWanted::run_id),
               argument::run_url(&TextWanted::run_id),
               argument::field("artifact", &TextWanted::artifact, "The artifact's name.")
                   .max_length(256),
               argument::field("path", &TextWanted::path,
                               "A file in it. Without one, or for a folder: the list of files.")
                   .max_length(1024),
               argument::field("from_line", &TextWanted::from_line, "The first line, from 1.")
                   .range(1, 2147483647)
                   .otherwise(1),
               argument::field("tail", &TextWanted::tail, "Instead: only that many last lines.")
                   .range(1, 2000))
        .exactly_one_of("run_id", "run_url");
  }
};

struct FileTold {
  std::string path;
  std::int64_t size;

  static constexpr auto fields() {
    return adomcp::fields(output::field("path", &FileTold::path),
                          output::field("size", &FileTold::size));
  }
};

struct ArtifactText {
  std::string artifact;
  std::optional<std::string> path;
  std::optional<std::int64_t> size;
  std::optional<std::string> text;
  std::optional<LinesTold> lines;
  std::optional<std::vector<FileTold>> files;
  std::optional<std::int64_t> files_total;
  std::optional<bool> truncated;
  std::optional<std::vector<std::string>> notes;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("artifact", &ArtifactText::artifact),
        output::field("path", &ArtifactText::path), output::field("size", &ArtifactText::size),
        output::field("text", &ArtifactText::text, "Secrets in it are masked as ***."),
        output::field("lines", &ArtifactText::lines, "Which lines of the file the text is."),
        output::field("files", &ArtifactText::files, "Where no file was named."),
        output::field("files_total", &ArtifactText::files_total),
        output::field("truncated", &ArtifactText::truncated),
        output::field("notes", &ArtifactText::notes));
  }
};

/// The tool read_artifact_text.
ArtifactText read_artifact_text(Call& call, const TextWanted& wanted);

/// The build, which tells that the run is one of this project: of artifacts nothing does. Throws
/// where it isn't there.
Json build_or_throw(const AdoResponse& response);

}  // namespace adomcp::pipelines
