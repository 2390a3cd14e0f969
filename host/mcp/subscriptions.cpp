#include "mcp/subscriptions.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <variant>

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr char kFilterKey[] = "notifications";
constexpr char kToolsKey[] = "toolsListChanged";

/// With the subscription's id as it came: its type and its digits are the client's.
std::string meta(const std::string& id) {
  return R"("_meta":{"io.modelcontextprotocol/subscriptionId":)" + id + "}";
}

std::string notification(const char* method, const std::string& id, const std::string& more = {}) {
  return R"({"jsonrpc":"2.0","method":")" + std::string(method) + R"(","params":{)" + meta(id) +
         more + "}}";
}

RpcError invalid(const char* message) {
  return {200, -32602, std::string("Invalid params: ") + message, nullptr};
}

/// Which of the filter's fields is on; an Error when it is no boolean.
std::variant<bool, RpcError> wanted(const json& filter, const char* field) {
  const auto found = filter.find(field);
  if (found == filter.end()) return false;
  if (!found->is_boolean()) return invalid("each field of notifications must be true or false");
  return found->get<bool>();
}

}  // namespace

struct Subscriptions::Listener {
  std::string id;  // JSON text
  std::string person;
  bool tools = false;
  std::shared_ptr<EventStream> stream;
  std::mutex sending;  // so that the acknowledgement is first, and nothing follows the result

  bool send(const std::string& message) { return stream->send(message); }
};

Reply Subscriptions::listen(const Request& request, const Exchange& exchange) {
  const auto filter =
      request.params.is_object() ? request.params.find(kFilterKey) : request.params.end();
  if (filter == request.params.end() || !filter->is_object()) {
    return {{}, invalid("notifications must be an object that says what to tell")};
  }
  const auto tools = wanted(*filter, kToolsKey);
  if (const auto* error = std::get_if<RpcError>(&tools)) return {{}, *error};
  auto listener = std::make_shared<Listener>();
  listener->id = request.id;
  listener->person = exchange.principal.object_id;
  listener->tools = std::get<bool>(tools);
  listener->stream = exchange.stream();
  if (!listener->stream) return {{}, invalid("a stream needs `Accept: text/event-stream`")};

  const std::lock_guard sending(listener->sending);
  std::uint64_t place = 0;
  {
    const std::lock_guard lock(mutex_);
    if (auto error = refuse_another(listener->person)) return {{}, *error};
    place = next_++;
    listeners_.emplace(place, listener);
  }
  const char* honoured =
      listener->tools ? R"(,"notifications":{"toolsListChanged":true})" : R"(,"notifications":{})";
  listener->send(notification("notifications/subscriptions/acknowledged", listener->id, honoured));
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
  if (!too_many && listeners_.size() < most_) return std::nullopt;
  return RpcError{200, -32603, "Too many streams are open; close one, or try again later.",
                  nullptr};
}

std::vector<std::shared_ptr<Subscriptions::Listener>> Subscriptions::all() const {
  std::vector<std::shared_ptr<Listener>> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [place, listener] : listeners_) out.push_back(listener);
  return out;
}

void Subscriptions::changed(Change what) {
  for (const auto& listener : all()) {
    if (what != Change::kTools || !listener->tools) continue;
    const std::lock_guard sending(listener->sending);
    listener->send(notification("notifications/tools/list_changed", listener->id));
  }
}

void Subscriptions::close_all() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  for (const auto& listener : all()) {
    const std::lock_guard sending(listener->sending);
    listener->send(
        notification("notifications/cancelled", listener->id,
                     R"(,"requestId":)" + listener->id + R"(,"reason":"the server is stopping")"));
    listener->send(R"({"jsonrpc":"2.0","id":)" + listener->id +
                   R"(,"result":{"resultType":"complete",)" + meta(listener->id) + "}}");
    listener->stream->close();
  }
}

std::size_t Subscriptions::open() const {
  const std::lock_guard lock(mutex_);
  return listeners_.size();
}

}  // namespace adomcp::mcp
