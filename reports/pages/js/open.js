// A check shows its exchanges when it is opened; #check=ID opens it.
const PAGE = 10;

async function show(place) {
  if (place.dataset.state) return;
  place.dataset.state = "loading";
  place.setAttribute("aria-busy", "true");
  try {
    if (INDEX.page === "comparison") await drawBeside(place);
    else await drawAll(place);
    place.dataset.state = "shown";
  } catch (error) {
    place.dataset.state = "failed";
    place.append(make("p", {}, `The exchanges cannot be unpacked here: ${error.message}`));
  }
  place.removeAttribute("aria-busy");
}

async function drawAll(place) {
  const check = place.dataset.check, all = await exchangesOf(check);
  const shows = all.filter((one) => one.rules.length), rest = all.filter((one) => !one.rules.length);
  const waiting = [...shows, ...rest];
  place.replaceChildren();
  const cut = Number(place.dataset.cut);
  const more = make("button", { type: "button", class: "more" });
  const next = (count) => {
    const drawn = waiting.splice(0, count).map((one) => drawExchange(one, check, all));
    more.before(...drawn);
    more.hidden = !waiting.length;
    const left = waiting.length, now = Math.min(PAGE, left);
    more.textContent = `Show ${now === left ? "" : `${now} of `}${left.toLocaleString("en")} more exchange${left === 1 ? "" : "s"}`;
    return drawn[0];
  };
  more.addEventListener("click", () => {
    const first = next(PAGE);
    first.querySelector("button").focus();
  });
  place.append(more);
  next(shows.length ? Math.min(shows.length, 3) : 1);
  if (cut) place.append(make("p", { class: "muted" }, `${cut.toLocaleString("en")} exchanges of it were cut from this page and are in exchanges.jsonl`));
  else if (!all.length) place.append(make("p", { class: "muted" }, "No exchange of it is here."));
}

function openTarget() {
  let id;
  try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  const found = id && document.getElementById(id);
  if (!found || !found.matches("details.check")) return;
  for (const other of document.querySelectorAll(".check.here")) other.classList.remove("here");
  for (let above = found; above; above = above.parentElement) {
    if (above.hidden) above.hidden = false;
    if (above.matches("details")) above.open = true;
  }
  found.classList.add("here");
  const summary = found.querySelector("summary");
  summary.focus({ preventScroll: true });
  // What is above it gets its real height only when it has been laid out.
  found.scrollIntoView({ behavior: "instant", block: "start" });
  requestAnimationFrame(() => found.scrollIntoView({ behavior: "instant", block: "start" }));
}

function opening() {
  document.addEventListener("toggle", (event) => {
    if (!event.target.open || !event.target.matches("details.check")) return;
    const place = event.target.querySelector(".evidence");
    if (place) show(place);
  }, true);
  for (const check of document.querySelectorAll("details.check")) {
    const body = check.querySelector(".body");
    body.append(make("p", {}, make("button", { type: "button", class: "share", click: () => {
      const here = `#check=${encodeURIComponent(check.id.slice("check=".length))}`;
      window.history.replaceState(null, "", here);
      copy(location.href, "Link to this check");
    } }, "Copy link to this check")));
  }
  addEventListener("hashchange", openTarget);
  openTarget();
}
