// The MCP client's side in the browser: the official bridge around an iframe. Bundled by harness.mjs.
// Tools are called outside the browser, through `window.callTool`, by canned answers or a real client.
import { AppBridge, PostMessageTransport } from '@modelcontextprotocol/ext-apps/app-bridge';

const said = { messages: [], links: [], contexts: [], sizes: [], modes: [], initialized: 0 };
window.said = said;

const everything = { serverTools: {}, openLinks: {}, message: { text: {} }, updateModelContext: { text: {} }, logging: {} };

/** Shows the page. `capabilities` and `context` are the client's; `refuse` names requests that it denies. */
window.show = async ({ capabilities = everything, context = {}, refuse = [], width } = {}) => {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.title = 'MCP App';
  if (width) frame.style.width = `${width}px`;
  document.body.append(frame);
  const bridge = new AppBridge(null, { name: 'test client', version: '1' }, capabilities, { hostContext: context });
  window.bridge = bridge;
  const initialized = new Promise((resolve) => {
    bridge.oninitialized = () => {
      said.initialized += 1;
      resolve();
    };
  });
  const answer = (what, list) => async (params) => {
    list.push(params);
    return refuse.includes(what) ? { isError: true } : {};
  };
  bridge.onmessage = answer('message', said.messages);
  bridge.onopenlink = answer('openLink', said.links);
  bridge.onupdatemodelcontext = async (params) => {
    said.contexts.push(params);
    return {};
  };
  bridge.onrequestdisplaymode = async ({ mode }) => {
    said.modes.push(mode);
    bridge.setHostContext({ ...context, displayMode: mode });
    return { mode };
  };
  bridge.onsizechange = (size) => {
    said.sizes.push(size);
    if (size.height) frame.style.height = `${Math.ceil(size.height)}px`;
  };
  if (capabilities.serverTools) {
    bridge.oncalltool = async ({ name, arguments: args }) => {
      const { result, error } = await window.callTool(name, args ?? {});
      if (error) throw new Error(error);
      return result;
    };
  }
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  frame.src = '/app';
  await initialized;
};

window.tell = (what, params) => window.bridge[what](params);
window.ready = true;
