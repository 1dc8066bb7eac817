// The words for how a batch stands, and why.
import { html } from '/lib/lit-html/lit-html.js';
import { words } from '/js/format.js';

const looks = { queued: 'bare', running: 'busy', paused: 'warn', completed: 'ok', cancelled: 'bare', failed: 'failed' };

const stalls = {
  no_egress: ['Every egress rests, because providers have blocked it.', 'It goes on by itself when one is rested. An operator sees which and why under “Operate”.'],
  no_identity: ['This installation has no sender identity to ask with.', 'Set EmailVerify:Egresses:0:HeloName and EmailVerify:Egresses:0:MailFrom.'],
  resolver_unavailable: ['No domain can be looked up: the DNS resolver does not answer.', 'It goes on by itself when it does. An operator finds help under “Doctor”.'],
  storage_full: ['There is no room left on the disk.', 'It goes on by itself when there is. Nothing is lost.'],
  storage_unavailable: ['The database cannot be reached.', 'It goes on by itself when it can. Nothing is lost.'],
  quota_exceeded: ['The quota is used up.', 'It goes on when it renews.'],
};

/** The status of a batch as a chip. */
export const batchChip = status => html`<span class="chip ${looks[status] ?? 'bare'}">${words(status)}</span>`;

/** Why a batch is paused and what helps. @returns {[why: string, cure: string]} */
export function pauseWords({ by, reason }) {
  if (by === 'system') return stalls[reason] ?? [`The service paused it: ${words(reason)}.`, 'It goes on by itself when it can.'];
  if (reason === 'start=false') return ['It waits to be started.', 'Look at it in peace, and press “Start”.'];
  return [`${by === 'operator' ? 'An operator' : 'You'} paused it${reason ? `: ${reason}` : ''}.`, 'Nothing is asked until you press “Resume”.'];
}

/** Whether nothing more happens to a batch by itself. */
export const hasEnded = ({ status }) => ['completed', 'cancelled', 'failed'].includes(status);

/** What to call a batch: its name, or when it was made. */
export const titleOf = ({ name, created_at: at }) => name ?? `Batch of ${new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}`;
