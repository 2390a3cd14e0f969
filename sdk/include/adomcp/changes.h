/* adomcp/changes.h - tells those who listen that something of this plugin has changed. */
#ifndef ADOMCP_CHANGES_H
#define ADOMCP_CHANGES_H
#include <adomcp/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif
/* NOLINTBEGIN(modernize-use-using): this is C. */

#define ADOMCP_CHANGES "adomcp.changes/1" /* for adomcp_host.service */

enum { ADOMCP_CHANGED_TOOLS = 1, ADOMCP_CHANGED_PROMPTS = 2, ADOMCP_CHANGED_RESOURCES = 3,
       ADOMCP_CHANGED_RESOURCE = 4 /* the contents of the one with this uri */ };

typedef struct adomcp_changes {
  uint32_t struct_size;
  /* [thread-safe] Told soon; several of the same at once may become one. uri: with
   * ADOMCP_CHANGED_RESOURCE alone. */
  void (*changed)(int32_t what, adomcp_str uri);
} adomcp_changes;

/* NOLINTEND(modernize-use-using) */
#ifdef __cplusplus
}
#endif
#endif
