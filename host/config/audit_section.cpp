#include "config/audit_section.h"

#include <filesystem>
#include <sstream>

#include "config/files.h"
#include "config/forms.h"
#include "core/guid.h"
#include "core/text.h"

namespace adomcp::config {
namespace {

/// A path whose folder is there; empty after reporting.
std::string read_path(const Field& field, const std::string& folder) {
  const auto text = field.required().text();
  if (!text) return {};
  std::string path = absolute_path(*text, folder);
  const auto parent = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!std::filesystem::is_directory(parent, error)) {
    field.complain("names a file in " + parent.string() + ", a folder that does not exist");
  } else if (std::filesystem::is_directory(path, error)) {
    field.complain("names " + path + ", which is a folder");
  }
  return path;
}

AuditFileSettings read_file_sink(const Field& field, const std::string& folder,
                                 Problems& problems) {
  constexpr std::size_t kMebibyte = std::size_t{1024} * 1024;
  constexpr std::int64_t kMostFiles = 1000000;
  AuditFileSettings out;
  const Mapping file(field, "audit.sinks[].file", problems);
  if (!file) return out;
  out.path = read_path(file["path"], folder);
  out.rotate_bytes =
      file["rotate"].size(kMebibyte, std::size_t{10} * 1024 * kMebibyte).value_or(out.rotate_bytes);
  const auto keep = file["keep"].integer(0, kMostFiles);
  if (keep) out.keep = static_cast<unsigned>(*keep);
  const auto fsync = file["fsync"].choice({"never", "interval", "always"});
  if (fsync == "never") out.fsync = Fsync::kNever;
  if (fsync == "always") out.fsync = Fsync::kAlways;
  return out;
}

/// What is wrong with a part of a connection string; empty when nothing is.
std::string why_no_part(const std::string& name, const std::string& value) {
  if (name == "instrumentationkey" && !is_guid(value)) {
    return "must have a GUID as its InstrumentationKey";
  }
  if (name == "ingestionendpoint" && !parse_base_url(value)) {
    return "must have an https URL (http for a loopback host) as its IngestionEndpoint";
  }
  if (name == "authorization" && !iequals(value, "ikey")) {
    return "must have the Authorization ikey, or none";
  }
  return {};
}

/// What is wrong with a connection string: NAME=value by semicolons, names in any case. Never shows
/// any of it.
std::string why_no_connection(const std::string& text) {
  bool has_key = false;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ';');) {
    if (trim(part).empty()) continue;
    const auto equals = part.find('=');
    if (equals == part.npos) return "must be a list of NAME=value with semicolons between them";
    const auto name = to_lower(trim(std::string_view(part).substr(0, equals)));
    auto why = why_no_part(name, std::string(trim(std::string_view(part).substr(equals + 1))));
    if (!why.empty()) return why;
    has_key = has_key || name == "instrumentationkey";
  }
  return has_key ? "" : "must have an InstrumentationKey";
}

ApplicationInsightsSettings read_application_insights(const Field& field,
                                                      const CredentialReader& credentials,
                                                      Problems& problems) {
  constexpr std::string_view kPath = "audit.sinks[].application_insights";
  ApplicationInsightsSettings out;
  const Mapping sink(field, kPath, problems);
  if (!sink) return out;
  const Field connection = sink["connection_string"];
  if (const auto text = connection.required().text()) {
    out.connection_string = *text;
    const auto why = why_no_connection(*text);
    if (!why.empty()) connection.complain(why);
  }
  const Field credential = sink["credential"];
  if (credential.present()) {
    out.credential =
        credentials.for_service(credential, "audit.sinks[].application_insights.credential");
  }
  return out;
}

/// Reads the list of sinks, each of a kind at most once.
class SinksReader {
 public:
  SinksReader(const std::string& folder, const CredentialReader& credentials, Problems& problems,
              AuditSettings& out)
      : folder_(folder), credentials_(credentials), problems_(problems), out_(out) {}

  void read(const Field& item) {
    if (item.is_scalar()) {
      if (!item.choice({"stdout"})) return;
      if (out_.to_stdout) return twice(item);
      out_.to_stdout = true;
      return;
    }
    const Mapping sink(item, "audit.sinks[]", problems_);
    if (!sink) return;
    const Field file = sink["file"];
    const Field insights = sink["application_insights"];
    if (file.present() == insights.present()) {
      return item.complain(
          "must be one of `stdout`, `file: {path: …}` and "
          "`application_insights: {connection_string: …}`");
    }
    if (file.present()) {
      if (out_.file) return twice(item);
      out_.file = read_file_sink(file, folder_, problems_);
    } else {
      if (out_.application_insights) return twice(item);
      out_.application_insights = read_application_insights(insights, credentials_, problems_);
    }
  }

 private:
  static void twice(const Field& item) {
    item.complain("is a second sink of its kind; one is enough");
  }

  const std::string& folder_;
  const CredentialReader& credentials_;
  Problems& problems_;
  AuditSettings& out_;
};

void check_required(const Field& required, const Field& sinks, AuditSettings& out) {
  if (!required.present()) {
    out.required = out.to_stdout ? "stdout" : "file";
    if (out.to_stdout || out.file) return;
    return sinks.complain(out.application_insights
                              ? "has no sink that a call can wait for; add stdout or a file, or "
                                "write `required: none`"
                              : "has no sink; add one, or write `required: none` to go without an "
                                "audit");
  }
  const auto choice = required.choice({"stdout", "file", "none"});
  if (!choice) return;
  out.required = *choice;
  const bool there = out.required == "none" || (out.required == "stdout" && out.to_stdout) ||
                     (out.required == "file" && out.file.has_value());
  if (!there) required.complain("names the sink '" + out.required + "', which audit.sinks lacks");
}

}  // namespace

AuditSettings read_audit(const Field& field, const std::string& folder,
                         const CredentialReader& credentials, Problems& problems) {
  constexpr std::int64_t kMostRecords = 1000000;
  AuditSettings out;
  const Mapping audit(field, "audit", problems);
  const auto every = audit["publish_head_every"].integer(1, kMostRecords);
  if (every) out.publish_head_every = static_cast<unsigned>(*every);
  const Field sinks = audit["sinks"];
  if (sinks.present()) {
    out.to_stdout = false;
    const auto before = problems.count();
    SinksReader reader(folder, credentials, problems, out);
    for (const auto& item : sinks.items()) reader.read(item);
    if (problems.count() != before) return out;  // `required` may well name a sink that is broken
  }
  check_required(audit["required"], sinks, out);
  return out;
}

}  // namespace adomcp::config
