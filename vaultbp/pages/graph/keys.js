// Everything the pointer can do, the keyboard can.

const help = document.getElementById("help");

// The next note in a direction from the chosen one, or the most linked one.
function step(dx, dy) {
  const from = state.node;
  if (from < 0 || !shownNode[from]) return byDegree.find((n) => shownNode[n]) ?? -1;
  let best = from, least = Infinity;
  for (let n = 0; n < count; n++) {
    if (n === from || !shownNode[n]) continue;
    const along = (X[n] - X[from]) * dx + (Y[n] - Y[from]) * dy;
    const aside = Math.abs((X[n] - X[from]) * dy - (Y[n] - Y[from]) * dx);
    if (along <= 0 || aside > along * 1.2) continue;
    const cost = along + 2 * aside;
    if (cost < least) {
      best = n;
      least = cost;
    }
  }
  return best;
}

// Walk along the links of the chosen note, by the order of their ends.
let walked = 0;
let walkFrom = -1;
function walk(forward) {
  if (state.node < 0) return step(0, 0);
  if (walkFrom < 0) walkFrom = state.node;
  const near = neighbourLinks(walkFrom).filter((e) => shownLink[e]).map((e) => (source[e] === walkFrom ? target[e] : source[e]));
  const others = [...new Set(near)].sort((a, b) => a - b);
  if (!others.length) return walkFrom;
  walked = (walked + (forward ? 1 : others.length - 1)) % others.length;
  return others[walked];
}

function go(n, { walking = false } = {}) {
  if (n < 0) return;
  if (!walking) walkFrom = -1;
  choose(n);
  const x = toScreenX(X[n]), y = toScreenY(Y[n]);
  if (x < 40 || y < 40 || x > size.width - 40 || y > size.height - 40) {
    view.x = X[n];
    view.y = Y[n];
    viewMoved();
  }
}

const middle = () => [size.width / 2, size.height / 2];
const pan = (dx, dy) => {
  view.x += (dx * 60) / view.scale;
  view.y += (dy * 60) / view.scale;
  viewMoved();
};
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const KEYS = {
  "+": () => zoomAt(...middle(), 1.25),
  "=": () => zoomAt(...middle(), 1.25),
  "-": () => zoomAt(...middle(), 0.8),
  0: showAll,
  "/": () => searchBox.focus(),
  "]": () => go(walk(true), { walking: true }),
  "[": () => go(walk(false), { walking: true }),
  Enter: () => state.node >= 0 && panelBody.querySelector("a, button")?.focus(),
  "?": () => help.showModal(),
};

function showAll() {
  state.view = null;
  fit(everyShown());
  writeFragment();
  redraw();
}

canvas.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const arrow = ARROWS[event.key];
  if (arrow && event.shiftKey) pan(...arrow);
  else if (arrow) go(step(...arrow));
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" || event.key === "?") {
    KEYS[event.key]();
    event.preventDefault();
  } else if (event.key === "Escape" && state.node >= 0) {
    state.depth = 0;
    choose(-1);
    showChoices();
    chosenAnew();
    canvas.focus();
  }
});

for (const [id, act] of [["zoom-in", "+"], ["zoom-out", "-"], ["zoom-all", "0"], ["show-help", "?"]]) {
  document.getElementById(id).addEventListener("click", KEYS[act]);
}
document.getElementById("toggle").addEventListener("click", () => {
  const closed = document.body.classList.toggle("no-choices");
  document.getElementById("toggle").setAttribute("aria-expanded", String(!closed));
});
