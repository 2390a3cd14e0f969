/* adomcp/prompts.h - prompts that a plugin offers. Declared in start(), served where the YAML lists them. */
#ifndef ADOMCP_PROMPTS_H
#define ADOMCP_PROMPTS_H
#include <adomcp/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif
/* NOLINTBEGIN(modernize-use-using): this is C. */

#define ADOMCP_PROMPTS "adomcp.prompts/1" /* for adomcp_host.service */

typedef struct adomcp_prompt {
  uint32_t struct_size;
  uint32_t reserved;
  adomcp_str name, title, description;
  adomcp_str arguments_json; /* [{"name":"x","title":"..","description":"..","required":true}], or empty */
  /* [thread-safe] arguments_json: an object of strings, those required among them. reply() with
   * structured_json {"description":"..","messages":[{"role":"user","content":{..}}]}. May ask, as a
   * tool may (input.h). */
  adomcp_status (*get)(void *self, adomcp_call *, adomcp_str arguments_json);
} adomcp_prompt;

typedef struct adomcp_prompts {
  uint32_t struct_size;
  /* [in start(), on its thread] the descriptor and its words live until stop(), or until a start()
   * that fails returns. INVALID_ARGUMENT: the host's log says what is wrong with it. */
  adomcp_status (*add)(const adomcp_prompt *);
} adomcp_prompts;

/* NOLINTEND(modernize-use-using) */
#ifdef __cplusplus
}
#endif
#endif
