#include "mcp/sessions/legacy_sessions.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/log_level.h"
#include "core/secret_shape.h"
#include "core/text.h"
#include "mcp/sessions/legacy_link.h"
#include "mcp/wire/apps.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr const char* kSessionHeader = "Mcp-Session-Id";
constexpr const char* kFirstRevision = "2025-03-26";
constexpr std::size_t kLongestUri = 2048;
constexpr std::chrono::seconds kLookEvery{60};

RpcError refused(int http_status, int code, std::string message) {
  return {http_status, code, std::move(message), nullptr};
}

RpcError no_session() {
  return refused(
      404, -32001,
      "Session not found: it has ended, or the balancer sent this to another replica than "
      "the one that keeps it; send initialize to begin another");
}

Reply empty_result() {
  return {"{}", std::nullopt};
}

Reply fail(RpcError error) {
  return {{}, std::move(error)};
}

LegacySession::Owner owner_of(const HttpRequest& http_request) {
  const auto& principal = http_request.principal;
  return {principal.object_id, principal.tenant_id, principal.application};
}

/// Of what a client declares, what may ever be asked for, and whether it shows apps: a session
/// keeps no more.
json known_capabilities(const json& declared) {
  json out = json::object();
  if (!declared.is_object()) return out;
  for (const char* name : {"elicitation", "sampling", "roots"}) {
    const auto found = declared.find(name);
    if (found == declared.end() || !found->is_object()) continue;
    json& kept = out[name] = json::object();
    for (const char* part : {"form", "url", "tools", "context", "listChanged"}) {
      if (found->contains(part)) kept[part] = json::object();
    }
  }
  if (shows_apps(declared)) {
    out["extensions"][kAppsKey]["mimeTypes"] = json::array({kAppType});
  }
  return out;
}

std::string token_of(const Request& request) {
  if (!request.params.is_object()) return {};
  const auto meta = request.params.find("_meta");
  if (meta == request.params.end() || !meta->is_object()) return {};
  const auto token = meta->find("progressToken");
  if (token == meta->end()) return {};
  return token->is_string() || token->is_number_integer() ? json_text(*token) : std::string();
}

std::string uri_of(const Request& request) {
  auto uri = text_at(request.params, "uri");
  return uri.size() <= kLongestUri ? uri : std::string();
}

RpcError invalid(const char* message) {
  return refused(200, -32602, std::string("Invalid params: ") + message);
}

/// `session` may be null: then it is what the request says.
Client client_of(const LegacySession* session, const Request& request,
                 const HttpRequest& http_request) {
  Client client;
  client.era = Era::kLegacy;
  client.progress_token = token_of(request);
  if (session != nullptr) {
    client.revision = session->terms().revision;
    client.capabilities = session->terms().capabilities;
    client.log_level = session->log_level();
    return client;
  }
  const auto revision = http_request.header("MCP-Protocol-Version");
  client.revision = revision && !revision->empty() ? *revision : kFirstRevision;
  return client;
}

/// The notification of a change.
std::string told(Change what, const std::string& uri) {
  const std::string start = R"({"jsonrpc":"2.0","method":"notifications/)";
  if (what == Change::kTools) return start + R"(tools/list_changed"})";
  if (what == Change::kPrompts) return start + R"(prompts/list_changed"})";
  if (what == Change::kResources) return start + R"(resources/list_changed"})";
  return start + R"(resources/updated","params":{"uri":)" + quote(uri) + "}}";
}

}  // namespace

LegacySessions::LegacySessions(const Clock& clock, std::shared_ptr<spdlog::logger> log,
                               MayRead may_read, Limits limits)
    : clock_(clock),
      log_(std::move(log)),
      may_read_(std::move(may_read)),
      limits_(limits),
      budget_(std::make_shared<ReplayBudget>(limits.kept_bytes)),
      streams_(limits.streams),
      next_look_(clock.now() + kLookEvery) {}

std::variant<std::string, RpcError> LegacySessions::begin(const HttpRequest& http_request,
                                                          std::string_view revision,
                                                          const json& capabilities) {
  const auto now = clock_.now();
  auto session = std::make_shared<LegacySession>(
      LegacySession::Terms{random_id(), owner_of(http_request), std::string(revision),
                           known_capabilities(capabilities), now},
      budget_);
  auto gone = take_expired();
  bool added = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return refused(503, -32603, "The server is stopping.");
    added = make_room(session->terms().owner, gone);
    if (added) sessions_.emplace(session->terms().id, session);
  }
  for (const auto& ended : gone) ended->end_all();
  if (added) return session->terms().id;
  return refused(503, -32603, "Too many sessions are at work; end one, or try again later.");
}

