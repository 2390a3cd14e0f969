#include "config/audit_section.h"

#include <filesystem>

#include "config/files.h"

namespace adomcp::config {
namespace {

/// The path of a file sink whose folder is there; empty after reporting.
std::string read_file_sink(const Field& field, const std::string& folder, Problems& problems) {
  const Mapping file(field, "audit.sinks[].file", problems);
  if (!file) return {};
  const Field path_field = file["path"];
  const auto text = path_field.required().text();
  if (!text) return {};
  std::string path = absolute_path(*text, folder);
  const auto parent = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!std::filesystem::is_directory(parent, error)) {
    path_field.complain("names a file in " + parent.string() + ", a folder that does not exist");
  } else if (std::filesystem::is_directory(path, error)) {
    path_field.complain("names " + path + ", which is a folder");
  }
  return path;
}

void read_sink(const Field& item, const std::string& folder, AuditSettings& out,
               Problems& problems) {
  const auto twice = [&] { item.complain("is a second sink of its kind; one is enough"); };
  if (item.is_scalar()) {
    if (!item.choice({"stdout"})) return;
    if (out.to_stdout) return twice();
    out.to_stdout = true;
    return;
  }
  const Mapping sink(item, "audit.sinks[]", problems);
  if (!sink) return;
  const Field file = sink["file"].required("a sink is `stdout` or `file: {path: …}`");
  if (!file.present()) return;
  if (out.file.has_value()) return twice();
  out.file.emplace().path = read_file_sink(file, folder, problems);
}

void check_required(const Field& required, const Field& sinks, AuditSettings& out) {
  if (!required.present()) {
    out.required = out.to_stdout ? "stdout" : "file";
    if (!out.to_stdout && !out.file) {
      sinks.complain("has no sink; add one, or write `required: none` to go without an audit");
    }
    return;
  }
  const auto choice = required.choice({"stdout", "file", "none"});
  if (!choice) return;
  out.required = *choice;
  const bool there = out.required == "none" || (out.required == "stdout" && out.to_stdout) ||
                     (out.required == "file" && out.file.has_value());
  if (!there) required.complain("names the sink '" + out.required + "', which audit.sinks lacks");
}

}  // namespace

AuditSettings read_audit(const Field& field, const std::string& folder, Problems& problems) {
  AuditSettings out;
  const Mapping audit(field, "audit", problems);
  const Field sinks = audit["sinks"];
  if (sinks.present()) {
    out.to_stdout = false;
    const auto before = problems.count();
    for (const auto& item : sinks.items()) read_sink(item, folder, out, problems);
    if (problems.count() != before) return out;  // `required` may well name a sink that is broken
  }
  check_required(audit["required"], sinks, out);
  return out;
}

}  // namespace adomcp::config
