// The side panel: what the chosen note is, what was found in it, and its relations both ways.

const panel = document.getElementById("panel");
const panelBody = document.getElementById("panel-body");
const live = document.getElementById("live");

function make(tag, properties = {}, children = []) {
  const { dataset, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, dataset);
  element.append(...children);
  return element;
}

function choose(n, { centre = false } = {}) {
  state.node = n;
  if (state.depth) applyChoices();
  if (n >= 0 && centre) {
    view.x = X[n];
    view.y = Y[n];
    view.scale = Math.max(view.scale, 0.8);
    keepView();
  }
  fillPanel();
  writeFragment();
  showCounts();
  if (state.depth) redraw();
  else draw();
}

function fillPanel() {
  const n = state.node;
  panel.hidden = n < 0;
  document.body.classList.toggle("with-panel", n >= 0);
  if (n < 0) return;
  panelBody.replaceChildren(
    make("h2", { textContent: titles[n], id: "panel-title" }),
    make("p", { className: "path", textContent: ghost[n] ? "No such note: only links point here." : ids[n] }),
    ...words(n),
    ...opening(n),
    ...findings(n),
    ...relations(n, outgoing[n], target, "Points to", "→"),
    ...relations(n, incoming[n], source, "Pointed to by", "←"),
  );
  live.textContent = `${titles[n]}, ${states[n]}, ${outgoing[n].length} links out, ${incoming[n].length} in`;
}

function words(n) {
  const rows = [];
  const tags = tagsOf(n), aliases = aliasesOf(n);
  if (aliases.length) rows.push(make("p", { className: "also", textContent: `also ${aliases.join(", ")}` }));
  if (tags.length) {
    rows.push(make("p", { className: "tags" }, tags.map((tag) => make("span", { className: "tag", textContent: `#${tag}` }))));
  }
  return rows;
}

// Links that open the note: Obsidian's own, and the file beside this page.
function opening(n) {
  if (ghost[n]) return [];
  const note = ids[n].replace(/\.md$/i, "");
  const query = `vault=${encodeURIComponent(raw.name)}&file=${encodeURIComponent(note)}`;
  const file = raw.base + ids[n].split("/").map(encodeURIComponent).join("/");
  return [
    make("p", { className: "open" }, [
      make("a", { href: `obsidian://open?${query}`, textContent: "Open in Obsidian" }),
      make("a", { href: file, textContent: "Open the file" }),
    ]),
  ];
}

function findings(n) {
  const found = tally(n);
  if (!found) return [];
  const [verified, wrong, unchecked, passed, failed] = found;
  const rows = [
    [wrong, "wrong", "✗", wrong === 1 ? "wrong derivation" : "wrong derivations"],
    [failed, "failing", "!", failed === 1 ? "failing cell" : "failing cells"],
    [unchecked, "unchecked", "–", "unchecked"],
    [verified, "verified", "✓", "verified"],
    [passed, "verified", "✓", passed === 1 ? "cell passed" : "cells passed"],
  ].filter(([number]) => number);
  return [
    make("h3", { textContent: "Checked" }),
    make("ul", { className: "findings" }, rows.map(([number, kind, mark, word]) =>
      make("li", { className: kind }, [make("b", { textContent: mark }), ` ${number} ${word}`]))),
  ];
}

function relations(n, links, end, heading, arrow) {
  if (!links.length) return [];
  const byGroup = new Map();
  for (const e of links) {
    if (!byGroup.has(group[e])) byGroup.set(group[e], []);
    byGroup.get(group[e]).push(e);
  }
  const parts = [make("h3", { textContent: `${heading} (${links.length})` })];
  for (const at of [...byGroup.keys()].sort((a, b) => a - b)) {
    parts.push(make("h4", {}, [sample(groups[at]), ` ${groups[at].label} ${arrow}`]));
    parts.push(make("ul", { className: "links" }, byGroup.get(at).map((e) => linkRow(e, end[e]))));
  }
  return parts;
}

function linkRow(e, other) {
  const button = make("button", { type: "button", textContent: titles[other], dataset: { node: other } });
  if (ghost[other]) button.classList.add("ghost");
  const place = make("span", { className: "place", textContent: line[e] ? `line ${line[e]}` : "" });
  const marks = { 1: "+ added", "-1": "− removed" };
  const changed = change[e] ? [make("span", { className: "changed", textContent: marks[change[e]] })] : [];
  return make("li", {}, [button, ...changed, place]);
}

// A piece of the line as it is drawn, for legends.
function sample(one) {
  const name = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(name, "svg");
  svg.setAttribute("viewBox", "0 0 34 10");
  svg.setAttribute("class", "sample");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(name, "path");
  const look = styleOf(groups.indexOf(one));
  line.setAttribute("d", "M1 5H27");
  line.setAttribute("stroke", look.color);
  line.setAttribute("stroke-width", one.typed ? 2.4 : 1.6);
  line.setAttribute("stroke-dasharray", one.dash.join(" "));
  const head = document.createElementNS(name, "path");
  head.setAttribute("d", "M26 1.5L33 5L26 8.5Z");
  head.setAttribute("fill", look.color);
  svg.append(line, head);
  return svg;
}

panelBody.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-node]");
  if (button) choose(Number(button.dataset.node), { centre: true });
});
panelBody.addEventListener("pointerover", (event) => {
  const button = event.target.closest("button[data-node]");
  hovered = button && shownNode[button.dataset.node] ? Number(button.dataset.node) : -1;
  draw();
});
panelBody.addEventListener("pointerleave", () => {
  hovered = -1;
  draw();
});
document.getElementById("panel-close").addEventListener("click", () => {
  state.depth = 0;
  choose(-1);
  showChoices();
  canvas.focus();
});
