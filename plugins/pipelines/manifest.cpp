#include "manifest.h"

#include <adomcp/azure.hpp>
#include <nlohmann/json.hpp>

namespace adomcp::pipelines {

namespace {

std::string_view last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

std::vector<ArtifactFile> files_of(const nlohmann::json& manifest) {
  std::vector<ArtifactFile> out;
  const nlohmann::json& items = sdk::member(manifest, "items");
  if (!items.is_array()) return out;
  for (const nlohmann::json& item : items) {
    const nlohmann::json& blob = sdk::member(item, "blob");
    ArtifactFile file{plain_path(sdk::raw_text_of(item, "path")), sdk::integer_of(blob, "size"),
                      sdk::raw_text_of(blob, "id")};
    if (!file.path.empty() && !file.file_id.empty()) out.push_back(std::move(file));
  }
  return out;
}

std::string plain_path(std::string_view path) {
  std::string out;
  for (char c : sdk::trim(path)) {
    if (c == '\\') c = '/';
    if (c != '/' || (!out.empty() && out.back() != '/')) out += c;
    if (out == "./") out.clear();
  }
  if (!out.empty() && out.back() == '/') out.pop_back();
  return out;
}

const ArtifactFile* find_file(const std::vector<ArtifactFile>& files, std::string_view path) {
  const ArtifactFile* found = nullptr;
  std::size_t count = 0;
  for (const ArtifactFile& file : files) {
    if (file.path == path) return &file;
    if (!sdk::iequals(file.path, path)) continue;
    found = &file;
    ++count;
  }
  return count == 1 ? found : nullptr;
}

std::vector<const ArtifactFile*> files_below(const std::vector<ArtifactFile>& files,
                                             std::string_view folder) {
  std::vector<const ArtifactFile*> out;
  for (const ArtifactFile& file : files) {
    const bool below =
        folder.empty() || (file.path.size() > folder.size() && file.path[folder.size()] == '/' &&
                           sdk::iequals(file.path.substr(0, folder.size()), folder));
    if (below) out.push_back(&file);
  }
  return out;
}

std::vector<std::string> alike(const std::vector<ArtifactFile>& files, std::string_view path,
                               std::size_t most) {
  std::vector<std::string> out;
  for (const ArtifactFile& file : files) {
    if (out.size() == most) break;
    if (sdk::iequals(last_part(file.path), last_part(path))) out.push_back(file.path);
  }
  return out;
}

}  // namespace adomcp::pipelines
