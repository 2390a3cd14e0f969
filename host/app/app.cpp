#include "app/app.h"

#include <adomcp/changes.h>
#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "app/audit_counts.h"
#include "app/make_parts.h"
#include "app/periodic.h"
#include "app/reload/access_warnings.h"
#include "app/reload/client_report.h"
#include "app/reload/current_snapshot.h"
#include "app/reload/file_watch.h"
#include "app/reload/reloader.h"
#include "app/stdio_session.h"
#include "audit/audit_log.h"
#include "azure_devops/project_directory.h"
#include "azure_devops/rest_client.h"
#include "azure_devops/upstream.h"
#include "core/json.h"
#include "http/server.h"
#include "inbound_auth/make_authenticator.h"
#include "mcp/catalog/listing.h"
#include "mcp/mcp_server.h"
#include "mcp/operations/rate_limiter.h"
#include "mcp/operations/request_seal.h"
#include "mcp/sessions/legacy_sessions.h"
#include "mcp/tasks/task_manager.h"
#include "net/http_client.h"
#include "observe/logging.h"
#include "observe/metrics.h"
#include "plugin_host/call/change_notifier.h"
#include "plugin_host/load/generations.h"
#include "plugin_host/run/in_process_invoker.h"
#include "plugin_host/run/tool_states.h"
#include "policy/policy.h"
#include "policy/rule_check.h"
#include "state/confirmations.h"
#include "state/key_ring.h"
#include "state/make_store.h"
#include "transport/endpoint.h"

namespace adomcp::app {
namespace {

constexpr std::chrono::milliseconds kResolveAtStart = std::chrono::seconds(10);
constexpr std::chrono::milliseconds kDrain = std::chrono::seconds(10);
constexpr std::chrono::milliseconds kShortestTick{20};
constexpr std::chrono::milliseconds kLongestTick = std::chrono::seconds(1);

}  // namespace

/// Every part, in the order in which they are made; they go in the reverse order.
struct App::Parts {
  Parts(Settings given, AuditOutput output, std::shared_ptr<spdlog::logger> logger,
        ReloadSource source)
      : settings(std::move(given)),
        log(std::move(logger)),
        audit_fd(audit_descriptor(output)),
        upstream(std::make_shared<azure_devops::Upstream>(
            make_sites(settings, clock, outbound), upstream_options(metrics, outbound), log)),
        projects(settings.organizations, policy::access_of(settings.access),
                 azure_devops::project_fetcher(upstream), std::chrono::seconds(5),
                 azure_devops::pipeline_lister(upstream)),
        client(std::make_shared<azure_devops::RestClient>(upstream,
                                                          [this] { return projects.snapshot(); })),
        generations(log),
        snapshot(first_tools(), projects, settings.access.hide_denied),
        invoker(client, log),
        audit(make_sinks(settings.audit, output != AuditOutput::kNone, audit_fd, clock, outbound,
                         log),
              required_sink(settings.audit, output), clock, log),
        store(state::make_store(settings.state, clock, outbound)),
        key_store(state::make_key_store(settings.state, clock, outbound)),
        keys(settings.state.keys, key_store ? *key_store : *store),
        confirmations(*store, keys, clock, settings.state.many_replicas),
        seal(keys, clock),
        rates(settings.access.rate_limits),
        sessions(make_sessions(output)),
        mcp({.snapshot =
                 [this] {
                   resolving.wait(true);
                   return snapshot.get();
                 },
             .invoker = invoker,
             .audit = audit,
             .log = log,
             .confirmations = &confirmations,
             .rates = &rates,
             .metrics = &metrics,
             .seal = &seal,
             .sessions = sessions.get(),
             // Where another replica may be asked for a task, the store must be shared.
             .tasks = settings.state.many_replicas && !store->shared() ? nullptr : &tasks,
             .streams = {settings.server.limits.streams, settings.server.limits.stream_age},
             .spans = traces},
            server_info()),
        tasks(*store, clock),
        endpoint(mcp, sessions.get()),
        reloader(make_reloader(std::move(source))),
        authenticator(inbound_auth::make_authenticator(
            settings.auth, clock, outbound, make_group_lookup(settings.auth, clock, outbound))),
        http(
            {.server = settings.server,
             .auth = settings.auth,
             .authenticator = *authenticator,
             .metrics = metrics,
             .clock = clock,
             .handler =
                 [this](const HttpRequest& http_request) { return endpoint.answer(http_request); },
             .readiness = [this] { return reasons_not_ready(); },
             .tool_states = [this] { return plugin_host::tool_states(*catalog()); },
             .status = [this] { return status(); },
             .reload = reload_page(),
             .on_refused_sign_in =
                 [this](const SignInRefusal& refusal, const std::string& client_ip,
                        std::string_view path) { audit.refused_sign_in(refusal, client_ip, path); },
             .legacy_sessions = settings.legacy.sessions,
             .version = ADOMCP_VERSION,
             .log = log}) {
    metrics.set_tools(tool_names(*catalog()));
    metrics.on_collect([this] {
      audit_counts.carry_over();
      metrics.set_tool_states(plugin_host::tool_states(*catalog()));
    });
  }

