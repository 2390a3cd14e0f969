/* adomcp/plugin.h - the whole contract between host and plugin. C11, no dependency.
 *
 * Memory:  nothing is freed across this line. Every adomcp_str is borrowed.
 *          host -> plugin data lives until call() returns (one arena per call);
 *          plugin -> host data is copied before the host function returns;
 *          descriptors live from load to unload.
 * Threads: [thread-safe] any thread, concurrently. [call-thread] only the thread that
 *          entered call(). start/stop are never concurrent with anything in the plugin.
 * Errors:  no C++ exception may cross a function declared here.
 * Growth:  fields are only ever appended; read one only if struct_size covers it.
 * Trust:   a plugin is trusted code; it must leave process state alone (signals, locale, cwd,
 *          environment, umask, floating point mode) and has no thread running when stop() returns.
 *          The host refuses one that it sees changing state at load or in start(), and never unloads
 *          one that leaves a thread of start() behind. Standard output is the host's own. */
#ifndef ADOMCP_PLUGIN_H
#define ADOMCP_PLUGIN_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#define ADOMCP_ABI_MAJOR 0 /* differs: refused. Also part of the exported symbol's name. */
#define ADOMCP_ABI_MINOR 3 /* grows with every appended field */
/* The oldest minor that a plugin can live with, a plain number; define a smaller one before the
 * include, and look with ADOMCP_HAS before using what is newer. */
#ifndef ADOMCP_NEEDS_MINOR
#define ADOMCP_NEEDS_MINOR ADOMCP_ABI_MINOR
#endif
#define ADOMCP_HAS(p, field) \
  ((p)->struct_size >= offsetof(__typeof__(*(p)), field) + sizeof((p)->field))

/* NOLINTBEGIN(modernize-use-using): this is C. */
typedef struct adomcp_str { const char *data; size_t size; } adomcp_str; /* UTF-8, no NUL */

typedef int32_t adomcp_status; /* fixed width: a C enum's size is not part of any ABI */
enum { ADOMCP_OK = 0, ADOMCP_TOOL_ERROR = 1, ADOMCP_INVALID_ARGUMENT = 2, ADOMCP_DENIED = 3,
       ADOMCP_CANCELLED = 4, ADOMCP_DEADLINE = 5, ADOMCP_UNAVAILABLE = 6, ADOMCP_INTERNAL = 7,
       ADOMCP_UNKNOWN_OUTCOME = 8, /* a write may or may not have happened */
       ADOMCP_NOT_FOUND = 9, ADOMCP_THROTTLED = 10,
       ADOMCP_INPUT_REQUIRED = 11, /* since 0.2: the client was asked something, see input.h */
       ADOMCP_UNSUPPORTED = 12 };  /* since 0.2: it can't do without what this client lacks */
enum { ADOMCP_READ_ONLY = 1u, ADOMCP_DESTRUCTIVE = 2u, ADOMCP_IDEMPOTENT = 4u,
       ADOMCP_OPEN_WORLD = 8u };
enum { ADOMCP_DEBUG = 0, ADOMCP_INFO = 1, ADOMCP_WARN = 2, ADOMCP_ERROR = 3 };

typedef struct adomcp_call adomcp_call; /* opaque, host-owned, valid until call() returns */

typedef struct adomcp_ado_request { /* One Azure DevOps request. The host adds base URL,       */
  uint32_t struct_size;  /* api-version (7.1 unless in query), credential and retries, and     */
  uint32_t timeout_ms;   /* refuses projects off the allowlist. 0: what is left of the call    */
  uint64_t max_bytes;    /* of body; 0: the host's limit. More is cut and `truncated` is set   */
  adomcp_str method;     /* "GET"; "POST" for listed queries and writes                        */
  adomcp_str service;    /* "dev", "vsrm" (classic releases) or "vstmr" (test results)         */
  adomcp_str organization, project; /* empty: the call's own                                   */
  adomcp_str path;       /* below /{organization}/{project}/_apis/, e.g. "build/builds/12"     */
  adomcp_str query;      /* "a=b&c=d", percent-encoded                                         */
  adomcp_str accept, content_type, body; /* empty accept: application/json                     */
  /* [any thread, one piece at a time per request] the body as it comes, not kept; a status
   * other than OK stops the transfer (not an error: `truncated` is set). NULL: body is kept. */
  adomcp_status (*on_chunk)(void *user, adomcp_str piece);
  void *user;
} adomcp_ado_request;

typedef struct adomcp_ado_response {
  uint32_t struct_size;  /* set by the caller */
  adomcp_status status;  /* OK: http_status is of the 200 family */
  int32_t http_status;
  uint32_t truncated;
  adomcp_str content_type, body, continuation_token;
  adomcp_str error;      /* status not OK: a sentence that a person can act on */
} adomcp_ado_response;

