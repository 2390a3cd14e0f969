// adomcp/resources.hpp - resources: what clients read by a URI, one each or many by a template.
//
//   adomcp::Contents log_of(adomcp::Call& call, const adomcp::ResourceRequest& wanted) {
//     const auto answer = call.send({"build/builds/" + wanted.argument("id") + "/logs"});
//     if (!answer.ok()) throw adomcp::ToolError(answer.error, answer.status);
//     return adomcp::text_contents(wanted.uri, "text/plain", answer.body);
//   }
//   start.add(adomcp::resource_template<log_of>("build://{id}/log", "log", "Log", "A run's log.",
//                                            "text/plain"));
//
// A handler may ask, use Azure DevOps and throw ToolError as a tool's handler does;
// ADOMCP_NOT_FOUND says that there is no such resource.
#pragma once

#include <adomcp/resources.h>
#include <adomcp/plugin.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace adomcp {

/// What a client wants to read.
struct ResourceRequest {
  std::string uri;
  Json arguments = Json::object();  ///< of a template: what stands for each {name}

  std::string argument(const char* name) const { return arguments.value(name, std::string()); }
};

/// What a resource holds; mostly one piece.
struct Contents {
  Json pieces = Json::array();

  Contents& add(const Contents& more) {
    pieces.insert(pieces.end(), more.pieces.begin(), more.pieces.end());
    return *this;
  }
};

inline Contents text_contents(std::string_view uri, std::string_view mime_type,
                              std::string_view text) {
  Contents contents;
  contents.pieces.push_back({{"uri", uri}, {"mimeType", mime_type}, {"text", text}});
  return contents;
}
inline Contents blob_contents(std::string_view uri, std::string_view mime_type, Base64 blob) {
  Contents contents;
  contents.pieces.push_back(
      {{"uri", uri}, {"mimeType", mime_type}, {"blob", std::move(blob.text)}});
  return contents;
}
inline Contents blob_contents(std::string_view uri, std::string_view mime_type,
                              std::string_view bytes) {
  return blob_contents(uri, mime_type, base64(bytes));
}

namespace detail {

template <auto Handler>
adomcp_status read_resource(void*, adomcp_call* handle, adomcp_str request) noexcept {
  return enter(handle, request, [](Call& call) -> Json {
    const ResourceRequest asked{call.text("uri"), call.args.value("arguments", Json::object())};
    Contents contents = Handler(call, asked);
    return {{"contents", std::move(contents.pieces)}};
  });
}

}  // namespace detail

/// One resource with a URI of its own, for Start::add().
template <auto Handler>
adomcp_resource resource(std::string_view uri, std::string_view name, std::string_view title,
                         std::string_view description, std::string_view mime_type) {
  return {sizeof(adomcp_resource),
          0,
          str(uri),
          {},
          str(name),
          str(title),
          str(description),
          str(mime_type),
          detail::read_resource<Handler>,
          {},
          {}};
}

/// Many resources, for Start::add(): each {name} stands for one segment of the URI's path.
template <auto Handler>
adomcp_resource resource_template(std::string_view uri_template, std::string_view name,
                                  std::string_view title, std::string_view description,
                                  std::string_view mime_type) {
  return {sizeof(adomcp_resource),
          0,
          {},
          str(uri_template),
          str(name),
          str(title),
          str(description),
          str(mime_type),
          detail::read_resource<Handler>,
          {},
          {}};
}

/// As of tools, see plugin.hpp.
inline adomcp_resource with_meta(adomcp_resource resource, std::string_view meta_json) {
  resource.meta_json = str(meta_json);
  return resource;
}
inline adomcp_resource with_icons(adomcp_resource resource, std::string_view icons_json) {
  resource.icons_json = str(icons_json);
  return resource;
}

}  // namespace adomcp
