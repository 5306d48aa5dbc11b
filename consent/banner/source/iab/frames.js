/** How frames of other origins reach an API of the page: they find it by a frame's name, and call it by messages. */

/** Put the frame there by which they know the page, as soon as the page has a body. */
export const locate = (name) => {
  if (window.frames[name]) return;
  const place = () => {
    if (!document.body || window.frames[name]) return;
    const frame = document.createElement("iframe");
    frame.name = name;
    frame.style.display = "none";
    document.body.append(frame);
    observer.disconnect();
  };
  const observer = new MutationObserver(place);
  observer.observe(document.documentElement, { childList: true });
  place();
};

/** Answer calls of `api`, in text or as objects, the way they came. */
export const answer = (api, call) => addEventListener("message", ({ data, source }) => {
  let message = data;
  try {
    if (typeof data === "string") message = JSON.parse(data);
  } catch { /* not for us */ }
  const asked = message?.[api + "Call"];
  if (!asked) return;
  const reply = (returnValue, success) => {
    const told = { [api + "Return"]: { returnValue, success, callId: asked.callId } };
    source?.postMessage(typeof data === "string" ? JSON.stringify(told) : told, "*");
  };
  try {
    call(asked, reply);
  } catch {
    reply(null, false);  // no frame's call breaks anything in the page
  }
});
