using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Grains.Lanes;

namespace EmailVerify.Grains.Domains;

/// <summary>Asks about decoys alone: where one is missing, and to renew the catch-all state of a domain in use before it decays.</summary>
internal sealed class DecoyProber(LaneDirectory lanes, Decoys decoys, TimeProvider clock)
{
    /// <summary>
    /// At most so often does a silo ask about the same decoy alone: one that was not answered is not asked about each minute. Kept here, since a domain's grain goes minutes after its last use; when it
    /// comes back on another silo, or more than ten thousand others were asked about meanwhile, once more. Sessions that ask about an address bring decoys of their own.
    /// </summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromHours(1);

    private readonly Kept<bool> lately = new(AskEvery, clock);

    /// <summary>Says whether a decoy was asked about within the last hour.</summary>
    public bool HasAsked(string domain, DecoyShape shape) => lately.TryGet(KeyOf(domain, shape), out _);

    /// <summary>Notes that a decoy was asked about: another one of the same form would be told the same.</summary>
    public void Note(string domain, DecoyShape shape) => lately.Keep(KeyOf(domain, shape), true);

    /// <summary>Asks about decoys.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="route">Where its mail goes.</param>
    /// <param name="shapes">Their shapes; one after the other, as long as each is accepted.</param>
    /// <param name="interactive">Whether a person waits for it: it goes to the head.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What they met; empty when none was answered, or only a backup did.</returns>
    public async Task<ImmutableArray<DecoyObservation>> AskAsync(string domain, Route.Exchangers route, ImmutableArray<DecoyShape> shapes, bool interactive, CancellationToken cancellationToken)
    {
        if (lanes.Find(domain, route.Provider).Lane is not { } lane)
            return [];
        var met = ImmutableArray.CreateBuilder<DecoyObservation>(2);
        var policy = lanes.PolicyOf(route.Provider);
        foreach (var shape in shapes)
        {
            Note(domain, shape);
            var question = new LaneQuestion(0, EmailAddress.Parse($"{decoys.Make(shape, domain)}@{domain}"), route, AskDecoys: false, Interactive: interactive);
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

    private static string KeyOf(string domain, DecoyShape shape) => $"{shape} {domain}";
}
