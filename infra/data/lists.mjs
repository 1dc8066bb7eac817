// Writes the lists of schema/rules that come from packages: lower case, A-labels, sorted, without repetitions, with a header that says where they come from.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { domainToASCII, domainToUnicode, fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const rules = join(here, "../../schema/rules");
const today = process.argv[2];

const packageFile = (...path) => readFileSync(join(here, "node_modules", ...path), "utf8");
const version = (name) => JSON.parse(packageFile(name, "package.json")).version;
const lines = (text) => text.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
const curated = (name) => lines(readFileSync(join(rules, name), "utf8"));

// A name that no DNS label can hold, or that has no dot, is an upstream mistake.
const domainForm = /^(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const toALabels = (names) => names.map((name) => domainToASCII(name.trim().toLowerCase()));
// Names with symbols are no IDNA 2008 names: addresses there are refused before a list is asked.
const isName = (name) => domainForm.test(name) && !/\p{S}/u.test(domainToUnicode(name));
const normalise = (names) => [...new Set(toALabels(names))].filter(isName).sort();

// Examples are nobody's; large providers and privacy relays are never disposable, whatever a list says.
const reserved = ["example.com", "example.net", "example.org", "example.edu"];
const never = new Set([...reserved, ...curated("mail-domains.txt"), ...curated("relay-domains.txt")]);

function write(name, header, names) {
  const path = join(rules, name);
  const body = names.join("\n") + "\n";
  let date = today;
  try {
    const old = readFileSync(path, "utf8");
    if (lines(old).join("\n") + "\n" === body) date = /^# date: (.*)$/m.exec(old)[1];
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  writeFileSync(path, [...header, `date: ${date}`, `count: ${names.length}`].map((line) => `# ${line}\n`).join("") + body);
  console.log(`${name}: ${names.length}`);
}

const reviewed = JSON.parse(packageFile("disposable-email-domains-js", "dist", "dict", "disposable_email_blocklist.json"));
const scraped = lines(packageFile("fakefilter", "txt", "data.txt"));
const disposable = normalise([...reviewed, ...scraped]).filter((name) => !never.has(name));
write("disposable-domains.txt", [
  "Domains that give mailboxes for throwing away; what is below one of them is disposable too.",
  `source: npm disposable-email-domains-js, npm fakefilter, less mail-domains.txt and relay-domains.txt`,
  `version: disposable-email-domains-js ${version("disposable-email-domains-js")}, fakefilter ${version("fakefilter")}`,
  "licence: CC0-1.0, BSD-3-Clause (see infra/data/NOTICE)",
], disposable);

const known = new Set(disposable);
const covered = (name) => name.split(".").some((_, at, labels) => known.has(labels.slice(at).join(".")));
const excluded = new Set(lines(readFileSync(join(here, "free-exclude.txt"), "utf8")));
const common = JSON.parse(packageFile("email-providers", "common.json"));
const free = normalise([...common, ...curated("mail-domains.txt")]).filter((name) => !excluded.has(name) && !covered(name) && !reserved.includes(name));
write("free-domains.txt", [
  "Domains of mailboxes for the public: given to anyone for free, or with an internet access.",
  "source: npm email-providers (common), less free-exclude.txt and disposable domains, and mail-domains.txt",
  `version: email-providers ${version("email-providers")}`,
  "licence: ISC (see infra/data/NOTICE)",
], free);
