/* adomcp/resources.h - resources and resource templates that a plugin offers. Declared in start(), served
 * where the YAML lists them. */
#ifndef ADOMCP_RESOURCES_H
#define ADOMCP_RESOURCES_H
#include <adomcp/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif
/* NOLINTBEGIN(modernize-use-using): this is C. */

#define ADOMCP_RESOURCES "adomcp.resources/1" /* for adomcp_host.service */

typedef struct adomcp_resource {
  uint32_t struct_size;
  uint32_t reserved;
  adomcp_str uri;          /* either this, "build://latest" */
  adomcp_str uri_template; /* or this, "build://{id}/log": each {name} stands for one path segment,
                            * of one character or more, and comes percent-decoded */
  adomcp_str name, title, description, mime_type;
  /* [thread-safe] request_json: {"uri":"build://7/log","arguments":{"id":"7"}}. reply() with
   * structured_json {"contents":[{"uri":"..","mimeType":"..","text":".."}]}, or "blob" with base64.
   * NOT_FOUND: there is no such resource. May ask, as a tool may (input.h). */
  adomcp_status (*read)(void *self, adomcp_call *, adomcp_str request_json);
  adomcp_str meta_json, icons_json; /* since ABI 0.3: as of adomcp_tool, see plugin.h */
} adomcp_resource;

typedef struct adomcp_resources {
  uint32_t struct_size;
  /* [in start(), on its thread] the descriptor and its words live until stop(), or until a start()
   * that fails returns. INVALID_ARGUMENT: the host's log says what is wrong with it. */
  adomcp_status (*add)(const adomcp_resource *);
} adomcp_resources;

/* NOLINTEND(modernize-use-using) */
#ifdef __cplusplus
}
#endif
#endif