  std::shared_ptr<const mcp::ToolIndex> first_tools() {
    const auto catalog = generations.track(catalog_builder(log, settings).build(settings.plugins));
    for (const auto& line : client_warnings(*catalog, settings)) log->warn("{}", line);
    return tool_index(catalog, settings);
  }

  std::unique_ptr<Reloader> make_reloader(ReloadSource source) {
    if (!source.load) return nullptr;
    auto made = std::make_unique<Reloader>(
        Reloader::Parts{std::move(source), snapshot, generations, audit, metrics, clock, log},
        settings);
    made->on_changed([this](const ReloadReport& report) {
      if (report.lists.tools) changed(mcp::Change::kTools);
      if (report.lists.prompts) changed(mcp::Change::kPrompts);
      if (report.lists.resources) changed(mcp::Change::kResources);
    });
    return made;
  }

  void end_streams() {
    mcp.subscriptions().close_all();
    if (sessions) sessions->close_all();
  }

  void end_old_streams() {
    mcp.subscriptions().end_aged();
    mcp.subscriptions().end_signed_out(clock.now());
    if (sessions) sessions->end_signed_out(clock.now());
  }

  std::unique_ptr<mcp::LegacySessions> make_sessions(AuditOutput output) {
    if (!settings.legacy.sessions) return nullptr;
    const bool local = output == AuditOutput::kStderr;  // standard output is the client's
    if (settings.state.many_replicas && !local) {
      log->warn(
          "legacy.sessions: local, and there may be several replicas: each keeps its own sessions, "
          "so the balancer must send a legacy client to the same one every time (affinity)");
    }
    return std::make_unique<mcp::LegacySessions>(
        clock, log,
        [this](const HttpRequest& http_request, const std::string& uri) {
          return mcp::may_read(*snapshot.get(), http_request.principal, {}, uri);
        },
        session_limits(settings.server.limits, local));
  }

  /// Tells whoever wants to know. `uri`: of Change::kResource alone.
  void changed(mcp::Change what, const std::string& uri = {}) {
    mcp.subscriptions().changed(what, uri);
    if (sessions) sessions->changed(what, uri);
  }

  /// What a plugin says has changed: one of ADOMCP_CHANGED_*, and a URI with the last of them.
  void heard(std::int32_t what, const std::string& uri) {
    using enum mcp::Change;
    if (what == ADOMCP_CHANGED_TOOLS) changed(kTools);
    if (what == ADOMCP_CHANGED_PROMPTS) changed(kPrompts);
    if (what == ADOMCP_CHANGED_RESOURCES) changed(kResources);
    if (what == ADOMCP_CHANGED_RESOURCE) changed(kResource, uri);
  }

