#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <algorithm>
#include <utility>

#include "artifacts.h"
#include "manifest.h"
#include "text_window.h"

namespace adomcp::pipelines {

namespace {

constexpr std::uint64_t kAnswerBytes = 2U << 20U;
constexpr std::uint64_t kManifestBytes = 16U << 20U;  // about 100,000 files
constexpr std::uint64_t kFileBytes = 64U << 20U;      // read of a file at most
constexpr std::size_t kNamed = 5;                     // files that a sentence names
constexpr std::size_t kSaid = 200;

std::string artifacts_path(std::int64_t run_id) {
  return "build/builds/" + std::to_string(run_id) + "/artifacts";
}

/// "Artifacts - Get File": the id is that of a file or of the artifact's manifest; Azure wants a
/// name beside it, and takes any.
AdoRequest file_request(const TextWanted& wanted, const std::string& id, const std::string& name) {
  sdk::Query query;
  query.add("artifactName", wanted.artifact).add("fileId", id).add("fileName", name);
  return {.path = artifacts_path(wanted.run_id),
          .query = query.text(),
          .accept = "application/octet-stream"};
}

[[noreturn]] void refuse_type(const TextWanted& wanted, const std::string& type) {
  throw ToolError("The artifact " + sdk::quoted(wanted.artifact, kSaid) + " is of type " +
                  sdk::quoted(type.empty() ? "unknown" : type, 50) +
                  ", whose files can't be read one by one below a project's address. Only those "
                  "of type PipelineArtifact can (published with `publish:` or "
                  "PublishPipelineArtifact). list_run_artifacts gives the link to download it.");
}

/// The id of the artifact's manifest; the run is looked at in the same round.
std::string manifest_id(Call& call, const TextWanted& wanted) {
  sdk::Query query;
  query.add("artifactName", wanted.artifact);
  const auto answers = call.send_all(
      {{.path = "build/builds/" + std::to_string(wanted.run_id), .max_bytes = kAnswerBytes},
       {.path = artifacts_path(wanted.run_id), .query = query.text(), .max_bytes = kAnswerBytes}});
  const Json build = build_or_throw(answers[0]);
  call.note("pipeline_id", sdk::integer_of(sdk::member(build, "definition"), "id"));
  if (answers[1].status == ADOMCP_NOT_FOUND) {
    throw ToolError("Run " + std::to_string(wanted.run_id) + " has no artifact " +
                        sdk::quoted(wanted.artifact, kSaid) +
                        ", or it is no longer kept: list_run_artifacts tells which it has.",
                    ADOMCP_NOT_FOUND);
  }
  const Json artifact = answers[1].json();
  const Json& resource = sdk::member(artifact, "resource");
  const std::string type = sdk::raw_text_of(resource, "type");
  std::string id = sdk::raw_text_of(resource, "data");
  if (!sdk::iequals(type, "PipelineArtifact") || id.empty()) refuse_type(wanted, type);
  return id;
}

std::vector<ArtifactFile> read_manifest(Call& call, const TextWanted& wanted) {
  AdoRequest request = file_request(wanted, manifest_id(call, wanted), "manifest.json");
  request.max_bytes = kManifestBytes;
  const AdoResponse response = call.send(request);
  if (response.ok() && response.truncated) {
    throw ToolError("The artifact has so many files that its list can't be read.");
  }
  return files_of(response.json());
}

/// A folder's files, or all, as many as fit.
ArtifactText listed(const TextWanted& wanted, const std::string& folder,
                    const std::vector<const ArtifactFile*>& files) {
  ArtifactText out{};
  out.artifact = sdk::safe_text(wanted.artifact, kSaid);
  out.path = sdk::safe_text(folder, kSaid);
  out.files_total = static_cast<std::int64_t>(files.size());
  out.files.emplace();
  std::size_t bytes = 0;
  for (const ArtifactFile* file : files) {
    FileTold one{sdk::safe_text(file->path, 400), file->size};
    bytes += sdk::json_text(json_of(one)).size() + 1;
    if (bytes > kTextBytes) break;
    out.files->push_back(std::move(one));
  }
  if (out.files->size() < files.size()) {
    out.truncated = true;
    out.notes = std::vector<std::string>{"Not all files are listed: name a folder in `path`."};
  }
  return out;
}

[[noreturn]] void refuse_path(const std::vector<ArtifactFile>& files, const std::string& path) {
  std::string said = "The artifact has no file " + sdk::quoted(path, kSaid) + ".";
  std::string names;
  for (const std::string& like : alike(files, path, kNamed)) {
    names += (names.empty() ? "" : ", ") + sdk::quoted(like, kSaid);
  }
  if (!names.empty()) said += " Files of that name: " + names + ".";
  throw ToolError(said + " Leave `path` out to see its files.", ADOMCP_NOT_FOUND);
}

void check_text(const TextWindow& window, const ArtifactFile& file) {
  if (!window.is_binary()) return;
  const std::string name = sdk::quoted(file.path, kSaid);
  if (window.is_utf16()) {
    throw ToolError("The file " + name + " is text in UTF-16, which this tool doesn't read.");
  }
  throw ToolError("The file " + name + " (" + std::to_string(file.size) +
                  " bytes) is no text but binary, so it is not shown. list_run_artifacts gives "
                  "the link to download the artifact.");
}

ArtifactText read_file(Call& call, const TextWanted& wanted, const ArtifactFile& file) {
  const auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(file.size, 0));
  if (wanted.tail && size > kFileBytes) {
    throw ToolError(
        "The file is larger than 64 MiB, so its end can't be read; its beginning can, "
        "without `tail`.");
  }
  TextWindow window({wanted.from_line, wanted.tail.value_or(0)}, kTextBytes);
  AdoRequest request = file_request(wanted, file.file_id, "file.txt");
  request.max_bytes = kFileBytes;
  request.on_chunk = [&window](std::string_view piece) { return window.feed(piece); };
  const AdoResponse response = call.send(request);
  check_text(window, file);
  if (!response.ok()) response.json();  // throws, with the host's words and status
  const Chosen chosen = window.finish(!response.truncated);
  ArtifactText out{};
  out.artifact = sdk::safe_text(wanted.artifact, kSaid);
  out.path = sdk::safe_text(file.path, kSaid);
  out.size = file.size;
  out.text = chosen.text;
  out.lines = told(chosen);
  if (chosen.next_line) out.truncated = true;
  if (chosen.text.empty() && chosen.to_line < chosen.from_line) {
    const std::string all =
        chosen.lines ? std::to_string(*chosen.lines) + " lines" : "fewer lines in its first 64 MiB";
    out.lines.reset();
    out.notes = std::vector<std::string>{chosen.lines == 0
                                             ? "The file is empty."
                                             : "There is no such line: the file has " + all + "."};
  }
  return out;
}

}  // namespace

ArtifactText read_artifact_text(Call& call, const TextWanted& wanted) {
  call.note("run_id", wanted.run_id);
  if (wanted.tail && wanted.from_line > 1) {
    throw ToolError("`tail` and `from_line` can't be asked for together.", ADOMCP_INVALID_ARGUMENT);
  }
  const std::vector<ArtifactFile> files = read_manifest(call, wanted);
  const std::string path = plain_path(wanted.path.value_or(""));
  const ArtifactFile* file = path.empty() ? nullptr : find_file(files, path);
  if (file != nullptr) return read_file(call, wanted, *file);
  const auto below = files_below(files, path);
  if (below.empty() && !path.empty()) refuse_path(files, path);
  return listed(wanted, path, below);
}

}  // namespace adomcp::pipelines
