// The API's words for verdicts and replies, as a person would say them. Lists of the API are open: a word that is not here is shown as it is.
import { words } from '/js/format.js';

const reasons = {
  accepted_email: 'The mailbox takes mail',
  accept_all: 'The domain takes everything',
  rejected_email: 'There is no such mailbox',
  mailbox_disabled: 'The mailbox is switched off',
  mailbox_full: 'The mailbox is full',
  invalid_domain: 'The domain has no mail server',
  null_mx: 'The domain takes no mail',
  invalid_email: 'This is no email address',
  smtputf8_unsupported: 'The server knows no international addresses',
  disposable: 'A throw-away mailbox',
  address_literal: 'A machine instead of a domain',
  dns_error: 'The DNS did not say where mail goes',
  unexpected_reply: 'The reply says nothing about the mailbox',
  blocked_by_policy: 'The server refused us, not the mailbox',
  rate_limited: 'The server would not be asked that fast',
  greylisted: 'The server put us off as strangers',
  temporary_failure: 'The server could not answer',
  no_connect: 'No mail server could be reached',
  timeout: 'No answer in time',
  no_egress: 'No sender could ask',
  provider_unverifiable: 'This domain is not asked',
};

// What is waited for, where that is another thing than the verdict that it would end in.
const causes = {
  accept_all: 'Would it say the same of any mailbox?',
  no_egress: 'None of our senders can ask now',
};

const advices = {
  deliverable: 'Mail will arrive: safe to send.',
  undeliverable: 'Mail would bounce: do not send.',
  risky: 'Mail may arrive, or may be of no use: decide with care.',
  unknown: 'Nobody told us. That says nothing against the address: ask again later.',
};

const meanings = {
  mailbox_exists: 'the server takes mail for it',
  no_such_mailbox: 'there is no such mailbox',
  mailbox_disabled: 'the mailbox takes no mail now',
  mailbox_full: 'the mailbox is full',
  relay_or_domain_rejected: 'the server does not serve this domain',
  address_syntax_rejected: 'the server dislikes how the address is written',
  sender_rejected: 'our sender is refused',
  policy_blocked: 'we are refused for who we are',
  rate_limited: 'we ask too fast',
  greylisted: 'strangers are put off and may come back',
  temporary_failure: 'the server cannot answer now',
  message_content_rejected: 'a message was refused for its content',
  other: 'nothing that could be understood',
};

const subjects = {
  mailbox: 'about the mailbox',
  domain: 'about the domain',
  address: 'about how the address is written',
  sender: 'about our sender, not the mailbox',
  us: 'about us, not the mailbox',
  server: 'about the server itself, not the mailbox',
  message: 'about a message, not the mailbox',
  nothing: 'about nothing that can be named',
};

const silences = {
  no_connect: 'no connection could be made',
  silence: 'nothing came in time',
  cut: 'the connection was cut',
  nonsense: 'what came was no mail server’s reply',
  tls_failed: 'it demands TLS, and none could be agreed',
  proxy_failed: 'our proxy could not be used, so the server was not asked',
  smtputf8_missing: 'it does not offer international mail (SMTPUTF8)',
};

/** Why a verdict is what it is, in a few words. */
export const reasonWords = reason => reasons[reason] ?? words(reason);

/** What a verdict is waited for, in a few words. */
export const causeWords = cause => causes[cause] ?? reasonWords(cause);

/** What to do with an address of a status. */
export const advice = status => advices[status] ?? '';

/** What a reply means. */
export const meaningWords = meaning => meanings[meaning] ?? words(meaning);

/** Whom a reply is about. */
export const subjectWords = about => subjects[about] ?? words(about);

/** What happened where no reply came. */
export const silenceWords = rule => silences[rule] ?? words(rule);

/** All reasons by name, in the order of the API's documentation. */
export const knownReasons = Object.keys(reasons);
