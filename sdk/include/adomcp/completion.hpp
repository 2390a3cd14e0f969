// adomcp/completion.hpp - completes what people type as an argument of a prompt or of a template.
//
//   adomcp::Completion branches(adomcp::Call& call, const adomcp::CompletionRequest& typed) {
//     if (typed.argument != "branch") return {};
//     return adomcp::completion(branches_that_begin_with(call, typed.value));
//   }
//   start.add(adomcp::prompt_completer<branches>("greet"));
#pragma once

#include <adomcp/completion.h>
#include <adomcp/plugin.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adomcp {

/// What has been typed so far.
struct CompletionRequest {
  std::string argument;
  std::string value;
  Json context = Json::object();  ///< the other arguments that are known already, each a text
};

struct Completion {
  std::vector<std::string> values = {};              ///< at most 100
  std::optional<std::int64_t> total = std::nullopt;  ///< of all there are, when known
  bool has_more = false;
};

/// All there are: cut to as many as may be shown, and counted.
inline Completion completion(std::vector<std::string> all) {
  constexpr std::size_t kMax = 100;
  const auto total = static_cast<std::int64_t>(all.size());
  const bool has_more = all.size() > kMax;
  if (has_more) all.resize(kMax);
  return {std::move(all), total, has_more};
}

namespace detail {

inline Json to_json(Completion completion) {
  Json out = {{"values", std::move(completion.values)}, {"hasMore", completion.has_more}};
  if (completion.total) out["total"] = *completion.total;
  return out;
}

template <auto Handler>
adomcp_status complete(void*, adomcp_call* handle, adomcp_str request) noexcept {
  return enter(handle, request, [](Call& call) -> Json {
    const Json& argument = call.args.at("argument");
    const CompletionRequest typed{argument.at("name").get<std::string>(),
                                  argument.at("value").get<std::string>(),
                                  call.args.value("context", Json::object())};
    return to_json(Handler(call, typed));
  });
}

}  // namespace detail

/// For Start::add(), after the prompt.
template <auto Handler>
adomcp_completer prompt_completer(std::string_view prompt) {
  return {sizeof(adomcp_completer), 0, str(prompt), {}, detail::complete<Handler>};
}

/// For Start::add(), after the template.
template <auto Handler>
adomcp_completer template_completer(std::string_view uri_template) {
  return {sizeof(adomcp_completer), 0, {}, str(uri_template), detail::complete<Handler>};
}

}  // namespace adomcp
