using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Grains.Lanes;

namespace EmailVerify.Grains.Domains;

/// <summary>Asks about decoys alone, so that the catch-all state of a domain in use is renewed before it decays.</summary>
internal sealed class DecoyProber(LaneDirectory lanes, Decoys decoys)
{
    /// <summary>Asks about a decoy, and about one of another shape when the first is accepted.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="route">Where its mail goes.</param>
    /// <param name="first">The shape of the first.</param>
    /// <param name="isAwaited">Whether an answer about a mailbox waits for it: it goes to the head.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What they met; empty when none was answered, or only a backup did.</returns>
    public async Task<ImmutableArray<DecoyObservation>> AskAsync(string domain, Route.Exchangers route, DecoyShape first, bool isAwaited, CancellationToken cancellationToken)
    {
        if (lanes.Find(domain, route.Provider).Lane is not { } lane)
            return [];
        var met = ImmutableArray.CreateBuilder<DecoyObservation>(2);
        var policy = lanes.PolicyOf(route.Provider);
        foreach (var shape in (DecoyShape[])[first, Decoys.Other(first)])
        {
            var question = new LaneQuestion(0, EmailAddress.Parse($"{decoys.Make(shape, domain)}@{domain}"), route, AskDecoys: false, Interactive: isAwaited);
            await foreach (var some in lane.AskAsync(new LaneQuestions([question]), cancellationToken))
            {
                foreach (var ended in some.Answers.OfType<LaneAnswer.Ended>())
                {
                    if (ended.Outcome is ProbeOutcome.Answered answered && !CatchAllName.IsOfBackup(route, answered.Trace.Exchanger, policy))
                        met.Add(DecoyObservation.Of(shape, answered.Reply, answered.Finding));
                }
            }

            if (met is not [{ Meaning: ReplyMeaning.MailboxExists }])
                break;
        }

        return met.ToImmutable();
    }
}
