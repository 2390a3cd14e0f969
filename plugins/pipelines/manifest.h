#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Pure: which files an artifact holds.

namespace adomcp::pipelines {

struct ArtifactFile {
  std::string path;  ///< without a slash in front
  std::int64_t size = 0;
  std::string file_id;
};

/// The files of a pipeline artifact's manifest, as far as they name what holds them.
std::vector<ArtifactFile> files_of(const nlohmann::json& manifest);

/// "a/b" of "\a\b", "/a/b" and "./a/b/".
std::string plain_path(std::string_view path);

/// The file of this plain path, else the only one that has it in another case; null: none.
const ArtifactFile* find_file(const std::vector<ArtifactFile>& files, std::string_view path);

/// The files below this plain path; all for an empty one.
std::vector<const ArtifactFile*> files_below(const std::vector<ArtifactFile>& files,
                                             std::string_view folder);

/// Paths whose last part is that of `path`, in any case, at most `most`.
std::vector<std::string> alike(const std::vector<ArtifactFile>& files, std::string_view path,
                               std::size_t most);

}  // namespace adomcp::pipelines
