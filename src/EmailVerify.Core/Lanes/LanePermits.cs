using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Lanes;

/// <summary>Tells one session when a RCPT may go and whether decoys may, and brings home what they met.</summary>
internal sealed class LanePermits(LaneMeans means, Regime regime, ProviderPolicy policy, HostManners manners) : ISessionPermits
{
    /// <summary>How long an answer of the register holds for one session: a question for each accepted address of a domain would cost as much as the address.</summary>
    private static readonly TimeSpan SparedFor = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After so many refusals for good in one session, more than half of what was asked, an acceptance is tried with a decoy: some hosts accept everything from somebody who guesses.
    /// They count by the session, whatever the domains. An honest list has fewer refusals, and would pay with a decoy for each host.
    /// </summary>
    private const int SuspiciousRefusals = 3;

    private const int MaxSpared = 1_000;

    private readonly TimeProvider clock = means.Clock;

    private LaneQuestion question = null!;
    private DecoyShape shape;
    private DecoyShape? onlyShape;
    private string? backup;
    private bool isGranted;
    private bool isTrial;
    private ProviderPolicy atHost = null!;
    private int refusalsForGood;
    private int answers;

    /// <summary>The domains and forms that this session need not ask for, and until when: it has asked about decoys there itself, or another session does.</summary>
    private readonly Dictionary<(string Name, DecoyShape Shape), DateTimeOffset> spared = [];

    /// <summary>Gets how many RCPTs of the session were refused, decoys among them.</summary>
    public int Refusals { get; private set; }

    /// <summary>Gets a value indicating whether the host accepts everything by now: what it says in this session tells nothing any more.</summary>
    public bool IsSpoilt { get; private set; }

    public bool WishesDecoys => question.AskDecoys || backup is not null || IsSuspicious;

    private bool IsSuspicious => refusalsForGood >= SuspiciousRefusals && refusalsForGood * 2 > answers && !atHost.TellsTheTruth && manners.IsUntried(refusalsForGood);

    // What a backup does with decoys is known by a name of its own.
    private string Name => backup ?? question.Address.Domain;

    public ValueTask PaceAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var wait = question.Interactive ? regime.Reserve(now) : regime.TryReserve(now);
        if (wait <= TimeSpan.Zero)
            return ValueTask.CompletedTask;
        return question.Interactive ? new(DelayAsync(wait, cancellationToken)) : StandInLineAsync(wait, now + Regime.LongestTurn, cancellationToken);
    }

    public async ValueTask<string?> DecoyAsync(int number)
    {
        if (regime.IsClosed(clock.GetUtcNow()))
            return null;
        if (number == 0 && (question.AskDecoys || backup is not null) && !IsSpared())
        {
            var grant = await means.CatchAll.RequestAsync(Name, shape);
            isGranted = grant is not DecoyGrant.NotNeeded;
            onlyShape = grant switch { DecoyGrant.GrantedForDigits => DecoyShape.Digits, DecoyGrant.GrantedForFirstLast => DecoyShape.FirstLast, _ => null };
            Spare();
        }

        if (number == 0)
            isTrial = IsSuspicious;
        var isLast = number > 0 && (isTrial || onlyShape is not null);
        return (isTrial || isGranted) && !isLast ? means.Decoys.Make(ShapeOf(number), question.Address.Domain) : null;
    }

    // First a decoy that looks like the target, so that who accepts by pattern is found out; where that shape was tried before, the other.
    private DecoyShape ShapeOf(int number) => onlyShape ?? (number == 0 ? shape : Decoys.Other(shape));

    private bool IsSpared() => spared.TryGetValue((Name, shape), out var until) && clock.GetUtcNow() < until;

    private void Spare()
    {
        if (spared.Count >= MaxSpared)
            spared.Clear();
        spared[(Name, shape)] = clock.GetUtcNow() + SparedFor;
    }

    // A batch's RCPT gives way to those that somebody waits for; not for ever, for a server closes a session that says nothing.
    private async ValueTask StandInLineAsync(TimeSpan wait, DateTimeOffset atMostUntil, CancellationToken cancellationToken)
    {
        regime.StandInLine();
        try
        {
            while (wait > TimeSpan.Zero)
            {
                await DelayAsync(wait, cancellationToken);
                var now = clock.GetUtcNow();
                if (now >= atMostUntil)
                {
                    await DelayAsync(regime.Reserve(now, interactive: false), cancellationToken);
                    return;
                }

                wait = regime.TryReserve(now);
            }
        }
        finally
        {
            regime.LeaveLine();
        }
    }

    // Timers cut off parts of a millisecond: a turn would be asked for before it comes, again and again.
    private Task DelayAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), clock, cancellationToken);

    /// <summary>Asks about an address, and reports its decoys; also when it was not answered, which gives the grant back.</summary>
    /// <returns>Null when it is to be asked in a fresh session.</returns>
    public async Task<ProbeOutcome?> AskAsync(ISession session, LaneQuestion asked, CancellationToken cancellationToken)
    {
        Turn(session, asked);
        ProbeOutcome? outcome = null;
        try
        {
            outcome = await session.AskAsync(asked.Address, this, cancellationToken);
            if (outcome is null && session.Ending is { Cause: SessionEnd.ErrorLimit })
                manners.SpoiltAfter(Refusals);
            if (outcome is ProbeOutcome.Answered answered)
                outcome = Notice(answered);
            return outcome;
        }
        finally
        {
            if (isGranted)
                await means.CatchAll.ReportAsync(Name, outcome is ProbeOutcome.Answered known ? Observations(known.Decoys) : []);
        }
    }

    private void Turn(ISession session, LaneQuestion asked)
    {
        (question, isGranted, isTrial, onlyShape) = (asked, false, false, null);
        shape = Decoys.ShapeLike(asked.Address.LocalPart);
        backup = CatchAllName.IsOfBackup(asked.Route, session.Host, policy) ? CatchAllName.Of(asked.Address.Domain, asked.Route, session.Host, policy) : null;
        atHost = policy.At(asked.Route.Find(session.Host));
    }

    private ProbeOutcome.Answered? Notice(ProbeOutcome.Answered answered)
    {
        if (isTrial && !answered.Decoys.IsEmpty)
        {
            var told = answered.Decoys[0].Finding.Meaning;
            if (told is ReplyMeaning.MailboxExists)
            {
                IsSpoilt = true;
                manners.SpoiltAfter(Refusals);
                return null;
            }

            if (told is ReplyMeaning.NoSuchMailbox)
                manners.RefusedAfter(refusalsForGood);
        }

        if (answered.Finding.Meaning is ReplyMeaning.NoSuchMailbox)
            manners.RefusedAfter(refusalsForGood);
        Count(answered.Reply);
        foreach (var decoy in answered.Decoys)
            Count(decoy.Reply);
        return backup is null ? answered : answered with { Signs = answered.Signs | Signs.BackupExchanger };
    }

    private void Count(SmtpReply reply)
    {
        answers++;
        if (!reply.IsPositive)
            Refusals++;
        if (reply.IsPermanent)
            refusalsForGood++;
    }

    private ImmutableArray<DecoyObservation> Observations(ImmutableArray<DecoyAnswer> answers) =>
        [.. answers.Select((answer, number) => DecoyObservation.Of(ShapeOf(number), answer.Reply, answer.Finding))];
}