/// With the lock held: takes out the sessions that must go so that another one fits; false when
/// all of them are at work.
bool LegacySessions::make_room(const LegacySession::Owner& owner, std::vector<Session>& out) {
  const auto drop_oldest = [&](bool of_owner) {
    auto oldest = sessions_.end();
    for (auto entry = sessions_.begin(); entry != sessions_.end(); ++entry) {
      const auto& session = *entry->second;
      if ((of_owner && session.terms().owner != owner) || session.has_calls()) continue;
      if (oldest == sessions_.end() || session.last_used() < oldest->second->last_used()) {
        oldest = entry;
      }
    }
    if (oldest == sessions_.end()) return false;
    out.push_back(oldest->second);
    sessions_.erase(oldest);
    return true;
  };
  const auto theirs = std::count_if(sessions_.begin(), sessions_.end(), [&](const auto& entry) {
    return entry.second->terms().owner == owner;
  });
  const bool too_many =
      !owner.object_id.empty() && static_cast<std::size_t>(theirs) >= limits_.of_one;
  if (too_many && !drop_oldest(true)) return false;
  return sessions_.size() < limits_.sessions || drop_oldest(false);
}

bool LegacySessions::over(const LegacySession& session, Clock::TimePoint now) const {
  if (now - session.terms().begun >= limits_.age) return true;
  return now - session.last_used() >= limits_.idle && !session.busy();
}

/// Now and then, so that sessions nobody comes back to don't stay.
std::vector<LegacySessions::Session> LegacySessions::take_expired() {
  std::vector<Session> out;
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  if (now < next_look_) return out;
  next_look_ = now + kLookEvery;
  for (auto entry = sessions_.begin(); entry != sessions_.end();) {
    if (over(*entry->second, now)) {
      out.push_back(std::move(entry->second));
      entry = sessions_.erase(entry);
    } else {
      ++entry;
    }
  }
  return out;
}

/// Null also for somebody else's: whether it exists is none of their business.
LegacySessions::Session LegacySessions::known(const HttpRequest& http_request) const {
  const auto id = http_request.header(kSessionHeader);
  if (!id) return nullptr;
  Session session;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(*id);
    if (found == sessions_.end()) return nullptr;
    session = found->second;
  }
  return session->terms().owner == owner_of(http_request) ? session : nullptr;
}

std::variant<std::shared_ptr<LegacySession>, RpcError> LegacySessions::find(
    const HttpRequest& http_request) {
  for (const auto& ended : take_expired()) ended->end_all();
  const auto id = http_request.header(kSessionHeader);
  if (!id || id->empty()) {
    return refused(400, -32600,
                   "Invalid Request: the header Mcp-Session-Id is missing; send initialize first, "
                   "and the id that its answer has with every later request");
  }
  auto session = known(http_request);
  const auto now = clock_.now();
  if (session && over(*session, now)) {
    {
      const std::lock_guard lock(mutex_);
      sessions_.erase(session->terms().id);
    }
    session->end_all();
    session.reset();
  }
  if (!session) return no_session();
  const auto revision = http_request.header("MCP-Protocol-Version");
  if (revision && !revision->empty() && *revision != session->terms().revision) {
    return refused(400, -32600,
                   "Invalid Request: MCP-Protocol-Version must be " + session->terms().revision +
                       ", as this session agreed on");
  }
  session->used(now);
  return session;
}

LegacyCaller caller_of(const std::shared_ptr<LegacySession>& session, const Request& request,
                       const HttpRequest& http_request, std::shared_ptr<spdlog::logger> log) {
  const auto call = session ? session->call(request.id) : std::nullopt;
  LegacyCaller caller;
  caller.client = client_of(session.get(), request, http_request);
  LegacyLink::Parts parts;
  parts.client = caller.client;
  // Most calls of those without a session tell nothing, and need no stream.
  const bool tells = call || !caller.client.progress_token.empty();
  const auto events = tells ? http_request.stream() : nullptr;
  if (call) {
    parts.session = session;
    parts.cancelled = call->cancelled;
    parts.log = std::move(log);
  }
  if (events && call) {
    call->stream->answer_on(events);
    parts.send = [stream = call->stream](std::string_view message) { stream->send(message); };
  } else if (events) {
    parts.send = [events](std::string_view message) { events->send(message); };
  }
  caller.cancelled = [token = parts.cancelled] { return token.cancelled(); };
  caller.link = std::make_shared<LegacyLink>(std::move(parts));
  return caller;
}

