// Exchanges beside each other, from rows that were compared when the page was made; and their bytes as they were kept.
const AROUND = 2, FOLDED = 6;

async function drawBeside(place) {
  const check = place.dataset.check, drawn = [];
  for (const number of INDEX.places[check] || []) {
    for (const line of await blob(number)) {
      const one = JSON.parse(line);
      if (one.check === check) drawn.push(one);
    }
  }
  if (!drawn.length) return;
  place.replaceChildren(...drawn.map(besideFigure));
  const { more, cut } = place.dataset, left = (Number(more) || 0) + (Number(cut) || 0);
  if (left) place.append(make("p", { class: "muted" }, `${left.toLocaleString("en")} more of its exchanges differ; exchanges.jsonl has them`));
}

function besideFigure(one) {
  const view = make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": one.what }, besideTable(one));
  const figure = make("figure", { class: "exchange" });
  const alike = one.alike.length ? make("span", { class: "muted" }, `no difference told on ${one.alike.join(", ")}`) : null;
  const tools = make("span", { class: "tools" });
  const choose = (name, draw, pressed) => make("button", { type: "button", "aria-pressed": String(pressed), click: (event) => {
    for (const other of tools.children) other.setAttribute("aria-pressed", String(other === event.target));
    view.replaceChildren(draw());
  } }, name);
  tools.append(choose("Side by side", () => besideTable(one), true));
  if (one.raw.length) {
    tools.append(choose("Bytes", () => rawSides(one, asText), false), choose("Hex", () => rawSides(one, asHex), false));
  }
  figure.append(make("figcaption", {}, make("strong", {}, one.what), alike, tools), view);
  return figure;
}

function rawSides(one, view) {
  const columns = one.raw.map((found, n) => {
    const name = one.names[n].join(", ");
    if (!found) return make("div", { class: "side" }, make("h5", {}, name), make("p", { class: "muted" }, "no such exchange"));
    const label = (side) => `${side} on ${name}, exchange ${found.number}`;
    const [asked, answered] = [view(askedBytes(found.line), []), view(answeredBytes(found.line), [])];
    asked.setAttribute("aria-label", label("Request"));
    answered.setAttribute("aria-label", label("Response"));
    return make("div", { class: "side" }, make("h5", {}, label("Request")), asked, make("h5", {}, label("Response")), answered, times(found.line));
  });
  return make("div", { class: "sides" }, ...columns);
}

function besideTable(one) {
  const body = make("tbody"), width = one.names.length;
  let alike = [];
  const flush = (last) => {
    // A long run of lines that are alike is folded, but for the lines around what differs.
    const head = body.rows.length ? AROUND : 1, tail = last ? 0 : AROUND;
    const folded = alike.length > FOLDED ? alike.slice(head, alike.length - tail) : [];
    const shown = (row) => body.append(besideRow(row, width));
    alike.slice(0, folded.length ? head : alike.length).forEach(shown);
    if (folded.length) {
      const button = make("button", { type: "button", click: (event) => {
        const rows = folded.map((row) => besideRow(row, width));
        event.target.closest("tr").replaceWith(...rows);
        rows[0].tabIndex = -1;
        rows[0].focus();
      } }, `Show ${folded.length} lines that are alike`);
      body.append(make("tr", { class: "alike" }, make("td", { colspan: String(width) }, button)));
      alike.slice(alike.length - tail).forEach(shown);
    }
    alike = [];
  };
  for (const row of one.rows) {
    if (typeof row === "string") alike.push(row);
    else { flush(false); body.append(besideRow(row, width)); }
  }
  flush(true);
  return make("table", { class: "beside" },
    make("thead", {}, make("tr", {}, ...one.names.map((names) => make("th", { scope: "col" }, names.join(", "))))), body);
}

function besideRow(row, width) {
  const cells = typeof row === "string" ? Array.from({ length: width }, () => [row, []]) : row;
  return make("tr", { class: typeof row === "string" ? "alike" : "differs" }, ...cells.map(besideCell));
}

function besideCell(cell) {
  if (cell === null) return make("td", { class: "none" }, make("span", { class: "off" }, "no such line"));
  const [text, spans] = cell, td = make("td");
  let at = 0;
  for (const [begin, end] of spans) {
    if (begin < at) continue;
    td.append(text.slice(at, begin), make("mark", {}, text.slice(begin, end)));
    at = end;
  }
  td.append(text.slice(at));
  return td;
}

// The switch stands outside the form, so that it works without scripts; what it changes is the form's affair.
function switching() {
  const all = document.getElementById("all"), form = document.getElementById("filter");
  if (all && form) all.addEventListener("input", () => form.dispatchEvent(new Event("input")));
}
