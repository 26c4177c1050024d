// Mouse, pen and fingers: pan, zoom, drag a note, hover, choose.

const tip = document.getElementById("tip");
const pointers = new Map();
let grabbed = -1;
let travelled = 0;
let pinch = 0;

function keepView() {
  state.view = { ...view };
}

function noteAt(x, y) {
  let best = -1, nearest = Infinity;
  const wx = toWorldX(x), wy = toWorldY(y);
  for (let n = 0; n < count; n++) {
    if (!shownNode[n]) continue;
    const far = Math.hypot(X[n] - wx, Y[n] - wy) * view.scale;
    if (far < screenRadius(n) + 5 && far < nearest) {
      best = n;
      nearest = far;
    }
  }
  return best;
}

function zoomAt(x, y, factor) {
  const scale = Math.max(0.01, Math.min(8, view.scale * factor));
  const wx = toWorldX(x), wy = toWorldY(y);
  view.scale = scale;
  view.x = wx - (x - size.width / 2) / scale;
  view.y = wy - (y - size.height / 2) / scale;
  viewMoved();
}

let written = 0;

function viewMoved() {
  keepView();
  clearTimeout(written);
  written = setTimeout(writeFragment, 250); // browsers refuse too many changes of the URL
  draw(true);
}

const placeOf = (event) => {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};

canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  const at = placeOf(event);
  pointers.set(event.pointerId, at);
  travelled = 0;
  grabbed = pointers.size === 1 ? noteAt(...at) : -1;
  pinch = pointers.size === 2 ? gap() : 0;
});

canvas.addEventListener("pointermove", (event) => {
  const at = placeOf(event);
  const before = pointers.get(event.pointerId);
  if (!before) {
    hover(noteAt(...at), at);
    return;
  }
  pointers.set(event.pointerId, at);
  const dx = at[0] - before[0], dy = at[1] - before[1];
  travelled += Math.hypot(dx, dy);
  if (pointers.size === 2) {
    const now = gap();
    const [one, other] = [...pointers.values()];
    if (pinch > 0) zoomAt((one[0] + other[0]) / 2, (one[1] + other[1]) / 2, now / pinch);
    pinch = now;
  } else if (grabbed >= 0 && travelled > 4) {
    X[grabbed] += dx / view.scale;
    Y[grabbed] += dy / view.scale;
    hovered = grabbed;
    if (shownLinks <= MANY) drawn.scale = 0;
    draw(true);
  } else if (grabbed < 0) {
    view.x -= dx / view.scale;
    view.y -= dy / view.scale;
    viewMoved();
  }
});

function gap() {
  const [one, other] = [...pointers.values()];
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

let clicked = [-1, -1];  // what the last two clicks hit

function released(event) {
  const was = pointers.delete(event.pointerId);
  if (!was || pointers.size) return;
  if (grabbed >= 0 && travelled > 4) {
    redraw();
  } else if (event.type === "pointerup" && travelled <= 4) {
    clicked = [clicked[1], grabbed];
    choose(grabbed);
    showChoices();
  }
  grabbed = -1;
}
canvas.addEventListener("pointerup", released);
canvas.addEventListener("pointercancel", released);
canvas.addEventListener("pointerleave", () => hover(-1));

canvas.addEventListener("dblclick", (event) => {
  // The first click opens the panel, and under the second the note may have moved.
  const n = clicked[0];
  if (n < 0) return;
  state.node = n;
  state.depth = state.depth || 1;
  choose(n);
  showChoices();
  chosenAnew({ refit: true });
});

canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  const step = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
  zoomAt(...placeOf(event), Math.exp(-Math.max(-200, Math.min(200, step)) / 320));
}, { passive: false });

function hover(n, at) {
  if (n !== hovered) {
    hovered = n;
    canvas.style.cursor = n >= 0 ? "pointer" : "grab";
    draw();
  }
  tip.hidden = n < 0 || !at;
  if (tip.hidden) return;
  tip.textContent = `${titles[n]} · ${MARKS[states[n]] ? `${MARKS[states[n]]} ` : ""}${states[n]}`;
  tip.style.left = `${Math.max(4, Math.min(at[0] + 14, size.width - tip.offsetWidth - 8))}px`;
  tip.style.top = `${at[1] > size.height - 60 ? at[1] - 34 : at[1] + 18}px`;
}