typedef struct adomcp_host {
  uint32_t struct_size;
  uint16_t abi_major, abi_minor;
  /* [thread-safe] to the host's log, never to the client; call may be NULL */
  void (*log)(adomcp_call *, int32_t level, adomcp_str message);
  /* [thread-safe] 0, ADOMCP_CANCELLED or ADOMCP_DEADLINE; poll it in every loop */
  adomcp_status (*interrupted)(const adomcp_call *);
  /* [thread-safe] milliseconds left, never negative */
  int64_t (*remaining_ms)(const adomcp_call *);
  /* [call-thread] at most once. structured_json: an object that fits output_schema, or empty.
   * text may be empty when structured_json isn't: clients then get it as text too. */
  void (*reply)(adomcp_call *, adomcp_str text, adomcp_str structured_json);
  /* [call-thread] a fact for the audit: run_id, pipeline_id, pipeline_name, result_count */
  void (*note)(adomcp_call *, adomcp_str key, adomcp_str value);
  /* [call-thread] sends `count` independent requests side by side and waits for all. Each
   * response has its own status; the returned one is the first that isn't OK. */
  adomcp_status (*ado)(adomcp_call *, const adomcp_ado_request *const *requests,
                       adomcp_ado_response *const *responses, uint32_t count);
  /* [thread-safe] later services by id, e.g. "adomcp.prompts/1", a header each;
   * NULL when absent. The answer never changes and lives as long as the plugin. */
  const void *(*service)(const char *id);
  /* since 0.2 [thread-safe] how far it is, for clients that show it: `done` is 0 or more and grows
   * with each call; total 0: not known; message may be empty */
  void (*progress)(adomcp_call *, double done, double total, adomcp_str message);
  /* since 0.2 [call-thread] one more content block of a tool's result, in order, before reply():
   * a JSON object as MCP's ContentBlock, of type text, image, audio, resource or resource_link.
   * With blocks, reply()'s text comes before them when there is any, and may be empty. Prompts and
   * resources have none: what they hold is in their reply(). */
  void (*content)(adomcp_call *, adomcp_str block_json);
} adomcp_host;

typedef struct adomcp_tool {
  uint32_t struct_size;
  uint32_t flags;
  adomcp_str name, title, description, input_schema, output_schema; /* output may be empty */
  /* [thread-safe] arguments_json has passed input_schema; `project` and `organization` are
   * filled in where the schema has them. Failing: reply() with the reason, return TOOL_ERROR
   * or what fits better; the host has words for a status without a reply. */
  adomcp_status (*call)(void *self, adomcp_call *, adomcp_str arguments_json);
  /* since 0.3, both may be empty, 16 KiB at most each. meta_json: an object, the tool's `_meta`;
   * keys of MCP itself and `ui` are refused (ui.h is for that). icons_json: a list of MCP's Icon,
   * [{"src":"data:image/png;base64,..","mimeType":"image/png","sizes":["48x48"],"theme":"dark"}],
   * src is https: or data: */
  adomcp_str meta_json, icons_json;
} adomcp_tool;

typedef struct adomcp_plugin {
  uint32_t struct_size;
  uint16_t abi_major, abi_minor; /* abi_minor: the oldest host the plugin can live with */
  adomcp_str id, version, built_with; /* "pipeline-runs", "1.2.0", "g++ 12.2" */
  uint32_t tool_count;
  const adomcp_tool *(*tool)(uint32_t index); /* by pointer: adomcp_tool may grow */
  adomcp_status (*start)(const adomcp_host *, adomcp_str settings_json, void **self);
  void (*stop)(void *self); /* joins every thread the plugin made */
} adomcp_plugin;
/* NOLINTEND(modernize-use-using) */

/* The one symbol a plugin exports. The major version is part of its name. */
__attribute__((visibility("default"))) extern const adomcp_plugin adomcp_plugin_v0;

/* Beside the descriptor, once, with string literals that say the same as it does:
 *     ADOMCP_METADATA("pipeline-runs", "1.2.0");
 * The host reads the file's section `adomcp` and decides on it before any code of the plugin runs.
 * It is JSON; ADOMCP_PLUGIN in plugin.hpp writes it itself. */
#define ADOMCP_METADATA(id, version)                                                     \
  __attribute__((used, retain, section("adomcp"))) static const char kAdomcpMetadata[] = \
      "{\"abi\":\"" ADOMCP_DIGITS(ADOMCP_ABI_MAJOR) "." ADOMCP_DIGITS(ADOMCP_NEEDS_MINOR)  \
      "\",\"id\":\"" id "\",\"version\":\"" version "\"}"
#define ADOMCP_DIGITS(macro) ADOMCP_AS_TEXT(macro)
#define ADOMCP_AS_TEXT(digits) #digits

#ifdef __cplusplus
}
#endif
#endif