  /// Has the files watched that a reload reads, and streams ended whose time is over.
  void begin_upkeep() {
    const std::chrono::milliseconds age = settings.server.limits.stream_age / 10;
    const auto tick = age.count() > 0 ? std::clamp(age, kShortestTick, kLongestTick) : kLongestTick;
    ending_streams = std::make_unique<Periodic>(tick, [this] { end_old_streams(); });
    if (!reloader) return;
    watch = std::make_unique<FileWatch>(
        FileWatch::Options{.files = [this] { return reloader->files(); },
                           .changed =
                               [this](bool asked) {
                                 reloader->reload({asked ? "signal" : "file", {}, {}});
                               },
                           .log = log});
  }

  http::ReloadPage reload_page() {
    if (!reloader) return {};
    return [this](const HttpRequest& http_request) {
      const auto report =
          reloader->reload({"request", http_request.principal, http_request.client_ip});
      HttpResponse answer;
      answer.status = report.result == ReloadResult::kRefused ? 409 : 200;
      answer.body = json_text(to_page(report));
      return answer;
    };
  }

  /// Of the current generation.
  std::shared_ptr<const plugin_host::Catalog> catalog() const {
    return snapshot.tools()->catalog();
  }

  std::vector<std::string> reasons_not_ready() const {
    std::vector<std::string> reasons;
    for (const auto& problem : projects.problems()) {
      reasons.push_back("project " + problem.organization + "/" + problem.project + ": " +
                        problem.message);
    }
    if (auto problem = audit.problem(); !problem.empty()) reasons.push_back(std::move(problem));
    const auto current = catalog();
    for (const auto& problem : current->problems()) {
      reasons.push_back("plugin " + problem.plugin + ": " + problem.message);
    }
    return reasons;
  }

  /// What operators see at /status.
  std::string status() const {
    const auto up = std::chrono::steady_clock::now() - started;
    const auto current = catalog();
    nlohmann::ordered_json page = {
        {"version", ADOMCP_VERSION},
        {"uptime_seconds", std::chrono::duration_cast<std::chrono::seconds>(up).count()},
        {"plugins", current->plugins().size()},
        {"tools", current->tools().size()},
        {"generation", reloader ? reloader->generation() : 1},
        {"draining_generations", generations.draining()},
        {"libraries_kept_in_memory", generations.kept_libraries()},
        {"last_reload", ordered_json_from(reloader ? reloader->last() : "null")},
        {"not_ready", reasons_not_ready()},
        {"warnings", access_warnings(settings.auth, projects.snapshot()->access)},
        {"abandoned_calls", invoker.abandoned()}};
    for (const char* sink : {"stdout", "file", "application_insights"}) {
      page["audit"][sink] = {{"failures", audit.failures(sink)}, {"dropped", audit.dropped(sink)}};
    }
    return json_text(page);
  }

