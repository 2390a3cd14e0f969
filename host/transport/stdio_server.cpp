#include "transport/stdio_server.h"

#include <exception>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "core/json.h"
#include "core/text.h"
#include "observe/logging.h"

namespace adomcp::transport {
namespace {

constexpr std::string_view kSessionHeader = "Mcp-Session-Id";
constexpr const char* kSessionStream = "session";  // no id as JSON text
constexpr int kInvalidRequest = -32600;
constexpr int kInternal = -32603;

std::string error_line(const std::string& id, int code, const std::string& message) {
  return R"({"jsonrpc":"2.0")" + (id.empty() ? "" : R"(,"id":)" + id) + R"(,"error":{"code":)" +
         std::to_string(code) + R"(,"message":)" + quote(message) + "}}";
}

/// The first character that says something; 0 of an empty line.
char first_of(const std::string& line) {
  const auto at = line.find_first_not_of(" \t\r");
  return at == std::string::npos ? '\0' : line[at];
}

/// The id of the request that a cancellation is about, as JSON text; empty when it names none.
std::string cancelled_id(const mcp::Request& request) {
  if (!request.params.is_object()) return {};
  const auto found = request.params.find("requestId");
  if (found == request.params.end()) return {};
  return found->is_string() || found->is_number_integer() ? json_text(*found) : std::string();
}

}  // namespace

StdioServer::StdioServer(Parts parts)
    : parts_(std::move(parts)),
      writer_(std::make_shared<LineWriter>(parts_.out, [stop = stop_] { stop->set(); })) {}

void StdioServer::stop() const noexcept {
  stop_->set();
  writer_->end_by(Deadline::after(parts_.drain));  // the reading thread may be writing
}

StdioServer::End StdioServer::run() {
  std::vector<std::jthread> threads;
  threads.reserve(kAtOnce);
  for (unsigned i = 0; i < kAtOnce; ++i) threads.emplace_back([this] { work(); });
  LineReader reader(parts_.in, *stop_, parts_.line_limit);
  std::string line;
  for (;;) {
    const auto got = reader.next(line);
    if (got == LineReader::Got::kEnd) break;
    if (got == LineReader::Got::kTooLong) {
      say({}, kInvalidRequest,
          "Invalid Request: the line is over " + std::to_string(parts_.line_limit) +
              " bytes; raise server.limits.body");
    } else if (first_of(line) != '\0') {
      take(std::exchange(line, {}));
    }
  }
  finish();
  threads.clear();
  return signed_out_ ? End::kSignedOut : End::kOver;
}

void StdioServer::take(std::string line) {
  const auto parsed = parse_message(line);
  if (const auto* malformed = std::get_if<Malformed>(&parsed)) {
    if (first_of(line) == '[') {
      // Whether batches are taken is for the handler to say; their members' ids are not looked at.
      Message batch;
      batch.id = "batch " + std::to_string(++batches_);
      return queue(std::move(line), batch);
    }
    return say(malformed->id, malformed->code, malformed->message);
  }
  const auto& message = std::get<Message>(parsed);
  if (message.kind == Message::Kind::kRequest) return queue(std::move(line), message);
  note(std::move(line), message);
}

void StdioServer::queue(std::string line, const Message& message) {
  Job job;
  job.request = requests_->open(message.id, writer_);
  if (!job.request) {
    return say(message.id, kInvalidRequest,
               "Invalid Request: a request with this id is still under way");
  }
  job.deadline = Deadline::after(parts_.request_timeout);
  job.id = message.request.id;
  job.begins_session = message.request.method == "initialize";
  {
    const std::lock_guard lock(mutex_);
    const bool fits = waiting_.empty() || waiting_bytes_ + line.size() <= parts_.most_waiting_bytes;
    if (fits && waiting_.size() < kMostWaiting) {
      waiting_bytes_ += line.size();
      job.line = std::move(line);
      waiting_.push_back(std::move(job));
      wanted_.notify_one();
      return;
    }
  }
  job.request->answer(error_line(message.request.id, kInternal,
                                 "Too many requests are waiting; send more after some answers."));
}

/// A notification or an answer to a question of ours: nothing is answered. Not given to another
/// thread, since all of those may wait for just this.
void StdioServer::note(std::string line, const Message& message) {
  guarded("a message that asks for nothing", [&] { hand_on(std::move(line), message); });
}

void StdioServer::hand_on(std::string line, const Message& message) {
  auto found = parts_.caller();
  if (!has_caller(found)) return;
  const auto& request = message.request;
  if (request.notification && request.method == "notifications/cancelled") {
    requests_->cancel(cancelled_id(request));
  }
  parts_.handler(http_request(std::move(line), std::get<Caller>(std::move(found)),
                              Deadline::after(parts_.request_timeout)));
}

void StdioServer::work() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wanted_.wait(lock, [this] { return over_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      job = std::move(waiting_.front());
      waiting_.pop_front();
      waiting_bytes_ -= job.line.size();
    }
    if (!job.request->ended()) serve(std::move(job));
  }
}

