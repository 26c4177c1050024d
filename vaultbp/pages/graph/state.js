// What the reader has chosen. All of it stands in the URL's fragment, so that a view can be sent.

const state = {
  node: -1,
  depth: 0, // 0: the whole graph; otherwise only notes this near to the chosen one
  query: "",
  color: "folder",
  hidden: new Set(), // names of relations
  tags: new Set(), // empty: every tag
  folders: new Set(), // empty: every folder
  states: new Set(), // empty: every state
  ghosts: true,
  lone: true,
  view: null, // {x, y, scale}, null: everything in sight
};

// Which notes and links are shown under these choices.
const shownNode = new Uint8Array(count).fill(1);
const shownLink = new Uint8Array(linkCount).fill(1);
let shownNodes = count;
let shownLinks = linkCount;

function applyChoices() {
  for (let n = 0; n < count; n++) shownNode[n] = passes(n) ? 1 : 0;
  if (state.depth && state.node >= 0) keepNear(state.node, state.depth);
  for (let e = 0; e < linkCount; e++) shownLink[e] = linkPasses(e) ? 1 : 0;
  if (!state.lone) hideLone();
  shownNodes = shownNode.reduce((sum, on) => sum + on, 0);
  shownLinks = shownLink.reduce((sum, on) => sum + on, 0);
}

function passes(n) {
  if (ghost[n]) return state.ghosts && !state.tags.size && !state.folders.size && !state.states.size;
  if (state.folders.size && !state.folders.has(folders[n])) return false;
  if (state.states.size && !state.states.has(states[n])) return false;
  return !state.tags.size || tagsOf(n).some((tag) => state.tags.has(tag));
}

const groupShown = (e) => !state.hidden.has(groups[group[e]].name);
const linkPasses = (e) => groupShown(e) && shownNode[source[e]] && shownNode[target[e]];

function keepNear(start, depth) {
  const reached = new Uint8Array(count);
  reached[start] = 1;
  let edge = [start];
  for (let step = 0; step < depth; step++) {
    const next = [];
    for (const n of edge) {
      for (const e of neighbourLinks(n)) {
        const other = source[e] === n ? target[e] : source[e];
        if (!reached[other] && groupShown(e)) {
          reached[other] = 1;
          next.push(other);
        }
      }
    }
    edge = next;
  }
  for (let n = 0; n < count; n++) shownNode[n] = reached[n] && (shownNode[n] || n === start) ? 1 : 0;
}

function hideLone() {
  const linked = new Uint8Array(count);
  for (let e = 0; e < linkCount; e++) {
    if (shownLink[e]) linked[source[e]] = linked[target[e]] = 1;
  }
  for (let n = 0; n < count; n++) if (!linked[n] && n !== state.node) shownNode[n] = 0;
}

const neighbourLinks = (n) => outgoing[n].concat(incoming[n]);

const LISTS = { hide: "hidden", tag: "tags", folder: "folders", state: "states" };

function writeFragment() {
  const words = new URLSearchParams();
  if (state.node >= 0) words.set("note", ids[state.node]);
  if (state.depth) words.set("depth", state.depth);
  if (state.query) words.set("q", state.query);
  if (state.color !== "folder") words.set("color", state.color);
  for (const [word, list] of Object.entries(LISTS)) {
    for (const item of [...state[list]].sort()) words.append(word, item);
  }
  if (!state.ghosts) words.set("ghosts", "0");
  if (!state.lone) words.set("lone", "0");
  if (state.view) {
    const { x, y, scale } = state.view;
    words.set("at", `${x.toFixed(0)},${y.toFixed(0)},${scale.toPrecision(3)}`);
  }
  const fragment = words.toString();
  if (fragment !== location.hash.slice(1)) {
    history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
  }
}

function readFragment() {
  const words = new URLSearchParams(location.hash.slice(1));
  state.node = idOf.get(words.get("note")) ?? -1;
  state.depth = Math.max(0, Math.min(9, Number.parseInt(words.get("depth"), 10) || 0));
  state.query = words.get("q") || "";
  state.color = ["folder", "tag", "state"].includes(words.get("color")) ? words.get("color") : "folder";
  for (const [word, list] of Object.entries(LISTS)) state[list] = new Set(words.getAll(word));
  state.ghosts = words.get("ghosts") !== "0";
  state.lone = words.get("lone") !== "0";
  const at = (words.get("at") || "").split(",").map(Number);
  const good = at.length === 3 && at.every(Number.isFinite) && at[2] > 0;
  state.view = good ? { x: at[0], y: at[1], scale: at[2] } : null;
}
