/** `__tcfapi` until its engine has arrived: answers `ping`, keeps the other calls. */
import { answer, locate } from "./frames.js";

/** @returns what to do when there is no engine: every other call is answered with a failure from then on. */
export const openTcf = () => {
  const calls = [];
  let cmpStatus = "stub";
  // The page may have had a stub of its own above this one: its calls are kept there, the engine finds them.
  window.__tcfapi ||= (...call) => {
    const [command, , callback] = call;
    if (!call.length) return calls;
    if (command === "ping") callback({ cmpLoaded: false, cmpStatus, displayStatus: "hidden", apiVersion: "2" }, true);
    else if (cmpStatus === "error") callback?.(null, false);
    else calls.push(call);
  };
  locate("__tcfapiLocator");
  answer("__tcfapi", ({ command, version, parameter }, reply) => window.__tcfapi(command, version, reply, parameter));
  return () => {
    cmpStatus = "error";
    calls.splice(0).forEach((call) => setTimeout(window.__tcfapi, 0, ...call));
  };
};
