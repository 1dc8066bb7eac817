// Where a domain's mail goes, as a way of steps: the servers in the order in which they are asked.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { words } from '/js/format.js';

const ends = {
  null_mx: ['It takes no mail', 'The DNS has a “null MX”: the owner declares that the domain takes no mail at all (RFC 7505).'],
  no_mail: ['No mail server', 'The domain exists, and has neither an MX record nor an address of its own.'],
  no_such_domain: ['No such domain', 'The DNS says that the domain does not exist.'],
  unroutable: ['No mail server on the internet', 'All its servers are at addresses that nobody can reach, such as loopback ones.'],
  forbidden: ['Only servers that may not be asked', 'All its servers are at private addresses. Whether those are asked is set by EmailVerify:Smtp:AllowPrivateAddresses.'],
  unresolved: ['The DNS did not answer', 'Where its mail goes could not be found out. That says nothing against the domain: look again later.'],
};

/** @param {{kind: string, exchangers: {host: string, preference: number, addresses: string[]}[]}} route */
export function domainRoute(route) {
  if (!route.exchangers?.length) {
    const [title, text] = ends[route.kind] ?? [words(route.kind), 'No server takes mail for it.'];
    return html`<h3>${title}</h3><p>${text}</p>`;
  }

  return html`
    ${route.kind === 'implicit' ? html`<p class="quiet">It has no MX record, so its own address is where mail goes (RFC 5321 5.1).</p>` : nothing}
    <ol class="story">${ranks(route.exchangers).map(rank)}</ol>`;
}

// Servers of one preference share the load: they are one step.
const ranks = exchangers => [...Map.groupBy(exchangers, host => host.preference)].sort(([one], [other]) => one - other);

const rank = ([preference, hosts], at) => html`
  <li>
    <h3>${at === 0 ? 'Asked first' : 'If those cannot be reached'} <span class="quiet small">preference ${preference}${hosts.length > 1 ? `, ${hosts.length} in turn` : nothing}</span></h3>
    <ul class="plain">${hosts.map(({ host, addresses }) => html`
      <li><span class="mono">${host}</span>
        <div class="quiet small mono">${addresses?.length ? addresses.join(', ') : 'no address found'}</div></li>`)}</ul>
  </li>`;
