// Start: read the URL, choose, draw; then follow changes of window, theme and URL.

function start() {
  readFragment();
  applyTheme();
  chooseNoteColors();
  fillChoices();
  if (!wideWanted.matches) document.body.classList.add("no-choices");
  document.getElementById("toggle").setAttribute("aria-expanded", String(wideWanted.matches));
  takeState();
}

function takeState() {
  chooseNoteColors();
  applyChoices();
  showChoices();
  showCounts();
  fillPanel();
  search(state.query);
  resize();
  if (state.view) Object.assign(view, state.view);
  else fit(everyShown());
  drawFrame(false);
}

window.addEventListener("hashchange", () => {
  readFragment();
  takeState();
});
darkWanted.addEventListener("change", () => {
  applyTheme();
  fillChoices();
  fillPanel();
  redraw();
});
new ResizeObserver(() => {
  const box = canvas.getBoundingClientRect();
  if (box.width === size.width && box.height === size.height) return;
  resize();
  if (!state.view) fit(everyShown());
  draw();
}).observe(canvas);

start();
document.documentElement.dataset.ready = "yes";
