// What the pages do beyond standing still: tooltips, and the sorting and filtering of the table of bugs.
// Without this file every number is still there.
"use strict";

(function tooltips() {
  const tip = document.getElementById("tip");
  let shown = null;
  document.addEventListener("pointermove", (event) => {
    const mark = event.target.closest && event.target.closest("[data-tip]");
    if (!mark) {
      if (shown) { tip.hidden = true; shown = null; }
      return;
    }
    if (mark !== shown) { tip.textContent = mark.dataset.tip; tip.hidden = false; shown = mark; }
    const box = tip.getBoundingClientRect();
    const left = Math.min(event.clientX + 12, document.documentElement.clientWidth - box.width - 8);
    const above = event.clientY - box.height - 12;
    tip.style.left = Math.max(8, left) + "px";
    tip.style.top = (above > 4 ? above : event.clientY + 16) + "px";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) { tip.hidden = true; shown = null; }
  });
})();

(function bugTable() {
  const table = document.getElementById("bug-table");
  const form = document.querySelector('form[data-for="bug-table"]');
  if (!table || !form) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const more = form.querySelector("button");
  const AT_ONCE = 250; // a browser lays out thousands of rows slowly, and nobody reads them
  let limit = AT_ONCE;
  const names = new Intl.Collator("en", { numeric: true });
  const key = (row, column) => {
    const cell = row.cells[column];
    return "v" in cell.dataset ? Number(cell.dataset.v) : cell.textContent.trim();
  };

  function sort(button) {
    const head = button.closest("th");
    const column = Number(button.dataset.col);
    const numeric = rows.length > 0 && "v" in rows[0].cells[column].dataset;
    const before = head.getAttribute("aria-sort");
    const order = before ? (before === "ascending" ? "descending" : "ascending") : numeric ? "descending" : "ascending";
    table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const keyed = rows.map((row, place) => ({ row, place, key: key(row, column) }));
    keyed.sort((a, b) => sign * (numeric ? a.key - b.key : names.compare(a.key, b.key)) || a.place - b.place);
    keyed.forEach((item, place) => { rows[place] = item.row; });
    filter();
    body.append(...rows);
  }

  function filter() {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const slice = form.elements.slice.value;
    const change = form.elements.change.value;
    let shown = 0;
    for (const row of rows) {
      const text = (row.cells[0].textContent + " " + (row.dataset.tags || "")).toLowerCase();
      const fits =
        words.every((word) => text.includes(word)) &&
        (!slice || row.cells[1].textContent === slice) &&
        (!change || (row.dataset.change || "").split(" ").includes(change));
      row.hidden = !fits || shown >= limit;
      shown += fits;
    }
    more.hidden = shown <= limit;
    form.querySelector("output").textContent = shown === rows.length ? rows.length + " bugs" : shown + " of " + rows.length + " bugs";
  }

  table.querySelectorAll("thead button").forEach((button) => button.addEventListener("click", () => sort(button)));
  form.addEventListener("input", filter);
  more.addEventListener("click", () => { limit = Infinity; filter(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      form.elements.text.focus();
    }
  });
  form.hidden = false;
  filter();
})();

// On the page of a bug: [ and ] go to its neighbours, u goes up to the overview.
(function neighbours() {
  const links = { "[": "a[rel=prev]", "]": "a[rel=next]", u: "a[rel=up]" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const link = links[event.key] && document.querySelector(links[event.key]);
    if (link) link.click();
  });
})();

// A link to an answer that is folded away opens it.
function unfold() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target && target.tagName === "DETAILS") target.open = true;
}
window.addEventListener("hashchange", unfold);
unfold();

// Every bug, figure and definition belongs on paper; completions do not.
window.addEventListener("beforeprint", () => {
  document.querySelector(".filters button")?.click();
  document.querySelectorAll("details.pair, details.pairing, details.definition").forEach((item) => { item.open = true; });
});
