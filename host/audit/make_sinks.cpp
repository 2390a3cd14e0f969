#include "audit/make_sinks.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "audit/application_insights_sink.h"
#include "audit/connection_string.h"
#include "audit/file_descriptor_sink.h"
#include "audit/file_sink.h"
#include "audit/file_tail.h"
#include "core/descriptor.h"
#include "outbound_identity/make_credential.h"
#include "outbound_identity/resources.h"

namespace adomcp::audit {
namespace {

Status check_file(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return Error{ErrorCode::kUnavailable, "audit file " + path + ": " + error_text(errno) + ".",
                 "Let this process write in " + folder + "."};
  }
  if (::access(path.c_str(), F_OK) != 0) return Done{};
  if (::access(path.c_str(), R_OK | W_OK) != 0) {
    return Error{ErrorCode::kUnavailable, "audit file " + path + ": " + error_text(errno) + ".",
                 "Let this process read and write it."};
  }
  const auto tail = read_tail(path);
  return tail ? Status(Done{}) : tail.error();
}

std::unique_ptr<Sink> make_application_insights(const ApplicationInsightsSettings& settings,
                                                const Clock& clock, const net::HttpClient& http,
                                                const std::shared_ptr<spdlog::logger>& log) {
  auto ingestion = parse_connection_string(settings.connection_string);
  if (!ingestion) throw std::runtime_error(ingestion.error().text());
  std::unique_ptr<outbound_identity::Credential> credential;
  if (settings.credential) {
    credential = outbound_identity::make_credential(
        *settings.credential, outbound_identity::kMonitorResource, clock, http);
  }
  return std::make_unique<ApplicationInsightsSink>(std::move(ingestion).value(),
                                                   std::move(credential), http, log);
}

}  // namespace

std::vector<std::unique_ptr<Sink>> make_sinks(const AuditSettings& settings, int stdout_fd,
                                              const Clock& clock, const net::HttpClient& http,
                                              const std::shared_ptr<spdlog::logger>& log) {
  std::vector<std::unique_ptr<Sink>> sinks;
  if (settings.to_stdout) {
    sinks.push_back(std::make_unique<FileDescriptorSink>("stdout", stdout_fd));
  }
  if (settings.file) {
    auto file = FileSink::open(*settings.file, settings.publish_head_every, clock, log);
    if (!file) throw std::runtime_error(file.error().text());
    sinks.push_back(std::move(file).value());
  }
  if (settings.application_insights) {
    sinks.push_back(make_application_insights(*settings.application_insights, clock, http, log));
  }
  return sinks;
}

Status check_sinks(const AuditSettings& settings) {
  if (settings.application_insights) {
    const auto ingestion =
        parse_connection_string(settings.application_insights->connection_string);
    if (!ingestion) return ingestion.error();
  }
  return settings.file ? check_file(settings.file->path) : Status(Done{});
}

}  // namespace adomcp::audit