void StdioServer::serve(Job job) {
  const auto request = job.request;
  const auto id = job.id;
  const bool served = guarded("a request", [&] {
    auto found = parts_.caller();
    if (has_caller(found)) return answer(std::move(job), std::get<Caller>(std::move(found)));
    request->answer(error_line(id, kInternal, std::get<SignInRefusal>(found).message));
  });
  if (!served) request->answer(error_line(id, kInternal, "Internal error"));
}

/// False when it threw, which is logged.
bool StdioServer::guarded(const char* what, const std::function<void()>& work) const {
  std::string problem = "something that is no std::exception";
  try {
    work();
    return true;
  } catch (const std::exception& thrown) {
    problem = thrown.what();
  } catch (...) {  // NOLINT(bugprone-empty-catch): said below
  }
  if (parts_.log) parts_.log->error("stdio: {} failed inside the host: {}", what, problem);
  return false;
}

void StdioServer::answer(Job job, Caller caller) {
  const auto& request = job.request;
  auto asked = http_request(std::move(job.line), std::move(caller), job.deadline);
  asked.client_gone = [request] { return request->cancelled(); };
  asked.stream = [request] { return request; };
  const auto answer = parts_.handler(asked);
  bool session = false;
  for (const auto& [name, value] : answer.headers) {
    if (!job.begins_session || !iequals(name, kSessionHeader)) continue;
    session = true;
    const std::lock_guard lock(mutex_);
    session_ = value;
  }
  if (!answer.streaming) request->answer(answer.body);
  if (!session) return;
  Caller same{std::move(asked.principal), {}, asked.signed_in_until};
  listen_for_session(http_request({}, std::move(same), job.deadline));
}

/// What over HTTP a legacy client asks for by GET: a stream for what answers no request.
void StdioServer::listen_for_session(HttpRequest http_request) {
  requests_->cancel(kSessionStream);
  auto stream = requests_->open(kSessionStream, writer_);
  if (!stream) return;
  http_request.method = HttpMethod::kGet;
  http_request.stream = [stream] { return stream; };
  http_request.client_gone = [stream] { return stream->ended(); };
  if (!parts_.handler(http_request).streaming) stream->close();
}

/// The process is the session of a legacy client: its id never leaves, and comes with everything.
HttpRequest StdioServer::http_request(std::string line, Caller caller, Deadline deadline) const {
  HttpRequest out;
  out.has_headers = false;
  out.header = [session = session()](std::string_view name) -> std::optional<std::string> {
    if (session.empty() || !iequals(name, kSessionHeader)) return std::nullopt;
    return session;
  };
  out.body = std::move(line);
  out.principal = std::move(caller.principal);
  out.user_token = std::move(caller.token);
  out.signed_in_until = caller.signed_in_until;
  out.deadline = deadline;
  return out;
}

std::string StdioServer::session() const {
  const std::lock_guard lock(mutex_);
  return session_;
}

/// False when it is nobody; the conversation then ends, unless that may pass.
bool StdioServer::has_caller(const std::variant<Caller, SignInRefusal>& found) {
  const auto* refusal = std::get_if<SignInRefusal>(&found);
  if (refusal == nullptr) return true;
  constexpr int kForNow = 503;
  if (refusal->status != kForNow) {
    signed_out_ = true;
    stop();
  }
  return false;
}

void StdioServer::say(const std::string& id, int code, const std::string& message) const {
  writer_->send(error_line(id, code, message));
}

void StdioServer::finish() {
  const auto end = Deadline::after(parts_.drain);
  writer_->end_by(end);  // unless stop() said sooner
  requests_->cancel(kSessionStream);
  guarded("the end", parts_.ending);
  requests_->wait_until_none(end);
  requests_->cancel_all();
  const std::lock_guard lock(mutex_);
  over_ = true;
  wanted_.notify_all();
}

}  // namespace adomcp::transport
