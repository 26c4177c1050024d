// Drawing. Links are the costly part of a large graph: they are drawn on a canvas of their own when
// the view is at rest, and while it moves that picture is moved along under freshly drawn notes.

const canvas = document.getElementById("scene");
const screen2d = canvas.getContext("2d");
const linkCanvas = document.createElement("canvas");
const link2d = linkCanvas.getContext("2d");
const view = { x: 0, y: 0, scale: 1 }; // the world's point in the middle, and pixels per unit
const drawn = { x: 0, y: 0, scale: 0 }; // the view that linkCanvas shows; scale 0: none
const size = { width: 1, height: 1, ratio: 1 };
const MANY = 2500; // more links than this are not redrawn while the view moves
let hovered = -1;
let found = null; // notes that match the search, null: no search
let colors = null;

const toScreenX = (x) => (x - view.x) * view.scale + size.width / 2;
const toScreenY = (y) => (y - view.y) * view.scale + size.height / 2;
const toWorldX = (x) => (x - size.width / 2) / view.scale + view.x;
const toWorldY = (y) => (y - size.height / 2) / view.scale + view.y;
const screenRadius = (n) => Math.max(1.7, radius[n] * Math.min(view.scale, 0.45 + 0.55 * view.scale));

function resize() {
  const box = canvas.getBoundingClientRect();
  size.ratio = Math.min(window.devicePixelRatio || 1, 2);
  size.width = Math.max(1, box.width);
  size.height = Math.max(1, box.height);
  for (const one of [canvas, linkCanvas]) {
    one.width = Math.round(size.width * size.ratio);
    one.height = Math.round(size.height * size.ratio);
  }
  drawn.scale = 0;
}

function fit(nodes) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const n of nodes) {
    left = Math.min(left, X[n] - radius[n]);
    right = Math.max(right, X[n] + radius[n]);
    top = Math.min(top, Y[n] - radius[n]);
    bottom = Math.max(bottom, Y[n] + radius[n]);
  }
  if (left > right) return;
  view.x = (left + right) / 2;
  view.y = (top + bottom) / 2;
  const room = 0.92;
  const scale = Math.min((size.width * room) / (right - left + 40), (size.height * room) / (bottom - top + 40));
  view.scale = Math.max(0.01, Math.min(scale, 2));
}

const everyShown = () => byDegree.filter((n) => shownNode[n]);

// Links -----------------------------------------------------------------------------------------

function visibleLinks() {
  const left = toWorldX(0), right = toWorldX(size.width);
  const top = toWorldY(0), bottom = toWorldY(size.height);
  const seen = [];
  for (let e = 0; e < linkCount; e++) {
    if (!shownLink[e]) continue;
    const a = source[e], b = target[e];
    if ((X[a] < left && X[b] < left) || (X[a] > right && X[b] > right)) continue;
    if ((Y[a] < top && Y[b] < top) || (Y[a] > bottom && Y[b] > bottom)) continue;
    seen.push(e);
  }
  return seen;
}

function drawLinks(context, links, alpha, fine) {
  const byStyle = new Map();
  for (const e of links) {
    const style = change[e] ? -2 - change[e] : group[e];
    if (!byStyle.has(style)) byStyle.set(style, []);
    byStyle.get(style).push(e);
  }
  for (const style of [...byStyle.keys()].sort((a, b) => b - a)) {
    const own = byStyle.get(style);
    const look = styleOf(style);
    context.globalAlpha = Math.min(1, alpha * look.weight);
    context.strokeStyle = context.fillStyle = look.color;
    context.lineWidth = fine ? look.width : 0.6 * look.width;
    context.setLineDash(fine ? look.dash : []);
    context.beginPath();
    for (const e of own) tracePath(context, e, fine);
    context.stroke();
    context.setLineDash([]);
    if (fine) {
      context.beginPath();
      for (const e of own) traceArrow(context, e);
      context.fill();
    }
  }
  context.globalAlpha = 1;
}

function styleOf(style) {
  if (style < 0) {
    const added = style === -3;
    return { color: added ? colors.good : colors.bad, dash: added ? [] : [3, 4], width: 2.5, weight: 3 };
  }
  const one = groups[style];
  return {
    color: one.typed ? one.color || colors.relations[one.hue % colors.relations.length] : colors.untyped,
    dash: one.dash,
    width: one.typed ? 1.6 : 1,
    weight: one.typed ? 1.5 : 1,
  };
}

