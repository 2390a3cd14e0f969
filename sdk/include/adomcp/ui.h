/* adomcp/ui.h - apps: pages that a plugin offers and clients show beside a tool's results (MCP
 * Apps, io.modelcontextprotocol/ui). Declared in start(); an app is served where the YAML lists its
 * URI under `resources`. The host serves the page itself: no code of the plugin runs when it is
 * read. */
#ifndef ADOMCP_UI_H
#define ADOMCP_UI_H
#include <adomcp/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif
/* NOLINTBEGIN(modernize-use-using): this is C. */

#define ADOMCP_UI "adomcp.ui/1" /* for adomcp_host.service; since ABI 0.3 */

/* Who may see and call a tool: the model, the app. Flags; 0 stands for both. It tells clients what
 * to show and is no access rule. */
enum { ADOMCP_UI_MODEL = 1u, ADOMCP_UI_APP = 2u };

typedef struct adomcp_app {
  uint32_t struct_size;
  uint32_t reserved;
  adomcp_str uri; /* "ui://adomcp/run" */
  adomcp_str name, title, description;
  /* One whole HTML5 document that begins with <!doctype html>, UTF-8, 1 MiB at most. Clients get it
   * to the byte: nothing in it is cleaned or masked, so it holds no data of anybody. */
  adomcp_str html;
  /* What it asks of its sandbox, or empty: no network, no permission, no opinion. MCP's
   * {"csp":{"connectDomains":["https://a.example"],"resourceDomains":[..],"frameDomains":[..],
   *         "baseUriDomains":[..]},
   *  "permissions":{"camera":{},"microphone":{},"geolocation":{},"clipboardWrite":{}},
   *  "domain":"..","prefersBorder":true}; domains of csp are origins. */
  adomcp_str ui_json;
  adomcp_str meta_json, icons_json; /* as of adomcp_tool, see plugin.h */
} adomcp_app;

typedef struct adomcp_ui {
  uint32_t struct_size;
  /* [in start(), on its thread] all of it is copied. INVALID_ARGUMENT: the host's log says what is
   * wrong with it. */
  adomcp_status (*add)(const adomcp_app*);
  /* [in start(), on its thread] the results of this plugin's tool are shown in the app with this
   * URI, of whatever plugin; clients hear of it while that is served to them. An empty uri: no app
   * shows it, but `visible_to` holds, as of a tool that an app alone calls. Once for each tool. */
  adomcp_status (*link)(adomcp_str tool, adomcp_str uri, uint32_t visible_to);
} adomcp_ui;

/* NOLINTEND(modernize-use-using) */
#ifdef __cplusplus
}
#endif
#endif
