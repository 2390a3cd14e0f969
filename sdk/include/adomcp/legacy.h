/* adomcp/legacy.h - what MCP 2026-07-28 calls Deprecated. For old clients; promised to nobody, and may go. */
#ifndef ADOMCP_LEGACY_H
#define ADOMCP_LEGACY_H
#include <adomcp/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif
/* NOLINTBEGIN(modernize-use-using): this is C. */

#define ADOMCP_LEGACY "adomcp.legacy/1" /* for adomcp_host.service */

typedef struct adomcp_legacy {
  uint32_t struct_size;
  /* [call-thread] sampling/createMessage with these params; *result_json is its result. `key`
   * and statuses as of elicit() in input.h; INPUT_REQUIRED ends the round there too. */
  adomcp_status (*sample)(adomcp_call *, adomcp_str key, adomcp_str params_json,
                          adomcp_str *result_json);
  /* [call-thread] roots/list; *result_json is its result. Statuses as of elicit(). */
  adomcp_status (*roots)(adomcp_call *, adomcp_str key, adomcp_str *result_json);
  /* [thread-safe] notifications/message, to clients that asked for this level. level: as syslog has
   * them, "debug" to "emergency"; data_json: any JSON value. */
  void (*log)(adomcp_call *, adomcp_str level, adomcp_str logger, adomcp_str data_json);
} adomcp_legacy;

/* NOLINTEND(modernize-use-using) */
#ifdef __cplusplus
}
#endif
#endif
