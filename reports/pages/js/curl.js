// An exchange as a curl command: what curl can say, and in comments what it cannot. Secrets are variables of the shell.
function headOf(text) {
  const [first, ...lines] = (text || "").replace(/\r\n\r\n[^]*$/, "").split("\r\n");
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) (HTTP\/1\.\d)$/.exec(first);
  const fields = lines.map((line) => /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line));
  const plain = match && fields.every(Boolean) && !/[\r\n\0]/.test(lines.join(""));
  return plain ? { method: match[1], target: match[2], version: match[3], fields: fields.map((f) => [f[1], f[2]]) } : null;
}

function quoted(text) {
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = [...text].map((c) => (/[\x20-\x7e]/.test(c) && !"'\\".includes(c) ? c
    : `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`));
  return `$'${escaped.join("")}'`;
}

function variable(name) {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}

function asCurl(line) {
  const head = headOf(line.request.head), says = [], words = ["curl -i"];
  if (!head) return "# curl cannot send this request: its head is not what HTTP/1.1 clients can write.\n";
  const get = (name) => (head.fields.find(([n]) => n.toLowerCase() === name) || [])[1];
  const signed = get("authorization") === "***" && get("x-amz-date") !== undefined;
  if (head.method === "HEAD") words.push("--head");
  else if (head.method !== "GET" || line.request.size) words.push(`--request ${quoted(head.method)}`);
  if (head.version === "HTTP/1.0") words.push("--http1.0");
  words.push("--path-as-is");
  const base = INDEX.url.replace(/\/+$/, "");
  let address = head.target.startsWith("/") ? base + head.target : null;
  if (address === null) { address = `${base}/`; words.push(`--request-target ${quoted(head.target)}`); }
  if (/=\*\*\*/.test(address)) says.push("The signature in the address is masked: sign it anew.");
  for (const [name, value] of head.fields) {
    const low = name.toLowerCase();
    if (low === "host" || low === "content-length") continue;
    if (signed && ["authorization", "x-amz-date"].includes(low)) continue;
    if (value.includes("***")) words.push(`--header "${name}: $${variable(name)}"`);
    else words.push(`--header ${quoted(value === "" ? `${name};` : `${name}: ${value}`)}`);
  }
  if (get("user-agent") === undefined) words.push("--header 'User-Agent:'");
  if (get("accept") === undefined) words.push("--header 'Accept:'");
  if (signed) {
    words.push('--user "$S3_ACCESS_KEY:$S3_SECRET_KEY" --aws-sigv4 aws:amz:us-east-1:s3');
    says.push("The signature is made anew, over the fields that curl signs.");
  }
  const body = based(line.request.body);
  if (line.request.size > body.length) {
    words.push("--data-binary @BODY");
    says.push(`The body of ${line.request.size} bytes was not kept as a whole: put one into the file BODY.`);
  } else if (body.length && body.includes(0)) {
    words.push("--data-binary @-");
    says.push("The body has a NUL byte, which no argument can hold: it comes from base64.");
  } else if (body.length) words.push(`--data-binary ${quoted(String.fromCharCode(...body))}`);
  else if (line.request.framing === "length") words.push("--data-binary ''");
  const unsaid = ["the order and case of fields"];
  if (line.request.framing === "chunked") unsaid.push("where chunks end");
  if (line.position) unsaid.push(`that it was request ${line.position + 1} on its connection`);
  says.push(`curl cannot say ${unsaid.join(", ")}.`);
  words.push(quoted(address));
  const comments = says.map((text) => `# ${text}\n`).join("");
  const fed = body.includes(0) && line.request.size <= body.length ? `printf %s ${line.request.body} | base64 -d | ` : "";
  return `${comments}${fed}${words.join(" \\\n  ")}\n`;
}
