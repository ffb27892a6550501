// Which checks are shown: by verdict, level, oracle and text. Nothing chosen is everything.
function filtering() {
  const form = document.getElementById("filter");
  if (!form) return;
  const checks = [...document.querySelectorAll("details.check")], texts = new Map();
  const groups = [...document.querySelectorAll("details.group")], areas = [...document.querySelectorAll(".area")];
  const opened = new Set(groups.filter((group) => group.open)), cells = new Map();
  for (const cell of document.querySelectorAll("a.cell")) {
    const id = decodeURIComponent(cell.hash.slice(1));
    cells.set(id, [...(cells.get(id) || []), cell]);
  }
  // Exchanges are no part of the text: they come and go.
  const text = (check) => {
    if (!texts.has(check)) {
      const parts = [check.querySelector("summary"), ...check.querySelectorAll(".claim, .facts, .deviation")];
      texts.set(check, parts.map((part) => part.textContent).join(" ").toLowerCase());
    }
    return texts.get(check);
  };
  const apply = () => {
    const data = new FormData(form), verdicts = data.getAll("verdict"), levels = data.getAll("level");
    const oracle = data.get("oracle"), words = String(data.get("text")).toLowerCase().split(/\s+/).filter(Boolean);
    const any = verdicts.length || levels.length || oracle || words.length;
    const alike = INDEX.page !== "comparison" || data.get("all");
    let matches = 0;
    for (const check of checks) {
      const { v, l, o, same } = check.dataset;
      const hit = (alike || !same) && (!verdicts.length || v.split(" ").some((one) => verdicts.includes(one)))
        && (!levels.length || levels.includes(l)) && (!oracle || o === oracle)
        && (!words.length || words.every((word) => text(check).includes(word)));
      if (check.hidden === hit) check.hidden = !hit;
      matches += hit ? 1 : 0;
      for (const cell of cells.get(check.id) || []) cell.classList.toggle("dim", !hit);
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("details.check:not([hidden])");
      if (any && matches <= 300) group.open = !group.hidden;
      else if (!any) group.open = opened.has(group);
    }
    for (const area of areas) area.hidden = !area.querySelector("details.group:not([hidden])");
    form.querySelector(".matches").textContent = `${matches.toLocaleString("en")} of ${checks.length.toLocaleString("en")} checks`
      + (matches ? "" : ": nothing matches, clear the filter to see all");
  };
  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(apply, checks.length > 2000 ? 200 : 60); };
  form.hidden = false;
  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
}
