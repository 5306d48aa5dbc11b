/** `__gpp` until its engine has arrived: every command is answered at once, listeners are handed on. */
import { answer, locate } from "./frames.js";

/** @returns what to do when there is no engine. */
export const openGpp = () => {
  const listeners = [];
  const calls = [];
  let cmpStatus = "stub";
  let last = 0;
  const ping = () => ({
    gppVersion: "1.1", cmpStatus, cmpDisplayStatus: "hidden", signalStatus: "not ready", supportedAPIs: SECTIONS, cmpId: +CMP_ID,
    sectionList: [], applicableSections: [], gppString: "", parsedSections: {},
  });
  const event = (eventName, listenerId, data) => ({ eventName, listenerId, data, pingData: ping() });
  const commands = {
    ping,
    events: () => listeners,
    addEventListener: (callback, parameter) => {
      listeners.push({ id: ++last, callback, parameter });
      return event("listenerRegistered", last, true);
    },
    removeEventListener: (_, id) => {
      const at = listeners.findIndex((listener) => listener.id === id);
      if (at >= 0) listeners.splice(at, 1);
      return event("listenerRemoved", id, at >= 0);
    },
    hasSection: () => false,
    getSection: () => null,
    getField: () => null,
  };
  window.__gpp ||= (...call) => {
    const [command, callback, parameter] = call;
    if (!call.length) return calls;
    const told = commands[command]?.(callback, parameter) ?? null;
    if (command === "events") return told;
    callback?.(told, told !== null);
    return told;
  };
  locate("__gppLocator");
  answer("__gpp", ({ command, parameter, version }, reply) => window.__gpp(command, reply, parameter, version));
  return () => {
    cmpStatus = "error";
    listeners.forEach(({ id, callback }) => setTimeout(callback, 0, event("cmpStatus", id, cmpStatus), true));
  };
};
