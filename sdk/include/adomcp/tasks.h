/* adomcp/tasks.h - calls that go on after their answer: MCP's extension io.modelcontextprotocol/tasks. */
#ifndef ADOMCP_TASKS_H
#define ADOMCP_TASKS_H
#include <adomcp/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif
/* NOLINTBEGIN(modernize-use-using): this is C. */

#define ADOMCP_TASKS "adomcp.tasks/1" /* for adomcp_host.service */

typedef struct adomcp_tasks {
  uint32_t struct_size;
  /* [in start(), on its thread] this tool's calls may become tasks. INVALID_ARGUMENT: the plugin has
   * no such tool. */
  adomcp_status (*allow)(adomcp_str tool);
  /* [call-thread] From here on the call is a task: its client has the task's id as an answer and
   * comes back for the result. Only the one who made it may. ttl_ms: for how long it may run and
   * is kept, at most a day; that is its deadline from now on. poll_ms: how often to ask.
   * progress()'s messages become the task's status; elicit() waits for its answer.
   * What was asked before begin() may be asked again, and is then shown at once.
   * OK: once in a call. INVALID_ARGUMENT: a time that is 0, negative or too long, or a second one.
   * UNSUPPORTED: this client takes no tasks. Go on within the call's deadline, or return this
   * status to say that it takes a task. */
  adomcp_status (*begin)(adomcp_call *, int64_t ttl_ms, int64_t poll_ms);
} adomcp_tasks;

/* NOLINTEND(modernize-use-using) */
#ifdef __cplusplus
}
#endif
#endif
