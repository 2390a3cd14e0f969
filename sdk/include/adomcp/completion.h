/* adomcp/completion.h - completes what people type as an argument of a prompt or of a resource template. */
#ifndef ADOMCP_COMPLETION_H
#define ADOMCP_COMPLETION_H
#include <adomcp/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif
/* NOLINTBEGIN(modernize-use-using): this is C. */

#define ADOMCP_COMPLETION "adomcp.completion/1" /* for adomcp_host.service */

typedef struct adomcp_completer {
  uint32_t struct_size;
  uint32_t reserved;
  adomcp_str prompt;       /* either the name of a prompt of this plugin */
  adomcp_str uri_template; /* or a template of this plugin */
  /* [thread-safe] request_json: {"argument":{"name":"x","value":"ma"},"context":{"y":"z"}}. `context` has
   * the arguments that are known already, and may be missing. reply() with structured_json
   * {"values":["main","master"],"total":2,"hasMore":false}: at most 100 values, the rest of it may be
   * missing. */
  adomcp_status (*complete)(void *self, adomcp_call *, adomcp_str request_json);
} adomcp_completer;

typedef struct adomcp_completion {
  uint32_t struct_size;
  /* [in start(), on its thread] after the prompt or template, one for each. The descriptor and its
   * words live until stop(), or until a start() that fails returns. INVALID_ARGUMENT: the host's log
   * says what is wrong with it. */
  adomcp_status (*add)(const adomcp_completer *);
} adomcp_completion;

/* NOLINTEND(modernize-use-using) */
#ifdef __cplusplus
}
#endif
#endif
