"use strict";
// Without it, the page is whole: this sorts and finds.
(() => {
  const table = document.getElementById("tables");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.n === undefined ? cell.textContent : Number(cell.dataset.n);
  };

  const sort = (column) => {
    const head = heads[column];
    const isNumber = head.classList.contains("n");
    // Numbers: the greatest first.
    const first = isNumber ? "descending" : "ascending";
    const order = head.getAttribute("aria-sort") === first ? (isNumber ? "ascending" : "descending") : first;
    for (const other of heads) {
      other.removeAttribute("aria-sort");
    }
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const compare = (a, b) => a < b ? -1 : a > b ? 1 : 0;
    rows.sort((a, b) => sign * compare(key(a, column), key(b, column)) || key(a, 1) - key(b, 1));
    body.append(...rows);
  };

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(column));
    head.append(button);
  });
  heads[1].setAttribute("aria-sort", "ascending");

  const words = document.getElementById("words");
  const found = document.getElementById("found");
  document.getElementById("filter").hidden = false;
  words.addEventListener("input", () => {
    const wanted = words.value.trim().toLowerCase();
    let n = 0;
    for (const row of rows) {
      const text = row.cells[0].textContent + " " + row.cells[1].textContent;
      row.hidden = !text.toLowerCase().includes(wanted);
      n += row.hidden ? 0 : 1;
    }
    found.textContent = wanted === "" ? "" : n + " of " + rows.length;
  });
})();