// The middle of a bent link; a link to the note itself is a loop above it.
function control(e) {
  const a = source[e], b = target[e];
  const shift = bend[e] * 0.16;
  return [(X[a] + X[b]) / 2 - (Y[b] - Y[a]) * shift, (Y[a] + Y[b]) / 2 + (X[b] - X[a]) * shift];
}

function tracePath(context, e, fine) {
  const a = source[e], b = target[e];
  const ax = toScreenX(X[a]), ay = toScreenY(Y[a]);
  if (a === b) {
    const r = screenRadius(a) * 0.8;
    context.moveTo(ax + r, ay - 2 * r);
    context.arc(ax, ay - 2 * r, r, 0, 2 * Math.PI);
    return;
  }
  context.moveTo(ax, ay);
  if (fine && bend[e]) {
    const [cx, cy] = control(e);
    context.quadraticCurveTo(toScreenX(cx), toScreenY(cy), toScreenX(X[b]), toScreenY(Y[b]));
  } else {
    context.lineTo(toScreenX(X[b]), toScreenY(Y[b]));
  }
}

function traceArrow(context, e) {
  const a = source[e], b = target[e];
  if (a === b) return;
  const from = bend[e] ? control(e) : [X[a], Y[a]];
  const bx = toScreenX(X[b]), by = toScreenY(Y[b]);
  const dx = bx - toScreenX(from[0]), dy = by - toScreenY(from[1]);
  const length = Math.hypot(dx, dy);
  const r = screenRadius(b) + 1.5;
  const head = Math.max(4, Math.min(9, 7 * view.scale));
  if (length < r + head) return;
  const ux = dx / length, uy = dy / length;
  const tx = bx - ux * r, ty = by - uy * r;
  context.moveTo(tx, ty);
  context.lineTo(tx - ux * head - uy * head * 0.45, ty - uy * head + ux * head * 0.45);
  context.lineTo(tx - ux * head + uy * head * 0.45, ty - uy * head - ux * head * 0.45);
  context.closePath();
}

function redrawLinks() {
  const links = visibleLinks();
  const fine = links.length <= MANY;
  const alpha = Math.max(0.05, Math.min(0.75, 1500 / (links.length + 1)));
  link2d.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
  link2d.clearRect(0, 0, size.width, size.height);
  drawLinks(link2d, links, alpha, fine);
  Object.assign(drawn, view);
}

// Notes -----------------------------------------------------------------------------------------

function colorOf(n) {
  if (ghost[n]) return colors.ghost;
  if (state.color === "state") return colors.states[states[n]];
  const key = state.color === "tag" ? tagsOf(n)[0] : folders[n];
  const at = key === undefined ? undefined : noteColors.get(key);
  return at === undefined ? colors.plain : colors.notes[at];
}

function drawNotes(context, nodes, alpha) {
  const byColor = new Map();
  for (const n of nodes) {
    const x = toScreenX(X[n]), y = toScreenY(Y[n]), r = screenRadius(n) + 2;
    if (x < -r || y < -r || x > size.width + r || y > size.height + r) continue;
    const color = colorOf(n);
    if (!byColor.has(color)) byColor.set(color, []);
    byColor.get(color).push(n);
  }
  context.globalAlpha = alpha;
  for (const [color, own] of byColor) {
    context.fillStyle = color;
    context.beginPath();
    for (const n of own) if (!ghost[n]) traceNote(context, n);
    context.fill();
    context.strokeStyle = color;
    context.lineWidth = 1.4;
    context.setLineDash([3, 2]);
    context.beginPath();
    for (const n of own) if (ghost[n]) traceNote(context, n);
    context.stroke();
    context.setLineDash([]);
  }
  for (const own of byColor.values()) for (const n of own) drawMark(context, n);
  context.globalAlpha = 1;
}

function traceNote(context, n) {
  const x = toScreenX(X[n]), y = toScreenY(Y[n]), r = screenRadius(n);
  if (r < 2) {
    context.rect(x - r * 0.89, y - r * 0.89, r * 1.78, r * 1.78); // no eye tells it from a circle
    return;
  }
  context.moveTo(x + r, y);
  context.arc(x, y, r, 0, 2 * Math.PI);
}

// The state of a note as a sign in it, so that nothing is said by colour alone.
const MARKS = { wrong: "✗", "failing cell": "!", unchecked: "–", verified: "✓" };

