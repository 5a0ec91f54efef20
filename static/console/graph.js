// The picture of a run's graph: zoom, pan, fit, minimap, following what runs. The server draws it; what is seen of it is
// kept while it is drawn anew.

import { moveByHand } from "./graph_hand.js";
import { GraphKeys } from "./graph_keys.js";
import { View } from "./graph_view.js";

const READABLE = 0.8;
const TOO_FAR = 0.2;
const FEW = 60; // of so many steps the first is better seen well than all of them from afar
const STEP = 1.3;
const kept = { run: null, box: null, follows: false };
let current = null;

export function watchGraph() {
  begin();
  document.body.addEventListener("htmx:afterSwap", begin);
  document.addEventListener("venom:patched", () => current?.updated());
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-graph-do]");
    if (button) current?.do(button.dataset.graphDo);
  });
  addEventListener("beforeprint", () => current?.print());
  addEventListener("afterprint", () => current?.show());
}

function begin() {
  const svg = document.getElementById("graph");
  if (svg && svg !== current?.svg) current = new Graph(svg);
  else if (!svg) current = null;
}

class Graph {
  constructor(svg) {
    this.svg = svg;
    this.map = document.querySelector("[data-minimap]");
    if (kept.run !== svg.dataset.graph) Object.assign(kept, { run: svg.dataset.graph, box: null, follows: false });
    this.view = new View(svg, (view) => this.seen(view));
    this.keys = new GraphKeys(svg, this.view);
    this.listen();
    this.show();
    this.showFollowing();
  }

  listen() {
    this.svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    moveByHand(this.svg, this.view);
    for (const name of ["pointerdown", "pointermove"]) this.map.addEventListener(name, (event) => this.pointAtMap(event));
    new ResizeObserver(() => {
      this.view.measure();
      this.seen(this.view);
    }).observe(this.svg);
  }

  show() {
    if (kept.box) return this.view.show({ ...kept.box });
    this.view.fit();
    const nodes = this.keys.nodes.length;
    if (this.view.scale < TOO_FAR || (this.view.isFar && nodes <= FEW)) this.centerOn(this.interesting() ?? this.svg.querySelector(".node"), READABLE);
    else if (this.svg.querySelector(".node.is-selected")) this.revealSelected();
  }

  print() {
    const box = kept.box;
    this.view.fit();
    kept.box = box;
  }

  updated() {
    this.keys.rove();
    if (kept.follows) this.follow();
  }

  do(what) {
    if (what === "in") this.view.zoom(STEP);
    if (what === "out") this.view.zoom(1 / STEP);
    if (what === "fit") this.view.fit();
    if (what === "follow") {
      kept.follows = !kept.follows;
      this.showFollowing();
      if (kept.follows) this.follow();
    }
  }

  showFollowing() {
    document.querySelector("[data-graph-do=follow]")?.setAttribute("aria-pressed", String(kept.follows));
  }

  interesting() {
    const of = (status) => this.svg.querySelector(`.node[data-status=${status}]`);
    return this.svg.querySelector(".node.is-selected") ?? of("running") ?? of("failed") ?? of("waiting") ?? of("ready");
  }

  follow() {
    const running = this.svg.querySelector(".node[data-status=running]");
    if (running) this.centerOn(running, Math.max(this.view.scale, READABLE));
  }

  revealSelected() {
    const { x, y } = this.svg.querySelector(".node.is-selected").dataset;
    this.view.reveal(Number(x), Number(y), 196, 66);
  }

  centerOn(node, scale) {
    if (node) this.view.center(Number(node.dataset.x) + 98, Number(node.dataset.y) + 33, scale);
  }

  // Called on every change of what is seen.
  seen(view) {
    const { x, y, width, height } = view.box;
    kept.box = view.isWhole ? null : { ...view.box };
    const shown = this.map.querySelector("[data-minimap-view]");
    for (const [name, value] of Object.entries({ x, y, width, height })) shown.setAttribute(name, value);
    this.map.toggleAttribute("data-idle", view.isWhole);
    this.svg.toggleAttribute("data-far", view.isFar);
  }

  // The wheel alone scrolls the page; a pinch on a touchpad comes as a wheel with ctrl.
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.view.zoom(Math.exp(-event.deltaY / 200), this.view.at(event));
  }

  pointAtMap(event) {
    if (!event.buttons) return;
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.map.getScreenCTM().inverse());
    const { box } = this.view;
    this.view.show({ ...box, x: point.x - box.width / 2, y: point.y - box.height / 2 });
  }
}
