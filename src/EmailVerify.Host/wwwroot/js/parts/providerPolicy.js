// How a provider is asked at most: what the data about providers say of it.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { ask } from '/js/api.js';
import { count, duration, percent, rate } from '/js/format.js';
import { lazy } from '/js/parts/lazy.js';

/** A fold with the policy, asked for when it is opened. @param {string} provider */
export const providerPolicy = provider => lazy('How politely it is asked', () => load(provider), show);

async function load(provider) {
  try {
    return (await ask(`/v1/providers/${encodeURIComponent(provider)}`)).data.policy;
  } catch (refused) {
    if (refused.status === 404) return null;
    throw refused;
  }
}

const show = policy => policy === null
  ? html`<p class="small">No data name it, and nobody there was asked since the start: it will be asked with the care that small hosts get.</p>`
  : html`
    <dl class="facts small">
      <dt>Addresses</dt><dd>${rate(policy.cautious_rate_per_second)} at first, ${rate(policy.max_rate_per_second)} at most</dd>
      <dt>Sessions</dt><dd>${count(policy.max_sessions)} at once, ${count(policy.sessions_per_minute)} begun in a minute</dd>
      <dt>In one session</dt><dd>${count(policy.recipients_per_session)} addresses, and no more after ${count(policy.refusals_per_session)} refusals</dd>
      ${policy.refused_ratio_cap === null ? nothing : html`<dt>Refused at most</dt><dd>${percent(policy.refused_ratio_cap)} of all</dd>`}
      <dt>After a block</dt><dd>${duration(policy.pause_seconds)} of rest</dd>
      ${policy.reviewed ? html`<dt>Last reviewed</dt><dd>${policy.reviewed}</dd>` : nothing}
    </dl>`;