function drawMark(context, n) {
  const mark = MARKS[states[n]];
  const r = screenRadius(n);
  if (!mark || r < 5) return;
  context.font = `bold ${Math.round(r * 1.35)}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colors.onNote;
  context.fillText(mark, toScreenX(X[n]), toScreenY(Y[n]) + r * 0.08);
}

// Names, the most linked first, where no other name stands.
function drawNames(context, nodes, always) {
  // Few notes are kept free of other notes' names; among many that would leave no name at all.
  const taken = shownNodes > 400 ? [] : [...nodes].map(boxOf);
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "top";
  context.lineJoin = "round";
  let room = Math.round((size.width * size.height) / 9000);
  let tried = 0;
  for (const n of nodes) {
    const must = always && always.has(n);
    const small = screenRadius(n) < 3.2 && shownNodes > 60 && tried++ > 24;
    if (!must && (room <= 0 || small)) continue;
    const x = toScreenX(X[n]), y = toScreenY(Y[n]) + screenRadius(n) + 3;
    if (x < 0 || y < 0 || x > size.width || y > size.height) continue;
    const text = titles[n].length > 42 ? `${titles[n].slice(0, 41)}…` : titles[n];
    const half = context.measureText(text).width / 2 + 3;
    const box = [x - half, y - 1, x + half, y + 15];
    if (!must && taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1])) continue;
    taken.push(box);
    room--;
    context.lineWidth = 3;
    context.strokeStyle = colors.paper;
    context.strokeText(text, x, y);
    context.fillStyle = ghost[n] ? colors.ghost : colors.ink;
    context.fillText(text, x, y);
  }
}

function boxOf(n) {
  const x = toScreenX(X[n]), y = toScreenY(Y[n]), r = screenRadius(n) * 0.8;
  return [x - r, y - r, x + r, y + r];
}

// The relation's name beside each lit link, when they are few enough to read.
function drawLinkNames(context, links) {
  if (links.length > 24) return;
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const e of links) {
    const one = groups[group[e]];
    if (!one.typed || source[e] === target[e]) continue;
    const [cx, cy] = control(e);
    const a = source[e], b = target[e];
    const x = toScreenX((X[a] + X[b]) / 4 + cx / 2), y = toScreenY((Y[a] + Y[b]) / 4 + cy / 2);
    context.lineWidth = 3;
    context.strokeStyle = colors.paper;
    context.strokeText(one.label, x, y);
    context.fillStyle = styleOf(group[e]).color;
    context.fillText(one.label, x, y);
  }
}

// Frames ----------------------------------------------------------------------------------------

function lit() {
  const focus = hovered >= 0 ? hovered : state.node >= 0 && shownNode[state.node] ? state.node : -1;
  if (focus < 0) return found && { nodes: found, links: [], focus };
  const links = neighbourLinks(focus).filter((e) => shownLink[e]);
  const nodes = new Set([focus]);
  for (const e of links) nodes.add(source[e]).add(target[e]);
  return { nodes, links, focus };
}

function drawFrame(moving) {
  const few = shownLinks <= MANY;
  const stale = drawn.x !== view.x || drawn.y !== view.y || drawn.scale !== view.scale;
  if (stale && (few || !moving || drawn.scale === 0)) redrawLinks();
  const context = screen2d;
  context.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  const light = lit();
  const zoom = view.scale / drawn.scale;
  context.globalAlpha = light ? 0.22 : 1;
  context.drawImage(
    linkCanvas,
    size.width / 2 + (drawn.x - view.x) * view.scale - (size.width / 2) * zoom,
    size.height / 2 + (drawn.y - view.y) * view.scale - (size.height / 2) * zoom,
    size.width * zoom,
    size.height * zoom,
  );
  const all = everyShown();
  drawNotes(context, light ? all.filter((n) => !light.nodes.has(n)) : all, light ? 0.22 : 1);
  if (!light) {
    drawNames(context, all, null);
  } else {
    drawLinks(context, light.links, 1, light.links.length <= MANY);
    const own = all.filter((n) => light.nodes.has(n));
    drawNotes(context, own, 1);
    drawLinkNames(context, light.links);
    drawNames(context, own, new Set([light.focus]));
    if (light.focus >= 0) drawRing(context, light.focus);
  }
}

function drawRing(context, n) {
  context.lineWidth = 2.5;
  context.strokeStyle = colors.ink;
  context.beginPath();
  context.arc(toScreenX(X[n]), toScreenY(Y[n]), screenRadius(n) + 3, 0, 2 * Math.PI);
  context.stroke();
}

let frame = 0;
let rest = 0;

// Draw soon; `moving` says that more is to come, so that links may wait until the view is at rest.
function draw(moving = false) {
  clearTimeout(rest);
  if (moving) rest = setTimeout(() => draw(false), 140);
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => drawFrame(moving));
}

function redraw() {
  drawn.scale = 0;
  draw();
}
