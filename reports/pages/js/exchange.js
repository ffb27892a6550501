// One exchange as people look at it: what was asked and answered, as text or hex, when, and what its connection had seen.
function requestLine(line) {
  return [...(line.request.head || "").split("\r\n")[0]].map((c) => shownByte(c.charCodeAt(0) & 255)).join("");
}

function statusOf(line) {
  return line.response && line.response.status ? String(line.response.status) : line.failure || "no status";
}

function milliseconds(seconds) {
  return `${(seconds * 1000).toFixed(1)} ms`;
}

function drawExchange(one, check, all) {
  const { line, number } = one, sides = make("div", { class: "sides" });
  const draw = (hex) => {
    const view = hex ? asHex : asText;
    sides.replaceChildren(...[["Request", ">", askedBytes(line), line.request],
      ["Response", "<", answeredBytes(line), line.response]].map(([title, mark, bytes, message]) => {
      const spans = one.marks.filter(([side]) => side === mark), kept = message ? based(message.body).length : 0;
      const size = message ? message.size || 0 : 0;
      const shown = view(bytes, spans);
      shown.setAttribute("aria-label", `${title} of exchange ${number}`);
      const more = size > kept && `${kept.toLocaleString("en")} of ${size.toLocaleString("en")} bytes of the body were kept`;
      const chunks = mark === "<" && message && message.framing === "chunked" && "the body came in chunks, which are joined here";
      const notes = [bytes.length ? null : "nothing", more, chunks].filter(Boolean).join("; ");
      return make("div", { class: "side" }, make("h5", {}, title), shown, notes ? make("p", { class: "muted" }, notes) : null);
    }));
  };
  const toggle = (hex) => make("button", { type: "button", "aria-pressed": String(hex === false), click: (event) => {
    for (const other of event.target.parentElement.querySelectorAll("[aria-pressed]")) other.setAttribute("aria-pressed", "false");
    event.target.setAttribute("aria-pressed", "true");
    draw(hex);
  } }, hex ? "Hex" : "Text");
  const tools = make("span", { class: "tools" }, toggle(false), toggle(true),
    make("button", { type: "button", click: () => copy(asCurl(line), "curl command") }, "Copy as curl"),
    make("button", { type: "button", click: () => {
      const { har, why } = asHar(check, all, number);
      if (har) copy(`${JSON.stringify(har, null, 1)}\n`, "Recording");
      else say(`No recording can be made: ${why}`);
    } }, "Copy as recording"));
  draw(false);
  const shows = one.rules.length ? make("span", { class: "shows" }, `shows ${one.rules.join(", ")}`) : null;
  return make("div", { class: "exchange", role: "group", "aria-label": `Exchange ${number}` },
    make("div", { class: "head" }, make("strong", {}, `Exchange ${number}`), shows,
      make("span", { class: "what" }, `${requestLine(line)} → ${statusOf(line)}`), tools),
    sides, times(line), earlier(one, all));
}

function times(line) {
  const parts = [`took ${milliseconds(line.seconds || 0)}`];
  if (line.waited) parts.push(`of which ${milliseconds(line.waited)} were spent waiting for the gateway`);
  if (line.first_byte !== null && line.first_byte !== undefined) parts.push(`first byte after ${milliseconds(line.first_byte)}`);
  parts.push(`request ${(line.position || 0) + 1} on connection ${line.connection}`);
  if (line.reusable === false) parts.push("which was not good for another request after it");
  if (line.failure) parts.push(`it ended with ${line.failure}${line.failure_detail ? `: ${line.failure_detail}` : ""}`);
  if (line.note) parts.push(line.note);
  return make("p", { class: "times" }, parts.map(plain).join(" · "));
}

// What this connection was asked before, as far as this check knows.
function earlier(one, all) {
  const before = all.filter((other) => other.line.connection === one.line.connection && other.number < one.number);
  const position = one.line.position || 0;
  if (!before.length && !position) return null;
  const foreign = position - before.length;
  return make("details", { class: "history" },
    make("summary", {}, `Before it on this connection: ${position || before.length} requests`),
    foreign > 0 ? make("p", { class: "muted" }, `${foreign} of them belong to other checks`) : null,
    make("ol", { start: String(Math.max(foreign, 0) + 1) },
      ...before.slice(-50).map(({ line, number }) => make("li", {}, `${requestLine(line)} → ${statusOf(line)} (exchange ${number}, ${milliseconds(line.seconds || 0)})`))));
}