  const Settings settings;
  const SystemClock clock;
  std::atomic<bool> resolving = false;  // requests wait until the projects were asked for
  const std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  observe::Metrics metrics;
  const std::shared_ptr<spdlog::logger> log;
  const int audit_fd;              // taken before any plugin runs
  const net::HttpClient outbound;  // the one for all that goes out: its copies share connections
  const std::shared_ptr<telemetry::TraceExporter> traces =
      make_traces(settings.traces, outbound, metrics, log);
  const std::shared_ptr<azure_devops::Upstream> upstream;
  azure_devops::ProjectDirectory projects;
  const std::shared_ptr<azure_devops::RestClient> client;
  plugin_host::Generations generations;
  CurrentSnapshot snapshot;
  plugin_host::InProcessInvoker invoker;
  audit::AuditLog audit;
  AuditCounts audit_counts{audit, metrics};
  const std::unique_ptr<state::Store> store;
  const std::unique_ptr<state::Store> key_store;  // null: the key lies in `store`
  state::KeyRing keys;
  state::Confirmations confirmations;
  mcp::RequestSeal seal;
  mcp::RateLimiter rates;
  const std::unique_ptr<mcp::LegacySessions> sessions;  // null: legacy clients have none
  mcp::McpServer mcp;
  mcp::TaskManager tasks;  // runs calls that mcp has let in, so it ends first
  transport::Endpoint endpoint;
  const std::unique_ptr<Reloader> reloader;  // null: what is served stays as it is
  const std::unique_ptr<inbound_auth::Authenticator> authenticator;
  http::Server http;
  const plugin_host::ChangeNotifier changes{
      [this](int what, const std::string& uri) { heard(what, uri); }};
  std::unique_ptr<FileWatch> watch;  // these from start to stop()
  std::unique_ptr<Periodic> ending_streams;
  std::unique_ptr<StdioSession> stdio;
};

App::App(Settings settings, AuditOutput output, std::shared_ptr<spdlog::logger> log,
         ReloadSource source)
    : parts_(std::make_unique<Parts>(std::move(settings), output, std::move(log),
                                     std::move(source))) {}

App::~App() {
  if (parts_->traces) parts_->traces->close();
}

void App::resolve_projects(std::chrono::milliseconds within) {
  parts_->projects.resolve(Deadline::after(within));
  for (const auto& [organization, project, message] : parts_->projects.problems()) {
    parts_->log->warn("project {}/{} is refused until Azure DevOps gives its id: {}", organization,
                      project, message);
  }
  for (const auto& [organization, project, message] : parts_->projects.unclear()) {
    parts_->log->warn("project {}/{}: a person confirms every start, because {}", organization,
                      project, message);
  }
}

void App::start() {
  log_access_warnings(*parts_->log, parts_->settings.auth, parts_->projects.snapshot()->access);
  parts_->http.start();
  parts_->begin_upkeep();  // before what may take its time, so that no change of a file is missed
  resolve_projects(kResolveAtStart);
}

std::optional<SignInRefusal> App::start_stdio(const StandardStreams& streams,
                                              const std::string& token,
                                              std::function<void()> on_end) {
  auto& parts = *parts_;
  parts.stdio = std::make_unique<StdioSession>(StdioSession::Parts{
      .streams = streams,
      .limits = parts.settings.server.limits,
      .authenticator = *parts.authenticator,
      .token = token,
      .handler =
          [&parts](const HttpRequest& http_request) { return parts.endpoint.answer(http_request); },
      .on_refused =
          [&parts](const SignInRefusal& refusal) {
            parts.audit.refused_sign_in(refusal, {}, "stdio");
          },
      .ending = [&parts] { parts.end_streams(); },
      .on_end = std::move(on_end),
      .log = parts.log});
  if (auto refusal = parts.stdio->refusal()) return refusal;
  log_access_warnings(*parts.log, parts.settings.auth, parts.projects.snapshot()->access);
  parts.resolving = true;
  parts.begin_upkeep();
  parts.stdio->start();
  resolve_projects(kResolveAtStart);
  parts.resolving = false;
  parts.resolving.notify_all();
  return std::nullopt;
}

bool App::signed_out() const {
  return parts_->stdio && parts_->stdio->signed_out();
}

void App::reload() {
  if (parts_->watch) parts_->watch->wake();
}

void App::stop() {
  if (parts_->stdio) parts_->stdio->stop();  // first, since others may be writing to its client
  parts_->watch.reset();
  parts_->ending_streams.reset();
  parts_->end_streams();
  parts_->tasks.stop(Deadline::after(kDrain));
  parts_->http.stop(kDrain);
}

std::string App::url() const {
  return mcp_url(parts_->settings.server, parts_->http.port());
}

mcp::Server& App::mcp() {
  return parts_->mcp;
}

const plugin_host::Catalog& App::catalog() const {
  return *parts_->catalog();
}

/// Also knows what is declared but could not be loaded.
std::vector<std::string> App::rule_problems() const {
  return policy::check_rules(policy::access_of(parts_->settings.access),
                             both(served(catalog()), declared(parts_->settings.plugins)));
}

}  // namespace adomcp::app
