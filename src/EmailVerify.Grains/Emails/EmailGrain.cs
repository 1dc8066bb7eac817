using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Retries;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Emails;

/// <inheritdoc cref="IEmailGrain"/>
/// <remarks>
/// It remembers and orders: one flight at a time, whoever asks; what a flight found is stored for every customer that waits before that customer is told.
/// No turn is held while mail servers are asked.
/// </remarks>
[GrainType("email")]
internal sealed partial class EmailGrain(
    IVerificationStore store, Settlement settlement, IServiceProvider services, TimeProvider clock, ILogger<EmailGrain> logger) : Grain, IEmailGrain
{
    /// <summary>How many customers' verdicts are kept hot.</summary>
    private const int MaxCustomers = 16;

    /// <summary>How long after a defect of ours the question is asked again.</summary>
    private static readonly TimeSpan AfterDefect = TimeSpan.FromSeconds(10);

    /// <summary>How long after a silo was found dead or silent the question is asked again: it is known to be so within seconds, and then what was there is elsewhere.</summary>
    private static readonly TimeSpan AfterUnreachable = TimeSpan.FromSeconds(2);

    /// <summary>How long after the store failed an answer is brought to it again, and how often: as long as a lease.</summary>
    private static readonly TimeSpan AfterUnstored = TimeSpan.FromSeconds(2);

    private const int TriesToStore = 75;

    /// <summary>How much earlier than its verification says a row may be due, by the clocks of two silos.</summary>
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromSeconds(5);

    /// <summary>The newest verification with a verdict, one a customer.</summary>
    private readonly Dictionary<string, Verification> told = new(StringComparer.Ordinal);

    /// <summary>The verifications without a verdict, by their ids.</summary>
    private readonly Dictionary<string, OpenVerification> open = new(StringComparer.Ordinal);

    /// <summary>The rows that are being written of verdicts found for others, by customer.</summary>
    private readonly Dictionary<string, Task<Verification>> copies = new(StringComparer.Ordinal);

    private Task? reading;
    private bool isFlying;

    private AddressHash Hash => AddressHash.Parse(this.GetPrimaryKeyString().AsSpan(EmailKey.Live.Length));

    private string World => this.GetPrimaryKeyString()[..EmailKey.Live.Length];

    public async ValueTask<EmailAnswer?> VerifyAsync(EmailQuestion question)
    {
        await CatchUpAsync(question.CustomerId);
        if (FreshFor(question) is { } fresh)
        {
            var own = await OwnAsync(fresh, question);
            return new EmailAnswer(own with { Verdict = own.Verdict?.AgedAt(clock.GetUtcNow()) }, FromCache: true);
        }

        var mine = Join(question);
        await mine.UntilAsync(static one => one.IsSettled, question.Wait, clock);
        if (mine.IsUnstored && !question.Accept)
            return null;
        if (mine.IsUnstored)
            await AcceptAsync(mine);
        return new EmailAnswer(mine.Now, FromCache: false);
    }

    public async ValueTask<EmailAnswer?> WaitAsync(string customerId, string verificationId, TimeSpan wait)
    {
        await CatchUpAsync(customerId);
        if (open.GetValueOrDefault(verificationId) is { } one && IsOf(one.Now, customerId))
        {
            await one.UntilAsync(static one => one.Now.Verdict is not null, wait, clock);
            return new EmailAnswer(one.Now, FromCache: false);
        }

        return told.GetValueOrDefault(customerId) is { } mine && string.Equals(mine.Id, verificationId, StringComparison.Ordinal)
            ? new EmailAnswer(mine, FromCache: false)
            : null;
    }

    public async ValueTask RereadAsync(string customerId, string verificationId)
    {
        // What is being read now may have been read before the change.
        await RecallAsync();
        var stored = await store.FindAsync(customerId, verificationId, CancellationToken.None);
        if (stored is { Verdict: not null })
            Tell(stored);
        else if (told.GetValueOrDefault(customerId) is { } known && string.Equals(known.Id, verificationId, StringComparison.Ordinal))
            _ = told.Remove(customerId);
    }

    public async ValueTask RetryAsync(RetryTicket ticket)
    {
        await RecallAsync();
        if (!open.TryGetValue(ticket.VerificationId, out var due))
        {
            var stored = await store.FindAsync(ticket.CustomerId, ticket.VerificationId, CancellationToken.None);
            if (stored is not { Verdict: null })
                return;

            // Another call may have brought it meanwhile.
            if (!open.TryGetValue(ticket.VerificationId, out due))
                open.Add(ticket.VerificationId, due = new OpenVerification(stored));
        }

        // The row was taken while an attempt was under way, which has put it off since.
        if (due.Now.Pending is { Cause: not null } since && since.NextAttemptAt > ticket.DueAt + ClocksDiffer)
            return;

        // It was accepted in the place of this grain, which has answered somebody since.
        if (due.Now.Attempts == 0 && told.Values.FirstOrDefault(found => found.Verdict!.FoundAt >= due.Now.CreatedAt) is { } known)
        {
            await SettleAsync(due, new AttemptResult.Found(known));
            return;
        }

        due.Asks = true;
        BeginFlight();
    }

    private static bool IsOf(Verification verification, string customerId) => string.Equals(verification.CustomerId, customerId, StringComparison.Ordinal);

    // It ends even what is not due: there is no "ask again" in it.
    private static bool IsFinal(AttemptResult result) => result is AttemptResult.Given or AttemptResult.Judged { Judgement: Judgement.Final };

    // At the first call and not at the activation, whose failure would reach the caller as another kind of exception. Before any flight: what that settles must not come back.
    private Task RecallAsync() => reading is { IsCompletedSuccessfully: true } or { IsCompleted: false } ? reading : reading = ReadAsync();

    // A grain that went while a mail server kept it waiting goes on waiting: what was put off is asked again at its time.
    private async Task ReadAsync()
    {
        var isTest = string.Equals(World, EmailKey.Test, StringComparison.Ordinal);

        // As many as there are to be had: those of the other world, test or real, are left out.
        var recalled = await store.RecallAsync(Hash, IVerificationStore.MostRecalled, CancellationToken.None);
        var ours = recalled.Where(one => CustomerIds.IsTest(one.CustomerId) == isTest).ToLookup(one => one.Verdict is null);
        foreach (var latest in ours[false].Take(MaxCustomers))
            _ = told.TryAdd(latest.CustomerId, latest);
        foreach (var pending in ours[true])
            _ = open.TryAdd(pending.Id, new OpenVerification(pending) { Asks = false });
    }

    private async ValueTask CatchUpAsync(string customerId)
    {
        await RecallAsync();
        if (open.Count > 0)
            await ReviewAsync(customerId);
    }

    // What should be in work by now and is not here may have been ended by an activation before this one, which went while it still had an attempt under way.
    private async Task ReviewAsync(string customerId)
    {
        var now = clock.GetUtcNow();
        foreach (var one in open.Values.Where(one => IsOf(one.Now, customerId) && one.ShouldBeInWork(now)).ToArray())
        {
            if (await store.FindAsync(customerId, one.Now.Id, CancellationToken.None) is { Verdict: not null } ended && open.Remove(ended.Id))
            {
                Tell(ended);
                one.Become(ended, asks: false);
            }
        }
    }

    private Verification? FreshFor(EmailQuestion question)
    {
        var now = clock.GetUtcNow();
        bool Serves(Verification found) => question.IsAnsweredBy(found.Verdict!, now);
        return told.GetValueOrDefault(question.CustomerId) is { } own && Serves(own) ? own : told.Values.FirstOrDefault(Serves);
    }

    // A verdict that was found for another customer gets this one a row of its own, once.
    private async ValueTask<Verification> OwnAsync(Verification found, EmailQuestion question)
    {
        if (IsOf(found, question.CustomerId))
            return found;
        if (copies.TryGetValue(question.CustomerId, out var copying))
            return await copying;
        try
        {
            return await (copies[question.CustomerId] = CopyAsync(found, question));
        }
        finally
        {
            _ = copies.Remove(question.CustomerId);
        }
    }

    private async Task<Verification> CopyAsync(Verification found, EmailQuestion question)
    {
        var own = question.Begin(Hash, clock).AnsweredAs(found);
        await store.SaveAsync(own, ticket: null);
        Tell(own);
        return own;
    }

    // What was put off is asked again at its time, not whenever its customer asks.
    private OpenVerification Join(EmailQuestion question)
    {
        var mine = open.Values.Where(one => IsOf(one.Now, question.CustomerId)).MaxBy(one => one.Now.CreatedAt);
        if (mine is null)
        {
            mine = new OpenVerification(question.Begin(Hash, clock));
            open.Add(mine.Now.Id, mine);
            BeginFlight();
        }

        return mine;
    }

    private async Task AcceptAsync(OpenVerification mine)
    {
        await mine.Turn.WaitAsync();
        try
        {
            // It may have been settled while another change went first.
            mine.ThrowIfFailed();
            if (!mine.IsUnstored)
                return;
            var (accepted, ticket) = settlement.Accept(mine.Now, clock.GetUtcNow());
            await store.SaveAsync(accepted, ticket);
            mine.Become(accepted, mine.Asks);
            WakeRetries(ticket);
        }
        finally
        {
            _ = mine.Turn.Release();
        }
    }

    private void BeginFlight()
    {
        if (isFlying)
            return;
        isFlying = true;
        FlyAsync().Ignore();
    }

    // Who joins while an attempt is made shares its result; who joins while results are stored gets an attempt of its own.
    private async Task FlyAsync()
    {
        while (open.Values.Any(one => one.Asks))
        {
            DelayDeactivation(Settlement.ProbeDeadline);
            var result = await AttemptAsync();
            var ended = open.Values.Where(one => one.Asks || IsFinal(result)).ToArray();
            await Task.WhenAll(ended.Select(one => SettleAsync(one, result)));
        }

        isFlying = false;
    }

    private async Task<AttemptResult> AttemptAsync()
    {
        var began = clock.GetTimestamp();
        try
        {
            var asking = open.Values.Where(one => one.Asks).MaxBy(one => one.Now.Attempts)!.Now;
            var prober = services.GetRequiredKeyedService<IEmailProber>(World);
            var result = await prober.AskAsync(EmailAddress.Parse(asking.Email), asking.Attempts);
            EmailInstruments.Attempted(result, clock.GetElapsedTime(began));
            return result;
        }
        catch (Exception failure) when (Unreachable.Is(failure))
        {
            // No mail server was asked: it costs no try, and ends no question within a day.
            LogUnreachable(failure);
            return new AttemptResult.Deferred(clock.GetUtcNow() + AfterUnreachable, VerdictReason.TemporaryFailure) { IsOurs = true };
        }
        catch (Exception defect)
        {
            LogDefect(defect);
            return new AttemptResult.Deferred(clock.GetUtcNow() + AfterDefect, VerdictReason.TemporaryFailure);
        }
    }

    private async Task SettleAsync(OpenVerification one, AttemptResult result)
    {
        await one.Turn.WaitAsync();
        try
        {
            var (settled, ticket) = settlement.Apply(one.Now, result, clock.GetUtcNow());
            if (!await SaveAsync(one, settled, ticket))
            {
                // Another activation, on a silo that lost sight of this one, was first. What that told is the truth.
                settled = await store.FindAsync(settled.CustomerId, settled.Id, CancellationToken.None) ?? settled;
                ticket = null;
            }

            if (ticket is null)
            {
                _ = open.Remove(settled.Id);
                Tell(settled);
            }
            else
            {
                WakeRetries(ticket);
            }

            one.Become(settled, asks: false);
        }
        catch (Exception failure)
        {
            NotStored(one, failure);
        }
        finally
        {
            _ = one.Turn.Release();
        }
    }

    // What was accepted has its row in retries, which is another's until its lease ends: a store that fails for a moment would cost all of that.
    private async Task<bool> SaveAsync(OpenVerification one, Verification settled, RetryTicket? ticket)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await store.SaveAsync(settled, ticket);
            }
            catch (StorageUnavailableException) when (!one.IsUnstored && tries < TriesToStore)
            {
                await Task.Delay(AfterUnstored, clock);
            }
        }
    }

    // Nobody may be told what is not stored. What was accepted has its row in retries, which brings it back; of anything else the callers hear of the failure.
    private void NotStored(OpenVerification one, Exception failure)
    {
        LogNotStored(failure);
        if (!one.IsUnstored)
        {
            one.Become(one.Now, asks: false);
            return;
        }

        _ = open.Remove(one.Now.Id);
        one.Fail(failure);
    }

    private void Tell(Verification verification)
    {
        if (told.TryGetValue(verification.CustomerId, out var known) && known.Verdict!.FoundAt > verification.Verdict!.FoundAt)
            return;
        if (told.Count >= MaxCustomers && known is null)
            _ = told.Remove(told.MinBy(pair => pair.Value.Verdict!.FoundAt).Key);
        told[verification.CustomerId] = verification;
    }

    private void WakeRetries(RetryTicket ticket) => WakeRetriesAsync(ticket).Ignore();

    // An activation whose place in the directory died with another silo may call nobody any more, and is told so at once: what was stored is stored all the same.
    private async Task WakeRetriesAsync(RetryTicket ticket) => await GrainFactory.GetGrain<IRetryGrain>(RetryKey.Of(ticket.Shard)).WakeAsync(ticket.DueAt);
}
