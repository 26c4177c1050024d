// The graph as the page was given it: columns of numbers, turned into what the other parts ask for.

const raw = JSON.parse(document.getElementById("graph-data").textContent);
const count = raw.ids.length;
const linkCount = raw.links.length / 4;

const groups = raw.groups;
const ids = raw.ids;
const X = Float64Array.from(raw.x);
const Y = Float64Array.from(raw.y);
const source = new Int32Array(linkCount);
const target = new Int32Array(linkCount);
const group = new Uint16Array(linkCount);
const line = new Int32Array(linkCount);
const change = new Int8Array(linkCount);
for (let e = 0; e < linkCount; e++) {
  source[e] = raw.links[4 * e];
  target[e] = raw.links[4 * e + 1];
  group[e] = raw.links[4 * e + 2];
  line[e] = raw.links[4 * e + 3];
}
for (const e of raw.added) change[e] = 1;
for (const e of raw.removed) change[e] = -1;

const ghost = new Uint8Array(count);
for (const n of raw.ghosts) ghost[n] = 1;

const idOf = new Map(ids.map((id, n) => [id, n]));

function titleOf(n) {
  const given = raw.titles[n];
  if (given) return given;
  const name = ids[n].slice(ids[n].lastIndexOf("/") + 1);
  return name.replace(/\.md$/i, "");
}
const titles = ids.map((_, n) => titleOf(n));

function folderOf(n) {
  if (ghost[n]) return "";
  const slash = ids[n].lastIndexOf("/");
  return slash < 0 ? "/" : ids[n].slice(0, slash);
}

const tagsOf = (n) => (raw.tagsOf[n] || []).map((t) => raw.tags[t]);
const aliasesOf = (n) => raw.aliases[n] || [];

// [verified, wrong, unchecked, cells passed, cells failed], or undefined for a note without any.
const tally = (n) => raw.states[n];

const STATES = ["wrong", "failing cell", "unchecked", "verified", "nothing to check", "not found"];

function stateOf(n) {
  if (ghost[n]) return "not found";
  const found = tally(n);
  if (!found) return "nothing to check";
  const [verified, wrong, unchecked, passed, failed] = found;
  if (wrong) return "wrong";
  if (failed) return "failing cell";
  if (unchecked) return "unchecked";
  return verified || passed ? "verified" : "nothing to check";
}
const states = ids.map((_, n) => stateOf(n));
const folders = ids.map((_, n) => folderOf(n));

// Links by note: outgoing[n] and incoming[n] hold link numbers.
const outgoing = Array.from({ length: count }, () => []);
const incoming = Array.from({ length: count }, () => []);
for (let e = 0; e < linkCount; e++) {
  outgoing[source[e]].push(e);
  incoming[target[e]].push(e);
}
const radius = Float64Array.from(ids, (_, n) => {
  const degree = outgoing[n].length + incoming[n].length;
  return Math.min(5 + 2.2 * Math.sqrt(degree), 30);
});

// Links between the same two notes fan out: bend[e] counts -1, 0, 1, … from the straight line.
const bend = new Int8Array(linkCount);
{
  const seen = new Map();
  for (let e = 0; e < linkCount; e++) {
    const a = Math.min(source[e], target[e]);
    const key = a * count + Math.max(source[e], target[e]);
    const before = seen.get(key) || 0;
    seen.set(key, before + 1);
    const step = Math.ceil(before / 2) * (before % 2 ? 1 : -1);
    bend[e] = Math.max(-9, Math.min(9, source[e] === a ? step : -step));
  }
}

const byDegree = Int32Array.from(ids, (_, n) => n).sort((a, b) => radius[b] - radius[a] || a - b);