std::optional<Reply> LegacySessions::handle(LegacySession& session, const Request& request,
                                            const HttpRequest& http_request) const {
  if (request.method == "logging/setLevel") {
    auto level = text_at(request.params, "level");
    if (log_level_rank(level) < 0) {
      return fail(
          invalid("level must be one of debug, info, notice, warning, error, critical, "
                  "alert and emergency"));
    }
    session.set_log_level(std::move(level));
    return empty_result();
  }
  const bool subscribes = request.method == "resources/subscribe";
  if (!may_read_ || (!subscribes && request.method != "resources/unsubscribe")) {
    return std::nullopt;
  }
  const auto uri = uri_of(request);
  if (uri.empty()) return fail(invalid("uri must be a string of 1 to 2048 bytes"));
  if (!subscribes) {
    session.unsubscribe(uri);
    return empty_result();
  }
  if (!may_read_(http_request, uri)) {
    return fail(
        {200, -32002, "Resource not found", {{"uri", looks_secret(uri) ? "[hidden]" : uri}}});
  }
  if (!session.subscribe(uri)) {
    return fail(refused(200, -32603, "Too many resources are subscribed to; unsubscribe one."));
  }
  return empty_result();
}

Reply LegacySessions::listen(const HttpRequest& http_request) {
  const auto found = find(http_request);
  if (const auto* error = std::get_if<RpcError>(&found)) return fail(*error);
  const auto& session = std::get<Session>(found);
  const auto connection = http_request.stream();
  if (!connection) {
    return fail(refused(406, -32600, "Invalid Request: a GET needs `Accept: text/event-stream`"));
  }
  auto place = streams_.take();
  if (!place) return fail(refused(503, -32603, "Too many streams are open; try again later."));
  const auto last = http_request.header("Last-Event-ID");
  Reply reply;
  std::shared_ptr<LegacyStream> stream;
  if (last && !last->empty()) {
    auto resumed = session->resume(connection, *last);
    if (!resumed.known) {
      return fail(
          refused(400, -32600, "Invalid Request: nothing is kept that follows this Last-Event-ID"));
    }
    stream = std::move(resumed.stream);
  } else {
    stream = session->listen(connection);
  }
  if (!stream) return reply;
  // The stream holds the connection, so not the other way round too.
  connection->on_end([place = std::make_shared<Slots::Slot>(std::move(*place)),
                      kept = std::weak_ptr(stream), gone = connection.get()]() mutable {
    place.reset();
    if (const auto there = kept.lock()) there->lost(gone);
  });
  signed_in_.add(connection, http_request.signed_in_until);
  reply.streaming = true;
  return reply;
}

std::optional<RpcError> LegacySessions::end(const HttpRequest& http_request) {
  const auto found = find(http_request);
  if (const auto* error = std::get_if<RpcError>(&found)) return *error;
  const auto& session = std::get<Session>(found);
  {
    const std::lock_guard lock(mutex_);
    sessions_.erase(session->terms().id);
  }
  session->end_all();
  return std::nullopt;
}

std::vector<LegacySessions::Session> LegacySessions::all() const {
  std::vector<Session> out;
  const std::lock_guard lock(mutex_);
  out.reserve(sessions_.size());
  for (const auto& [id, session] : sessions_) out.push_back(session);
  return out;
}

void LegacySessions::changed(Change what, const std::string& uri) {
  const std::string message = told(what, uri);
  for (const auto& session : all()) {
    if (what != Change::kResource || session->subscribed(uri)) session->tell(message);
  }
}

void LegacySessions::close_all() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  for (const auto& session : all()) session->stop_listening();
}

std::size_t LegacySessions::open() const {
  const std::lock_guard lock(mutex_);
  return sessions_.size();
}

}  // namespace adomcp::mcp
