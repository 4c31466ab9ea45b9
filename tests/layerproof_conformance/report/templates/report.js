"use strict";
{
  const input = document.getElementById("filter");
  const chips = [...document.querySelectorAll(".chip")];
  const marked = [...document.querySelectorAll("[data-layer]")];
  const nothing = document.getElementById("nothing");

  const apply = () => {
    const text = input.value.trim().toLowerCase();
    const verdict = chips.find((chip) => chip.getAttribute("aria-pressed") === "true").dataset.show;
    for (const element of marked) {
      const fits = element.dataset.layer.toLowerCase().includes(text);
      element.hidden = !fits || (verdict !== "" && element.dataset.verdict !== verdict);
    }
    nothing.hidden = document.querySelector("#layer-table tbody tr:not([hidden])") !== null;
  };
  input.addEventListener("input", apply);
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      for (const other of chips) other.setAttribute("aria-pressed", String(other === chip));
      apply();
    });
  }

  const table = document.getElementById("layer-table");
  const heads = [...table.querySelectorAll("thead th")];
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const numeric = "number" in head.dataset;
      const was = head.getAttribute("aria-sort");
      const down = was === "none" ? numeric : was === "ascending";
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = (row) => row.cells[column].dataset.value;
      const compare = numeric
        ? (a, b) => Number(value(a)) - Number(value(b))
        : (a, b) => value(a).localeCompare(value(b));
      const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? compare(b, a) : compare(a, b)));
      table.tBodies[0].append(...rows);
    });
  });

  for (const button of document.querySelectorAll(".copy")) {
    button.addEventListener("click", async () => {
      const code = button.previousElementSibling;
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "copied";
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = "selected";
      }
    });
  }

  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details.coverage")) details.open = true;
  });
}
