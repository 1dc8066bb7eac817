// Addresses to try, where trying is free: the sandbox's, those of test keys, and of the real world those for which no mail server is asked.

const sandbox = [
  ['ada.lovelace@gmail.com', 'exists'],
  ['nobody.at.all.1815@gmail.com', 'does not exist'],
  ['anything.goes@catch-all.test', 'takes everything'],
  ['full.inbox@gmail.com', 'full'],
  ['ada@greylist.test', 'puts strangers off'],
  ['ada@null-mx.test', 'takes no mail'],
  ['ada..lovelace@postfix.test', 'badly written'],
  ['ada@gnail.com', 'a typo'],
  ['ada@mailinator.com', 'throw-away'],
  ['ada@yahoo.com', 'Yahoo'],
  ['not-there-at-all@outlook.com', 'Microsoft'],
  ['ada@blocked-rcpt.test', 'refuses us'],
];

const test = [
  ['deliverable@example.com', 'exists'],
  ['rejected-email@example.com', 'does not exist'],
  ['accept-all@example.com', 'takes everything'],
  ['disposable@example.com', 'throw-away'],
  ['did-you-mean@example.com', 'a typo'],
  ['invalid-domain@example.com', 'no such domain'],
  ['timeout@example.com', 'no answer'],
  ['slow@example.com', 'takes seven seconds'],
  ['greylisted@example.com', 'takes a minute'],
];

// A domain that takes no mail by its own word (RFC 7505), and one that cannot exist (RFC 2606).
const live = [
  ['ada@example.com', 'takes no mail'],
  ['ada@nowhere.invalid', 'no such domain'],
  ['ada..lovelace@example.com', 'badly written'],
];

/**
 * What can be tried without asking any mail server outside.
 * @param {{sandbox: boolean, test: boolean}} me
 * @returns {[email: string, what: string][]}
 */
export const examplesFor = me => me.test ? test : me.sandbox ? sandbox : live;
