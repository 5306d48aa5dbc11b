/** Build an element: attributes by name (true: present, false or undefined: absent; functions: handlers), then children. */
export const h = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node[name] = value;
    else if (value) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child));
  return node;
};

/** A link that leaves the reader's page alone. */
export const link = (href, text) => h("a", { href, target: "_blank" }, text);
