// The two sides of an exchange as bytes, as text and as hex. marks.py joins the same parts in the same order.
function latin(text) {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at) < 256 ? text.charCodeAt(at) : 63;
  return bytes;
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
}

function based(text) {
  try { return decoded(text || ""); } catch { return new Uint8Array(); }
}

function askedBytes(line) {
  return joined([latin(line.request.head || ""), based(line.request.body)]);
}

function answeredBytes(line) {
  if (line.raw) return joined([latin(line.raw), based(line.excess)]);
  const response = line.response, parts = [];
  if (response) {
    for (const head of response.interim || []) parts.push(latin(head));
    parts.push(latin(response.head || ""), based(response.body));
    for (const trailer of response.trailers || []) parts.push(latin(`${trailer}\r\n`));
  }
  return joined([...parts, based(line.excess)]);
}

const NAMES = { 9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\" };
function shownByte(byte) {
  if (NAMES[byte]) return NAMES[byte];
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
}

function spanAt(spans, at) {
  return spans.find(([, begin, end]) => at >= begin && at < end);
}

function edges(spans, length) {
  const cuts = new Set([0, length]);
  for (const [, begin, end] of spans) { cuts.add(Math.min(begin, length)); cuts.add(Math.min(end, length)); }
  return [...cuts].sort((a, b) => a - b);
}

function asText(bytes, spans) {
  const pre = make("pre", { class: "bytes", tabindex: "0" }), cuts = edges(spans, bytes.length);
  for (let n = 0; n + 1 < cuts.length; n++) {
    const span = spanAt(spans, cuts[n]);
    const into = span ? make("mark", { title: span[3] }) : pre;
    let text = "";
    const flush = () => { if (text) into.append(text); text = ""; };
    for (let at = cuts[n]; at < cuts[n + 1]; at++) {
      const crlf = bytes[at] === 13 && bytes[at + 1] === 10 && at + 1 < cuts[n + 1];
      if (crlf || bytes[at] === 10) {
        flush();
        into.append(make("i", {}, crlf ? "\\r\\n" : "\\n"), "\n");
        at += crlf ? 1 : 0;
      } else text += shownByte(bytes[at]);
    }
    flush();
    if (span) pre.append(into);
  }
  return pre;
}

function asHex(bytes, spans) {
  const pre = make("pre", { class: "bytes hex", tabindex: "0" });
  for (let row = 0; row < bytes.length; row += 16) {
    pre.append(`${row.toString(16).padStart(5, "0")}  `);
    for (const [width, draw, space] of [[3, (b) => b.toString(16).padStart(2, "0"), " "],
      [1, (b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : "."), ""]]) {
      for (let at = row; at < row + 16; at++) {
        if (at >= bytes.length) { pre.append(" ".repeat(width)); continue; }
        const span = spanAt(spans, at);
        pre.append(span ? make("mark", { title: span[3] }, draw(bytes[at])) : draw(bytes[at]), space);
      }
      pre.append(space ? " " : "\n");
    }
  }
  return pre;
}
