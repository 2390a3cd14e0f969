#include "mcp/subscriptions/subscriptions.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <variant>

#include "core/json.h"

namespace adomcp::mcp {
namespace {

/// With the subscription's id as it came: its type and its digits are the client's.
std::string meta(const std::string& id) {
  return R"("_meta":{"io.modelcontextprotocol/subscriptionId":)" + id + "}";
}

std::string notification(const char* method, const std::string& id, const std::string& more = {}) {
  return R"({"jsonrpc":"2.0","method":")" + std::string(method) + R"(","params":{)" + meta(id) +
         more + "}}";
}

std::string change_notification(Change what, const std::string& uri, const std::string& id) {
  switch (what) {
    case Change::kTools:
      return notification("notifications/tools/list_changed", id);
    case Change::kPrompts:
      return notification("notifications/prompts/list_changed", id);
    case Change::kResources:
      return notification("notifications/resources/list_changed", id);
    case Change::kResource:
      break;
  }
  return notification("notifications/resources/updated", id, R"(,"uri":)" + quote(uri));
}

}  // namespace

struct Subscriptions::Listener {
  std::string id;  // JSON text
  std::string person;
  SubscriptionFilter filter;
  MayRead may_read;
  Time since;
  Clock::TimePoint signed_in_until;
  std::shared_ptr<EventStream> stream;
  std::mutex sending;  // so that the acknowledgement is first, and nothing follows the result

  void send(const std::string& message) { stream->send(message); }
  bool may_hear_of(Change what, const std::string& uri) const {
    return what != Change::kResource || !may_read || may_read(uri);
  }
  void end(const char* reason) {
    const std::lock_guard lock(sending);
    send(notification("notifications/cancelled", id,
                      R"(,"requestId":)" + id + R"(,"reason":)" + quote(reason)));
    send(R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{"resultType":"complete",)" + meta(id) +
         "}}");
    stream->close();
  }
};

Reply Subscriptions::listen(const Request& request, const HttpRequest& http_request,
                            MayRead may_read) {
  auto wanted = SubscriptionFilter::read(request.params);
  if (const auto* error = std::get_if<RpcError>(&wanted)) return {{}, *error};
  auto listener = std::make_shared<Listener>();
  listener->id = request.id;
  listener->person = http_request.principal.object_id;
  listener->filter = std::get<SubscriptionFilter>(std::move(wanted));
  listener->may_read = std::move(may_read);
  std::erase_if(listener->filter.uris, [&](const std::string& uri) {
    return !listener->may_hear_of(Change::kResource, uri);
  });
  listener->since = now_();
  listener->signed_in_until = http_request.signed_in_until;
  listener->stream = http_request.stream();
  if (!listener->stream) {
    return {{},
            RpcError{200, -32602, "Invalid params: a stream needs `Accept: text/event-stream`",
                     nullptr}};
  }

  const std::lock_guard sending(listener->sending);
  std::uint64_t place = 0;
  {
    const std::lock_guard lock(mutex_);
    if (auto error = refuse_another(listener->person)) return {{}, *error};
    place = next_++;
    listeners_.emplace(place, listener);
  }
  listener->send(notification("notifications/subscriptions/acknowledged", listener->id,
                              R"(,"notifications":)" + json_text(listener->filter.to_json())));
  listener->stream->on_end([this, place] {
    const std::lock_guard lock(mutex_);
    listeners_.erase(place);
  });
  Reply reply;
  reply.streaming = true;
  return reply;
}

std::optional<RpcError> Subscriptions::refuse_another(const std::string& person) const {
  if (closed_) return RpcError{200, -32603, "The server is stopping.", nullptr};
  const auto theirs = std::count_if(listeners_.begin(), listeners_.end(), [&](const auto& entry) {
    return entry.second->person == person;
  });
  const bool too_many = !person.empty() && theirs >= static_cast<std::ptrdiff_t>(kMostOfOnePerson);
  if (!too_many && listeners_.size() < limits_.streams) return std::nullopt;
  return RpcError{200, -32603, "Too many streams are open; close one, or try again later.",
                  nullptr};
}

std::vector<std::shared_ptr<Subscriptions::Listener>> Subscriptions::all() const {
  std::vector<std::shared_ptr<Listener>> out;
  const std::lock_guard lock(mutex_);
  out.reserve(listeners_.size());
  for (const auto& [place, listener] : listeners_) out.push_back(listener);
  return out;
}

void Subscriptions::changed(Change what, const std::string& uri) {
  for (const auto& listener : all()) {
    if (!listener->filter.wants(what, uri) || !listener->may_hear_of(what, uri)) continue;
    const std::lock_guard sending(listener->sending);
    listener->send(change_notification(what, uri, listener->id));
  }
}

void Subscriptions::end_aged() {
  if (limits_.age.count() == 0) return;
  const auto now = now_();
  for (const auto& listener : all()) {
    if (now - listener->since < limits_.age) continue;
    listener->end("the stream is as old as server.limits.stream_age allows; open another one");
  }
}

void Subscriptions::end_signed_out(Clock::TimePoint now) {
  for (const auto& listener : all()) {
    if (now < listener->signed_in_until) continue;
    listener->end("the access token that opened the stream is over; open another one");
  }
}

void Subscriptions::close_all() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  for (const auto& listener : all()) listener->end("the server is stopping");
}

std::size_t Subscriptions::open() const {
  const std::lock_guard lock(mutex_);
  return listeners_.size();
}

}  // namespace adomcp::mcp
