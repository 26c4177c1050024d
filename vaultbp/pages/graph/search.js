// Search as you type: matching notes stay lit, the best stand in a list.

const searchBox = document.getElementById("search");
const results = document.getElementById("results");
let folded = null; // what each note is found by; made when first asked for
let listed = [];
let picked = -1;

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function search(query) {
  state.query = query;
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (!words.length) {
    found = null;
    showResults([]);
    return;
  }
  folded ??= titles.map((title, n) => fold([title, ids[n], ...aliasesOf(n)].join("\n")));
  const hits = [];
  for (let n = 0; n < count; n++) {
    if (words.every((word) => folded[n].includes(word))) hits.push([rank(n, words[0]), n]);
  }
  hits.sort((a, b) => a[0] - b[0] || radius[b[1]] - radius[a[1]] || a[1] - b[1]);
  found = new Set(hits.map(([, n]) => n));
  showResults(hits.slice(0, 12).map(([, n]) => n), hits.length);
}

// A title that begins with the word comes first, then one that has it, then paths and aliases.
function rank(n, word) {
  const at = folded[n].slice(0, folded[n].indexOf("\n")).indexOf(word);
  if (at === 0) return 0;
  return at > 0 ? 1 : 2;
}

function showResults(nodes, total = 0) {
  listed = nodes;
  picked = -1;
  results.replaceChildren(...nodes.map((n, at) =>
    make("li", { id: `result-${at}`, role: "option", dataset: { node: n } }, [
      make("span", { textContent: titles[n] }),
      make("span", { className: "place", textContent: ghost[n] ? "no such note" : folders[n] === "/" ? "" : folders[n] }),
    ])));
  if (state.query) {
    const said = total ? `${total} found` : "nothing found";
    results.append(make("li", { className: "said", role: "presentation", textContent: said }));
    live.textContent = said;
  }
  results.hidden = !state.query || document.activeElement !== searchBox;
  searchBox.setAttribute("aria-expanded", String(!results.hidden));
  searchBox.removeAttribute("aria-activedescendant");
}

function pick(at) {
  if (!listed.length) return;
  picked = (at + listed.length) % listed.length;
  for (const [k, row] of [...results.children].entries()) row.setAttribute("aria-selected", String(k === picked));
  searchBox.setAttribute("aria-activedescendant", `result-${picked}`);
}

function openResult(n) {
  results.hidden = true;
  searchBox.setAttribute("aria-expanded", "false");
  choose(n, { centre: true });
  showChoices();
}

searchBox.addEventListener("input", () => {
  search(searchBox.value);
  writeFragment();
  draw();
});
searchBox.addEventListener("focus", () => {
  results.hidden = !state.query;
});
searchBox.addEventListener("blur", () => setTimeout(() => (results.hidden = true), 150));
searchBox.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") pick(picked + 1);
  else if (event.key === "ArrowUp") pick(picked - 1);
  else if (event.key === "Enter" && listed.length) openResult(listed[Math.max(picked, 0)]);
  else if (event.key === "Escape") {
    searchBox.value = "";
    search("");
    writeFragment();
    draw();
    canvas.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
});
results.addEventListener("pointerdown", (event) => {
  const row = event.target.closest("[data-node]");
  if (row) openResult(Number(row.dataset.node));
});
