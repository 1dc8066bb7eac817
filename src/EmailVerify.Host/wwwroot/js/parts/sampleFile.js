// A list to try, where trying is free: the sandbox's people, and those of test keys.
import { examplesFor } from '/js/parts/examples.js';

const given = ['ada', 'bea', 'cleo', 'dora', 'nobody', 'grace'];
const sandbox = ['postfix.test', 'exim.test', 'catch-all.test', 'greylist.test', 'null-mx.test', 'outlook.com', 'icloud.com', 'mailinator.com'];
const cities = ['Turin', 'Århus', 'Köln', 'Porto', 'Gdańsk'];

/**
 * @param {{sandbox: boolean, test: boolean}} me
 * @returns {File | null} a CSV file as a shop might have it; null where every address would be a real question
 */
export function sampleFor(me) {
  const examples = examplesFor(me).map(([email]) => email);
  if (examples.length === 0) return null;
  const more = me.test ? [] : sandbox.flatMap(domain => given.map(name => `${name}@${domain}`));
  const lines = [...examples, ...more].map((email, at) => `${1001 + at};${email};${cities[at % cities.length]}`);
  return new File([`Customer;E-Mail;City\r\n${lines.join('\r\n')}\r\n`], 'example-customers.csv', { type: 'text/csv' });
}
