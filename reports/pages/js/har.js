// A check's conversation up to one exchange as HAR 1.2, in the form that `--recording FILE.har` replays.
const SUCCESS = { PUT: 201, COPY: 201, DELETE: 204, POST: 204 };

function harHeaders(head) {
  return head.fields.map(([name, value]) => ({ name, value }));
}

function harBody(message) {
  const size = message.size || 0, told = { size };
  if (message.sha256) told.sha256 = message.sha256;
  if (size && based(message.body).length === size) Object.assign(told, { encoding: "base64", text: message.body });
  return told;
}

function harEntry(page, connection, request, response, started, seconds) {
  return { pageref: page, startedDateTime: started, time: seconds * 1000, connection, cache: {},
    timings: { send: 0, wait: seconds * 1000, receive: 0 }, request, response };
}

function harRequest(method, target, headers, framing, body) {
  return { method, url: INDEX.url.replace(/\/+$/, "") + target, httpVersion: "HTTP/1.1", cookies: [], headers,
    queryString: [], headersSize: -1, bodySize: body.size, _framing: framing,
    _chunkSizes: framing === "chunked" ? [...(body.size ? [body.size] : []), 0] : [], _body: body };
}

function harResponse(status, headers, body, text = "") {
  return { status, statusText: text, httpVersion: "HTTP/1.1", cookies: [], headers, redirectURL: "", headersSize: -1,
    bodySize: body.size, content: { mimeType: "application/octet-stream", ...body }, _framing: "length", _chunkSizes: [] };
}

// Why a check cannot become a recording, or its HAR.
function asHar(check, exchanges, upTo) {
  const storage = INDEX.storage || "", steps = [];
  let api = null, container = null;
  for (const { number, line } of exchanges.filter((one) => one.number <= upTo)) {
    const head = headOf(line.request.head);
    if (!head || head.version !== "HTTP/1.1") return { why: `exchange ${number} is not what a recording can hold` };
    if (/[?&][^=&]*=\*\*\*/.test(head.target)) return { why: `exchange ${number} is signed by its address, which is masked` };
    const s3 = head.fields.some(([n, v]) => n.toLowerCase() === "authorization" && v === "***");
    const speaks = s3 ? "s3" : "swift", path = head.target.split("?")[0];
    const inside = s3 ? path : path.startsWith(`${storage}/`) && storage ? path.slice(storage.length) : "";
    const named = inside.split("/")[1];
    if (!named) return { why: `exchange ${number} is about no container` };
    if ((api && api !== speaks) || (container && container !== named)) return { why: "the check speaks of several containers or APIs" };
    api = speaks;
    container = named;
    steps.push({ number, line, head });
  }
  if (!steps.length) return { why: "no exchange of it is in this page" };
  if (!steps.some(({ head }) => head.fields.some(([, v]) => v === "***"))) return { why: "no request of it is authorised" };
  return { har: { log: harLog(check, api, container, storage, steps) } };
}

function harLog(check, api, container, storage, steps) {
  const began = steps[0].line.started || 0, at = (line) => new Date((line.started || 0) * 1000).toISOString();
  const entries = api === "swift" ? harLogin(storage, container, new Date(began * 1000 - 1000).toISOString()) : [];
  for (const { line, head } of steps) {
    const headers = harHeaders(head).map((field) => unmasked(field, head, line));
    const answer = line.response && line.response.status ? line.response : null;
    const answered = answer ? headOf(`GET / HTTP/1.1\r\n${(answer.head || "").split("\r\n").slice(1).join("\r\n")}`) : null;
    const response = harResponse(answer ? answer.status : SUCCESS[head.method] || 200,
      answered ? harHeaders(answered).filter(({ value }) => value !== "***") : stoodFor(head, line, steps), answer ? harBody(answer) : { size: 0 });
    entries.push(harEntry("check", String(line.connection), harRequest(head.method, head.target, headers,
      line.request.framing, harBody(line.request)), response, at(line), line.seconds || 0));
  }
  const pages = api === "swift" ? ["start", "check"] : ["check"];
  return { version: "1.2", creator: { name: "rgw-conformance report", version: "1" }, browser: { name: "check", version: check },
    comment: `${check} as ${INDEX.gateway} was asked on ${INDEX.started}; what other checks or set-up wrote is no part of it, `
      + "and an answer that could not be read stands here as the success it should have been",
    pages: pages.map((id) => ({ id, title: id, startedDateTime: new Date(began * 1000).toISOString(), pageTimings: {} })), entries };
}

// An answer that could not be read stands for a success: of an object that this check made large, with its manifest.
function stoodFor(head, line, steps) {
  const before = steps.slice(0, steps.findIndex((step) => step.line === line));
  const made = before.filter((step) => step.head.method === "PUT" && step.head.target.split("?")[0] === head.target.split("?")[0]).pop();
  if (!made || !["HEAD", "GET"].includes(head.method)) return [];
  return harHeaders(made.head).filter(({ name }) => name.toLowerCase() === "x-object-manifest");
}

function harLogin(storage, container, started) {
  const field = (name, value) => ({ name, value }), host = field("Host", new URL(INDEX.url).host);
  const url = INDEX.url.replace(/\/+$/, "") + storage, none = { size: 0 };
  const login = harRequest("GET", "/auth/v1", [host, field("X-Auth-User", "{swift-user}"), field("X-Auth-Key", "{swift-key}")],
    "none", none);
  const put = harRequest("PUT", `${storage}/${container}`, [host, field("X-Auth-Token", "{token-1}"), field("Content-Length", "0")],
    "length", none);
  return [
    harEntry("start", "login", login, harResponse(204, [field("X-Storage-Url", url), field("X-Auth-Token", "{token-1}")], none), started, 0),
    harEntry("start", "login", put, harResponse(201, [field("Content-Length", "0")], none), started, 0),
  ];
}

// What is masked becomes what the binder puts this run's own secrets for.
function unmasked({ name, value }, head, line) {
  if (value !== "***") return { name, value };
  if (name.toLowerCase() !== "authorization") return { name, value: "{token-1}" };
  const signed = ["host", ...head.fields.map(([n]) => n.toLowerCase()).filter((n) => n.startsWith("x-amz-"))].sort();
  const day = new Date((line.started || 0) * 1000).toISOString().slice(0, 10).replaceAll("-", "");
  return { name, value: `AWS4-HMAC-SHA256 Credential={s3-access-key}/${day}/us-east-1/s3/aws4_request, `
    + `SignedHeaders=${[...new Set(signed)].join(";")}, Signature={signature}` };
}
