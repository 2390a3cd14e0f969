/* adomcp/input.h - asks the person behind the client in the middle of a call.
 *
 * One plugin serves both kinds of clients: where the client keeps a connection open, elicit() waits
 * for the answer; where it doesn't, the call ends with INPUT_REQUIRED and comes again, from the top
 * and with the same arguments, once there are answers. So do nothing that can't be done twice before
 * the last question is answered. Of a round that ends so, what it gave to content() is dropped; what
 * it gave to note() and progress() isn't taken back. */
#ifndef ADOMCP_INPUT_H
#define ADOMCP_INPUT_H
#include <adomcp/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif
/* NOLINTBEGIN(modernize-use-using): this is C. */

#define ADOMCP_INPUT "adomcp.input/1" /* for adomcp_host.service */

typedef struct adomcp_input {
  uint32_t struct_size;
  /* [call-thread] `key`: 1 to 64 of a-z, 0-9 and '_'; it names this question in each round and no
   * other. requested_schema: a flat object schema with `properties`, as MCP's elicitation has it.
   * *answer_json is written with OK alone, and lives until call() returns.
   * OK: *answer_json is {"action":"accept|decline|cancel","content":{...}}; content is there with
   * accept alone, and fits the schema.
   * INPUT_REQUIRED: asked. Ask what else is needed, then return this status without a reply().
   * UNSUPPORTED: this client can't ask. Go on without, or return this status to say that you can't.
   * INVALID_ARGUMENT: of key or schema. CANCELLED, DEADLINE: as interrupted(). */
  adomcp_status (*elicit)(adomcp_call *, adomcp_str key, adomcp_str message,
                          adomcp_str requested_schema, adomcp_str *answer_json);
  /* [call-thread] with INPUT_REQUIRED: up to 8 KiB that the next round finds again. It is sealed:
   * the client can neither read nor change it. The last one counts, for the next round alone.
   * INVALID_ARGUMENT: it is larger. */
  adomcp_status (*keep)(adomcp_call *, adomcp_str state);
  /* [call-thread] what the round before kept; empty in the first one. It lives until call() returns. */
  adomcp_str (*kept)(adomcp_call *);
} adomcp_input;

/* NOLINTEND(modernize-use-using) */
#ifdef __cplusplus
}
#endif
#endif
