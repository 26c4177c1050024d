// Colours for light and dark. Relations take the Okabe–Ito colours, which people with any kind of
// colour vision can tell apart; dashes and signs say the same without colour.

const THEMES = {
  light: {
    paper: "#fbfbfa", ink: "#1c2024", plain: "#6b7a90", ghost: "#8a8f98", untyped: "#9aa1ab", onNote: "#ffffff",
    good: "#00704f", bad: "#c2410c",
    relations: ["#0072b2", "#d55e00", "#007a5a", "#a3508a", "#9a6700", "#2a7fb8", "#6b4fbb", "#8c564b"],
    notes: ["#3b6ea8", "#b8702a", "#3d8a5f", "#9a4f86", "#8a7a1f", "#5a63b8", "#2f8a94", "#a84a4a", "#6b8a2f", "#7a5c48"],
    states: {
      wrong: "#c2410c", "failing cell": "#a3508a", unchecked: "#8a6d1a", verified: "#0a6fb0",
      "nothing to check": "#8b95a3", "not found": "#8a8f98",
    },
  },
  dark: {
    paper: "#15181c", ink: "#e8eaed", plain: "#93a1b8", ghost: "#7d848f", untyped: "#565e69", onNote: "#15181c",
    good: "#3ccf9e", bad: "#ff8a4c",
    relations: ["#56b4e9", "#f2935c", "#2fc79a", "#e29cc8", "#e6b93c", "#7cc3ee", "#b39df0", "#c99b8b"],
    notes: ["#7fb0ea", "#e5a866", "#74c79a", "#d592c3", "#cdbd5c", "#a3abf0", "#6ecbd6", "#e58c8c", "#aecb6a", "#c2a089"],
    states: {
      wrong: "#ff8a4c", "failing cell": "#e29cc8", unchecked: "#d8bd5e", verified: "#63b6f5",
      "nothing to check": "#8b95a3", "not found": "#7d848f",
    },
  },
};

const darkWanted = window.matchMedia("(prefers-color-scheme: dark)");
const wideWanted = window.matchMedia("(min-width: 60rem)");

// Folders and tags by how many notes have them: the ten commonest get a colour of their own.
const noteColors = new Map();

function countBy(keysOf) {
  const sums = new Map();
  for (let n = 0; n < count; n++) for (const key of keysOf(n)) sums.set(key, (sums.get(key) || 0) + 1);
  return [...sums].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

const folderCounts = countBy((n) => (ghost[n] ? [] : [folders[n]]));
const tagCounts = countBy(tagsOf);

function chooseNoteColors() {
  noteColors.clear();
  const keys = state.color === "tag" ? countBy((n) => tagsOf(n).slice(0, 1)) : folderCounts;
  keys.slice(0, THEMES.light.notes.length).forEach(([key], at) => noteColors.set(key, at));
}

function applyTheme() {
  colors = THEMES[darkWanted.matches ? "dark" : "light"];
}
