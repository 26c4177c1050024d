// The same graph as a table, for those who would rather read: filled when it is opened.

const tableBox = document.getElementById("table");
const TABLE_ROWS = 1000;

function fillTable() {
  const nodes = everyShown();
  const rows = [...nodes.slice(0, TABLE_ROWS)].map((n) => make("tr", {}, [
    make("td", {}, [make("button", { type: "button", textContent: titles[n], dataset: { node: n } })]),
    make("td", { textContent: ghost[n] ? "" : folders[n] }),
    make("td", { textContent: `${MARKS[states[n]] ? `${MARKS[states[n]]} ` : ""}${states[n]}` }),
    make("td", { className: "number", textContent: outgoing[n].filter((e) => shownLink[e]).length }),
    make("td", { className: "number", textContent: incoming[n].filter((e) => shownLink[e]).length }),
  ]));
  document.getElementById("rows").replaceChildren(...rows);
  document.getElementById("table-said").textContent = nodes.length > TABLE_ROWS
    ? `The ${TABLE_ROWS} most linked of ${nodes.length} notes; search or filter to see others.`
    : `${nodes.length} notes, the most linked first.`;
}

document.getElementById("show-table").addEventListener("click", () => {
  fillTable();
  tableBox.showModal();
});
tableBox.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-node]");
  if (!button) return;
  tableBox.close();
  choose(Number(button.dataset.node), { centre: true });
  showChoices();
});
