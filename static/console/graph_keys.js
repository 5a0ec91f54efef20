// The keyboard in a graph: one stop for Tab, arrows go along its edges and up and down its columns, Enter opens the link.

export class GraphKeys {
  constructor(svg, view) {
    this.svg = svg;
    this.view = view;
    svg.addEventListener("keydown", (event) => this.pressed(event));
    svg.addEventListener("focusin", (event) => this.entered(event.target.closest(".node")));
    this.rove();
  }

  get nodes() {
    return [...this.svg.querySelectorAll(".node")];
  }

  rove(stop) {
    const nodes = this.nodes;
    const last = stop ?? nodes.find((node) => node === document.activeElement) ?? nodes.find((node) => node.classList.contains("is-selected"));
    for (const node of nodes) node.setAttribute("tabindex", node === (last ?? nodes[0]) ? "0" : "-1");
  }

  entered(node) {
    if (!node) return;
    this.rove(node);
    if (node.matches(":focus-visible")) this.view.reveal(Number(node.dataset.x), Number(node.dataset.y), 196, 66);
  }

  pressed(event) {
    const node = event.target.closest(".node");
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = this.next(node, event.key);
    if (next === undefined) return;
    event.preventDefault();
    next?.focus();
  }

  // null: there is none in this direction; undefined: the key means nothing here.
  next(node, key) {
    const nodes = this.nodes;
    const column = nodes.filter((other) => other.dataset.column === node.dataset.column);
    const place = column.indexOf(node);
    switch (key) {
      case "ArrowRight": return this.nearest(node, node.dataset.before);
      case "ArrowLeft": return this.nearest(node, node.dataset.after);
      case "ArrowDown": return column[place + 1] ?? null;
      case "ArrowUp": return column[place - 1] ?? null;
      case "Home": return nodes[0];
      case "End": return nodes.at(-1);
      default: return undefined;
    }
  }

  nearest(node, keys) {
    const away = (other) => Math.abs(other.dataset.y - node.dataset.y);
    const ends = keys.split(" ").map((key) => key && document.getElementById(`node-${key}`)).filter(Boolean);
    return ends.sort((one, other) => away(one) - away(other))[0] ?? null;
  }
}
