// The report works without this; it adds a filter for the list of notes and TeX on copying.

const searchBox = document.getElementById("search");
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

searchBox.addEventListener("input", () => {
  const words = fold(searchBox.value).split(/\s+/).filter(Boolean);
  for (const section of document.querySelectorAll("#contents section")) {
    const folder = section.querySelector("h2")?.textContent ?? "";
    let any = false;
    for (const row of section.querySelectorAll("li")) {
      const text = fold(`${folder} ${row.textContent}`);
      row.hidden = !words.every((word) => text.includes(word));
      any ||= !row.hidden;
    }
    section.hidden = !any;
  }
});
searchBox.addEventListener("keydown", (event) => {
  if (event.key === "Enter") document.querySelector("#contents li:not([hidden]) a")?.click();
  if (event.key === "Escape") {
    searchBox.value = "";
    searchBox.dispatchEvent(new Event("input"));
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input") || event.ctrlKey || event.metaKey) return;
  searchBox.focus();
  event.preventDefault();
});

// What is copied of a formula is its TeX, as it stands in the note.
document.addEventListener("copy", (event) => {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed) return;
  const whole = selection.anchorNode?.parentElement?.closest(".formula");
  const part = selection.getRangeAt(0).cloneContents();
  const formulas = part.querySelectorAll("[data-tex]");
  if (!formulas.length && !(whole && whole.contains(selection.focusNode))) return;
  for (const formula of formulas) {
    const marks = formula.classList.contains("display") ? "$$" : "$";
    formula.replaceWith(`${marks}${formula.dataset.tex}${marks}`);
  }
  event.clipboardData.setData("text/plain", formulas.length ? part.textContent : whole.dataset.tex);
  event.preventDefault();
});

document.documentElement.dataset.ready = "yes";
