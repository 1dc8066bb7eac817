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
    /// <returns>What they met; empty when none was answered.</returns>
    public async Task<ImmutableArray<DecoyObservation>> AskAsync(string domain, Route.Exchangers route, CancellationToken cancellationToken)
    {
        if (lanes.Find(domain, route.Provider).Lane is not { } lane)
            return [];
        var met = ImmutableArray.CreateBuilder<DecoyObservation>(2);
        foreach (var shape in Enum.GetValues<DecoyShape>())
        {
            var question = new LaneQuestion(0, EmailAddress.Parse($"{decoys.Make(shape, domain)}@{domain}"), route, AskDecoys: false, Interactive: false);
            await foreach (var some in lane.AskAsync(new LaneQuestions([question]), cancellationToken))
            {
                foreach (var ended in some.Answers.OfType<LaneAnswer.Ended>())
                {
                    if (ended.Outcome is ProbeOutcome.Answered answered)
                        met.Add(new DecoyObservation(shape, answered.Finding.Meaning));
                }
            }

            if (met is not [{ Meaning: ReplyMeaning.MailboxExists }])
                break;
        }

        return met.ToImmutable();
    }
}
