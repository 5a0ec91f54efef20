// The part of a picture that is seen: its viewBox, moved and scaled. Nothing here knows what the picture shows.

const NEAREST = 2; // pixels on the screen for one of the picture
const FAR = 0.42; // below this scale text cannot be read

export class View {
  constructor(svg, onChange) {
    this.svg = svg;
    this.onChange = onChange;
    [this.left, this.top, this.whole, this.high] = svg.dataset.whole.split(" ").map(Number);
    this.box = { x: this.left, y: this.top, width: this.whole, height: this.high };
    this.measure();
  }

  // Kept, because asking for it while the picture moves lays out the page each time.
  measure() {
    const { width, height } = this.svg.getBoundingClientRect();
    this.size = { width, height };
  }

  get scale() {
    const { width, height } = this.size;
    return Math.min(width / this.box.width, height / this.box.height) || 1;
  }

  get isFar() {
    return this.scale < FAR;
  }

  get isWhole() {
    const { x, y, width, height } = this.box;
    const right = this.left + this.whole;
    return x <= this.left && y <= this.top && x + width >= right && y + height >= this.top + this.high;
  }

  show(box) {
    this.box = box;
    this.svg.setAttribute("viewBox", [box.x, box.y, box.width, box.height].map((n) => Math.round(n * 10) / 10).join(" "));
    this.onChange(this);
  }

  fit() {
    this.show({ x: this.left, y: this.top, width: this.whole, height: this.high });
  }

  // One picture unit is drawn `scale` pixels large, and (x, y) is in the middle.
  center(x, y, scale) {
    const { width, height } = this.size;
    const seen = { width: width / scale, height: height / scale };
    const inside = (value, low, size, part) => (part >= size ? low + (size - part) / 2 : Math.min(low + size - part, Math.max(low, value)));
    this.show({
      x: inside(x - seen.width / 2, this.left, this.whole, seen.width),
      y: inside(y - seen.height / 2, this.top, this.high, seen.height),
      ...seen,
    });
  }

  // The point stays where it is on the screen.
  zoom(factor, point = { x: this.box.x + this.box.width / 2, y: this.box.y + this.box.height / 2 }) {
    const scale = this.scale;
    const least = Math.min(scale, this.fitScale());
    const by = Math.min(NEAREST, Math.max(least, scale * factor)) / scale;
    this.show({
      x: point.x - (point.x - this.box.x) / by,
      y: point.y - (point.y - this.box.y) / by,
      width: this.box.width / by,
      height: this.box.height / by,
    });
  }

  fitScale() {
    const { width, height } = this.size;
    return Math.min(width / this.whole, height / this.high);
  }

  move(dx, dy) {
    const clamp = (value, low, size, seen) => Math.min(low + size - seen / 4, Math.max(low - (seen * 3) / 4, value));
    const { x, y, width, height } = this.box;
    this.show({
      x: clamp(x + dx, this.left, this.whole, width),
      y: clamp(y + dy, this.top, this.high, height),
      width,
      height,
    });
  }

  // Moves no more than needed.
  reveal(x, y, width, height) {
    const margin = 20;
    const { box } = this;
    const dx = Math.min(0, x - margin - box.x) || Math.max(0, x + width + margin - box.x - box.width);
    const dy = Math.min(0, y - margin - box.y) || Math.max(0, y + height + margin - box.y - box.height);
    if (dx || dy) this.move(dx, dy);
  }

  at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return { x: point.x, y: point.y };
  }
}
