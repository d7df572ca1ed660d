/** A JSON text in lines, every token as it stands in the log: 1.50 stays 1.50. */
export function prettyJson(text) {
  let out = "";
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      const end = endOfString(text, i);
      out += text.slice(i, end);
      i = end - 1;
    }
    else if (character === "{" || character === "[") {
      const close = nextToken(text, i + 1);
      if (text[close] === "}" || text[close] === "]") {
        out += character + text[close];
        i = close;
      }
      else {
        depth++;
        out += character + line();
      }
    }
    else if (character === "}" || character === "]") {
      depth--;
      out += line() + character;
    }
    else if (character === ",") out += character + line();
    else if (character === ":") out += ": ";
    else if (!isSpace(character)) out += character;
  }
  return out;
}

function endOfString(text, start) {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

function nextToken(text, i) {
  while (isSpace(text[i])) i++;
  return i;
}

function isSpace(character) { return character === " " || character === "\n" || character === "\r" || character === "\t"; }
