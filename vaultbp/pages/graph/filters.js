// The choices on the left: legend and filter are one list.

const choicesBox = document.getElementById("choices");
const counts = document.getElementById("counts");
const LONG = 200; // more folders or tags than this are not listed

function showCounts() {
  const notes = shownNodes === count ? `${count} notes` : `${shownNodes} of ${count} notes`;
  const links = shownLinks === linkCount ? `${linkCount} links` : `${shownLinks} of ${linkCount} links`;
  counts.textContent = `${notes}, ${links}`;
  document.getElementById("empty").hidden = shownNodes > 0;
}

function choiceRow(kind, name, label, number, checked, mark) {
  const box = make("input", { type: "checkbox", checked, dataset: { kind, name } });
  return make("label", { className: "choice" }, [
    box, mark, make("span", { className: "name", textContent: label, title: label }),
    make("span", { className: "number", textContent: number }),
  ]);
}

function fillChoices() {
  const sums = new Array(groups.length).fill(0);
  for (let e = 0; e < linkCount; e++) sums[group[e]]++;
  document.getElementById("relations").replaceChildren(...groups.map((one, at) =>
    choiceRow("hidden", one.name, one.label, sums[at], !state.hidden.has(one.name), sample(one))));
  const stateCounts = countBy((n) => (ghost[n] ? [] : [states[n]]));
  fillList("states", stateCounts, (key) => `${MARKS[key] ? `${MARKS[key]} ` : ""}${key}`, (key) => colors.states[key], "state");
  fillList("folders", folderCounts, (key) => (key === "/" ? "(top)" : key), noteColor, "folder");
  fillList("tags", tagCounts, (key) => `#${key}`, noteColor, "tag");
}

const noteColor = (key) => (noteColors.has(key) ? colors.notes[noteColors.get(key)] : colors.plain);

function fillList(kind, sums, labelOf, paint, mode) {
  const list = document.getElementById(kind);
  list.parentElement.hidden = !sums.length || (kind === "states" && sums.length < 2);
  list.replaceChildren(...sums.slice(0, LONG).map(([key, number]) => {
    const dot = make("span", { className: "dot" });
    dot.style.background = state.color === mode ? paint(key) : "transparent";
    return choiceRow(kind, key, labelOf(key), number, state[kind].has(key), dot);
  }));
  if (sums.length > LONG) list.append(make("p", { textContent: `and ${sums.length - LONG} more` }));
}

// Put what `state` says into every control.
function showChoices() {
  for (const box of choicesBox.querySelectorAll("input[data-kind]")) {
    const has = state[box.dataset.kind].has(box.dataset.name);
    box.checked = box.dataset.kind === "hidden" ? !has : has;
  }
  document.getElementById("ghosts").checked = state.ghosts;
  document.getElementById("lone").checked = state.lone;
  document.getElementById("color").value = state.color;
  document.getElementById("depth").value = state.depth;
  document.getElementById("depth-said").textContent = depthSaid();
  document.getElementById("search").value = state.query;
}

function depthSaid() {
  if (!state.depth) return "the whole graph";
  if (state.node < 0) return "choose a note";
  return state.depth === 1 ? "one link around the note" : `${state.depth} links around the note`;
}

function chosenAnew({ refit = false } = {}) {
  applyChoices();
  showCounts();
  if (refit) {
    state.view = null;
    fit(everyShown());
  }
  writeFragment();
  redraw();
}

choicesBox.addEventListener("change", (event) => {
  const box = event.target;
  if (box.dataset.kind) {
    const list = state[box.dataset.kind];
    const adds = box.dataset.kind === "hidden" ? !box.checked : box.checked;
    if (adds) list.add(box.dataset.name);
    else list.delete(box.dataset.name);
    chosenAnew();
  } else if (box.id === "ghosts" || box.id === "lone") {
    state[box.id] = box.checked;
    chosenAnew();
  } else if (box.id === "color") {
    state.color = box.value;
    chooseNoteColors();
    fillChoices();
    chosenAnew();
  }
});

document.getElementById("depth").addEventListener("input", (event) => {
  state.depth = Number(event.target.value);
  document.getElementById("depth-said").textContent = depthSaid();
  chosenAnew({ refit: true });
});

document.getElementById("relations-all").addEventListener("click", () => {
  if (state.hidden.size) state.hidden.clear();
  else for (const one of groups) state.hidden.add(one.name);
  showChoices();
  chosenAnew();
});

document.getElementById("typed-only").addEventListener("click", () => {
  state.hidden = new Set(groups.filter((one) => !one.typed).map((one) => one.name));
  showChoices();
  chosenAnew();
});

document.getElementById("reset").addEventListener("click", () => {
  for (const list of Object.values(LISTS)) state[list].clear();
  Object.assign(state, { query: "", depth: 0, ghosts: true, lone: true });
  search("");
  showChoices();
  chosenAnew({ refit: true });
});
