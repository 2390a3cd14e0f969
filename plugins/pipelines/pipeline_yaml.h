#pragma once

#include <adomcp/arguments.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lines_told.h"

namespace adomcp::pipelines {

struct YamlWanted {
  std::optional<std::int64_t> pipeline_id, run_id;
  std::optional<std::string> branch;
  std::int64_t from_line;

  static constexpr auto arguments() {
    return adomcp::arguments(
               argument::project(), argument::organization(),
               argument::id("pipeline_id", &YamlWanted::pipeline_id,
                            "The pipeline, as it last ran on `branch`."),
               argument::field("branch", &YamlWanted::branch,
                               "With pipeline_id. Default: the pipeline's default branch.")
                   .max_length(400),
               argument::run_id(&YamlWanted::run_id), argument::run_url(&YamlWanted::run_id),
               argument::field("from_line", &YamlWanted::from_line, "The first line, from 1.")
                   .range(1, 2147483647)
                   .otherwise(1))
        .exactly_one_of("pipeline_id", "run_id", "run_url");
  }
};

struct YamlRun {
  std::int64_t id;
  std::optional<std::string> number, branch, commit, queued, url;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("id", &YamlRun::id), output::field("number", &YamlRun::number),
        output::field("branch", &YamlRun::branch), output::field("commit", &YamlRun::commit),
        output::field("queued", &YamlRun::queued).date_time(), output::field("url", &YamlRun::url));
  }
};

struct YamlFile {
  std::optional<std::string> path, repository, version;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("path", &YamlFile::path), output::field("repository", &YamlFile::repository),
        output::field("version", &YamlFile::version, "The branch or commit it was read at."));
  }
};

struct PipelineYaml {
  IdAndName pipeline;
  bool expanded;
  std::optional<YamlRun> run;
  std::optional<YamlFile> file;
  std::string yaml;
  std::optional<LinesTold> lines;
  std::optional<bool> truncated;
  std::optional<std::vector<std::string>> notes;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("pipeline", &PipelineYaml::pipeline),
        output::field("expanded", &PipelineYaml::expanded,
                      "true: templates filled in, as the run had it; false: the file alone."),
        output::field("run", &PipelineYaml::run, "The run that it is of."),
        output::field("file", &PipelineYaml::file, "Where it isn't expanded."),
        output::field("yaml", &PipelineYaml::yaml, "Secrets in it are masked as ***."),
        output::field("lines", &PipelineYaml::lines),
        output::field("truncated", &PipelineYaml::truncated),
        output::field("notes", &PipelineYaml::notes));
  }
};

/// The tool get_pipeline_yaml.
PipelineYaml get_pipeline_yaml(Call& call, const YamlWanted& wanted);

}  // namespace adomcp::pipelines
