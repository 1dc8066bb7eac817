// Finds the replies of mail servers in a text that somebody pasted: a reply alone, several, a bounce, lines of a log.

/**
 * @typedef {object} Reply
 * @property {number} code
 * @property {string} text its lines as they stood, the first without the code
 * @property {string | null} stage where in the dialogue, if the text tells
 * @property {string | null} mx the host that answered, if the text names it
 */

// The bound of the API for one question, and one that a person can still look through.
export const maxReplies = 50;

const code = /^([2-5]\d\d)(?=[ -]|$)/;
const anywhere = /(?:^|[\s"'(:;])([245]\d\d)[ -]#?(?=[245]\.\d{1,3}\.\d{1,3}\b)/;
const diagnostic = /^Diagnostic-Code:\s*(?:[a-z0-9-]+\s*;)?\s*/i;
const remote = /^Remote-MTA:\s*(?:[a-z0-9-]+\s*;)?\s*([^\s;()]+)/i;
const saidBy = /\bhost\s+([^\s[\]]+)(?:\[[^\]]*\])?\s+(?:said|refused to talk to me):\s*/i;
const said = /\b(?:said|refused to talk to me|remote server returned|server responded|response was|responded with|error from remote mail server[^:]*)\s*:\s*["']?/i;
const command = /\s*\(in reply to (?:the )?(?:end of )?([A-Z]+)[^)]*\)*\s*$/i;
const stages = { HELO: 'ehlo', EHLO: 'ehlo', STARTTLS: 'starttls', MAIL: 'mail', RCPT: 'rcpt', DATA: 'data' };

/**
 * @param {string} pasted
 * @returns {Reply[]} at most {@link maxReplies}, in the order of the text, each once
 */
export function repliesIn(pasted) {
  const lines = unfolded(pasted);
  const found = [];
  let host = null;
  for (let at = 0; at < lines.length && found.length < maxReplies; at++) {
    host = remote.exec(lines[at])?.[1] ?? (lines[at].trim() === '' ? null : host);
    const reply = fromStart(lines, at, host) ?? fromMiddle(lines[at], host);
    if (!reply) continue;
    at += reply.text.split('\n').length - 1;
    if (!found.some(other => isSame(other, reply))) found.push(reply);
  }

  return found;
}

// A line that begins with a blank continues the one before it (RFC 5322 2.2.3), unless it begins with a code of its own.
function unfolded(pasted) {
  const lines = [];
  for (const line of pasted.replaceAll('\r\n', '\n').split('\n')) {
    const bare = line.replace(/^[>\s]+/, '').trimEnd();
    if (/^[ \t]/.test(line) && bare !== '' && !code.test(bare) && lines.at(-1)) lines[lines.length - 1] += ` ${bare}`;
    else lines.push(bare);
  }

  return lines;
}

// "550 …", and "550-…" with the lines behind it (RFC 5321 4.2.1); "S: 550 …" and "<<< 550 …" as transcripts write it.
function fromStart(lines, at, host) {
  const first = withoutMark(lines[at]);
  const [, number] = code.exec(first) ?? [];
  if (!number) return null;
  const taken = [first.slice(4)];
  while (first[3] === '-' && at + taken.length < lines.length) {
    const next = withoutMark(lines[at + taken.length]);
    if (!next.startsWith(number)) break;
    taken.push(next);
    if (next[3] !== '-') break;
  }

  return reply(number, taken.join('\n'), host);
}

const withoutMark = line => line.replace(/^(?:S:|<<<|<-|<)\s*(?=[2-5]\d\d[ -])/, '');

// "Diagnostic-Code: smtp; 550 …", "host mx.example.com[192.0.2.1] said: 550 …", and a code with an enhanced code behind it anywhere.
function fromMiddle(line, host) {
  const named = saidBy.exec(line);
  for (const before of [named, said.exec(line), diagnostic.exec(line)]) {
    if (!before) continue;
    const rest = line.slice(before.index + before[0].length);
    const [, number] = code.exec(rest) ?? [];
    if (number) return reply(number, rest.slice(4), named?.[1] ?? host);
  }

  const inside = anywhere.exec(line);
  return inside ? reply(inside[1], line.slice(line.indexOf(inside[1], inside.index) + 4), host) : null;
}

function reply(number, rest, mx) {
  const asked = command.exec(rest);
  const text = rest.replace(command, '').replace(/["']$/, '').trim();
  const stage = !asked ? null : /end of data/i.test(asked[0]) ? 'eod' : stages[asked[1].toUpperCase()] ?? null;
  return { code: Number(number), text, stage, mx };
}

// A bounce says the same more than once, with other blanks between the words.
const plain = ({ code: number, text }) => `${number} ${text}`.replace(/\s+/g, ' ').replace(/(^| )(\d{3})-/g, '$1$2 ').toLowerCase();
const isSame = (one, other) => plain(one) === plain(other);
