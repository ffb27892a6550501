// Evidence is unpacked when it is asked for; a few blobs are kept, so that memory does not grow with what was looked at.
const INDEX = JSON.parse(document.getElementById("index").textContent);
const KEPT = 6;
const unpacked = new Map();

function decoded(text) {
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at);
  return bytes;
}

function blob(number) {
  let found = unpacked.get(number);
  if (!found) {
    const packed = decoded(document.getElementById(`blob-${number}`).textContent);
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    found = new Response(stream).text().then((text) => text.split("\n"));
    unpacked.set(number, found);
    if (unpacked.size > KEPT) unpacked.delete(unpacked.keys().next().value);
  }
  return found;
}

// The exchanges of a check that are in this page, in their order: number, rules and marks, the line itself.
async function exchangesOf(check) {
  const found = [], tail = `"check": ${JSON.stringify(check)}}`;
  for (const number of INDEX.places[check] || []) {
    for (const line of await blob(number)) {
      // What is no ASCII is escaped in the file, so the cheap look may miss; the member decides.
      if (!line.endsWith(tail) && /^[\x20-\x7e]*$/.test(check) && line.endsWith('"}')) continue;
      const [place, shows, ...rest] = line.split("\t");
      let told;
      try { told = JSON.parse(rest.join("\t")); } catch { continue; }
      if (told.check !== check) continue;
      found.push({ number: Number(place), ...(shows ? JSON.parse(shows) : { rules: [], marks: [] }), line: told });
    }
  }
  return found.sort((a, b) => a.number - b.number);
}
