using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Grains.Batches;

/// <summary>
/// The way of a chunk's rows to their results: by the text, by what is known, by their routes, and the rest by lanes. Nothing here is done for each address that can be done
/// for the chunk. Runs on the thread pool.
/// </summary>
internal sealed partial class ChunkWork(ChunkWorkshop shop, string batchId, int number, int epoch, int defects, int silences)
{
    private readonly ChunkOutcomes outcomes = new(shop, batchId, number, epoch);
    private readonly Lock gate = new();
    private volatile CancellationTokenSource holding = new();
    private Batch batch = null!;
    private Stall stall;
    private volatile bool wasAnswered;
    private volatile bool wasHeld;
    private volatile bool wasTakenBack;
    private bool isUnready;

    /// <summary>Gets the epoch of the claim.</summary>
    public int Epoch => epoch;

    /// <summary>Gets a value indicating whether nothing more will come of it.</summary>
    public bool HasEnded { get; private set; }

    private bool MustStop => holding.IsCancellationRequested || outcomes.IsOver || stall is not Stall.None;

    /// <summary>Sends nothing new out and takes back what no mail server was asked yet, or goes on.</summary>
    public void Hold(bool held)
    {
        lock (gate)
        {
            wasHeld |= held;
            if (held)
                holding.Cancel();
            else if (holding.IsCancellationRequested)
                holding = new CancellationTokenSource();
        }
    }

    /// <summary>Does the work.</summary>
    /// <param name="cancellationToken">Ends it early; what was found is stored.</param>
    public async Task<ChunkReport> RunAsync(CancellationToken cancellationToken)
    {
        // So many chunks are held in memory on a silo, whosever they are; who comes later waits its turn.
        await shop.Turns.WaitAsync(cancellationToken);
        try
        {
            // :: Step 1: the rows.
            if (await shop.Batches.FindAsync(batchId, cancellationToken) is not { HasEnded: false } found || await RowsAsync(cancellationToken) is not { } items)
                return new ChunkReport(number, epoch, ChunkEnd.Closed, Stall.None, NextDue: null, WasAnswered: false);
            if (items.IsEmpty && number < 0)
                return new ChunkReport(number, epoch, ChunkEnd.NothingDue, Stall.None, NextDue: null, WasAnswered: false);
            batch = found;
            if (batch is { Status: BatchStatus.Paused, Pause.By: not BatchPauser.System })
                Hold(true);
            var storing = outcomes.StoreAllAsync(items);
            try
            {
                await WorkAsync(items, cancellationToken);
            }
            catch (Exception defect) when (PutsOffWhatIsLeft && IsDefect(defect))
            {
                LogBroken(batchId, defect);
            }
            finally
            {
                // Whatever ends the work, nobody is told that it has ended while results of it are still stored.
                outcomes.Complete();
                await ((Task)storing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            var failure = await storing;
            var left = items.Where(item => !outcomes.Has(item.Row)).ToArray();
            if (failure is Stall.None && left.Length > 0 && PutsOffWhatIsLeft && !cancellationToken.IsCancellationRequested)
                failure = await PutOffAsync(left);

            // Rows that were put off, and are put off again because none of them could be asked, are no nearer to their end.
            var hasMoved = left.Length < items.Length || left.Any(item => CostsATry(item.Row));
            var end = outcomes.HasAll && (number >= 0 || hasMoved) ? ChunkEnd.Closed : wasTakenBack ? ChunkEnd.TakenBack : ChunkEnd.Left;
            return new ChunkReport(number, epoch, end, failure is Stall.None ? stall : failure, outcomes.NextDue, wasAnswered);
        }
        finally
        {
            _ = shop.Turns.Release();
            HasEnded = true;
        }
    }

    private async ValueTask<ImmutableArray<BatchItem>?> RowsAsync(CancellationToken cancellationToken)
    {
        if (number >= 0)
            return await shop.Batches.LoadAsync(batchId, new ChunkClaim(number, epoch), cancellationToken);
        var now = shop.Clock.GetUtcNow();
        return await shop.Batches.TakeDueAsync(batchId, shop.Silo, now, now + ChunkOutcomes.Lease, ChunkRows.PerChunk);
    }

    private async Task WorkAsync(ImmutableArray<BatchItem> items, CancellationToken cancellationToken)
    {
        // :: Step 2: what the text decides.
        var asked = ByText(items);
        if (CustomerIds.IsTest(batch.CustomerId))
        {
            asked.ForEach(AnswerTest);
            return;
        }

        // :: Step 3: what is known already.
        if (number >= 0)
            asked = await ByKnownAsync(asked, cancellationToken);

        // :: Step 4: where mail goes.
        var routed = await ByRouteAsync(asked, cancellationToken);

        // :: Step 5: what mail servers say.
        await AskLanesAsync(routed, cancellationToken);
    }

    private List<ChunkItem> ByText(ImmutableArray<BatchItem> items)
    {
        var asked = new List<ChunkItem>(items.Length);
        var now = shop.Clock.GetUtcNow();
        var rules = shop.Settlement.Rules;
        foreach (var item in items)
        {
            // What one row meets must not cost the others their results: it is left without one.
            try
            {
                Read(item);
            }
            catch (Exception failure) when (IsDefect(failure))
            {
                NoteUnsettled(item.Row, failure);
            }
        }

        return asked;

        void Read(BatchItem item)
        {
            if (!EmailAddress.TryParse(item.Email, out var address))
                outcomes.Add(new ItemOutcome.Done(item, TextVerdicts.InvalidEmail(now, shop.Settlement.Freshness.ByReason.GetValueOrDefault(VerdictReason.InvalidEmail), rules), null, null));
            else if (address.IsLiteral)
                outcomes.Add(new ItemOutcome.Done(item, TextVerdicts.AddressLiteral(now, rules), null, null));
            else
                asked.Add(new ChunkItem(item, address));
        }
    }

    // A test key's question never leaves the process, and no row waits for what a slow mail server would take.
    private void AnswerTest(ChunkItem one)
    {
        var now = shop.Clock.GetUtcNow();
        switch (TestVerdicts.Answer(one.Address, one.Item.Verification?.Attempts ?? 0, now))
        {
            case TestAnswer.Settled(var verdict, _):
                Settle(one, new AttemptResult.Given(verdict));
                break;
            case TestAnswer.PutOff(var cause, var pause):
                Settle(one, new AttemptResult.Deferred(now + pause, cause, Tries: 1));
                break;
            case TestAnswer.QuotaExceeded:
                Settle(one, new AttemptResult.Judged(Judge.Final(VerdictReason.RateLimited), VerdictSource.Test));
                break;
        }
    }

    private async Task<List<ChunkItem>> ByKnownAsync(List<ChunkItem> asked, CancellationToken cancellationToken)
    {
        if (batch.MaxAge == TimeSpan.Zero || asked.Count == 0)
            return asked;
        var now = shop.Clock.GetUtcNow();
        var known = await KnownAsync(asked, now, cancellationToken);
        if (known.IsEmpty)
            return asked;
        var byHash = known.Where(one => batch.MaxAge is not { } age || now - one.Verdict.FoundAt < age).DistinctBy(one => one.Hash).ToDictionary(one => one.Hash);
        var left = new List<ChunkItem>(asked.Count);
        foreach (var one in asked)
        {
            if (byHash.TryGetValue(one.Item.Hash, out var found) && await ServeSafelyAsync(one, found, cancellationToken) is { } served)
                outcomes.Add(served);
            else
                left.Add(one);
        }

        return left;
    }

    private async ValueTask<ImmutableArray<KnownVerdict>> KnownAsync(List<ChunkItem> asked, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return await shop.Verifications.KnownAsync(batch.CustomerId, [.. asked.Select(one => one.Item.Hash)], now, cancellationToken);
        }
        catch (Exception failure) when (IsDefect(failure))
        {
            // What cannot be read is found anew.
            LogNotRead(batchId, failure);
            return [];
        }
    }

    private async ValueTask<ItemOutcome?> ServeSafelyAsync(ChunkItem one, KnownVerdict found, CancellationToken cancellationToken)
    {
        try
        {
            return await ServeAsync(one, found, cancellationToken);
        }
        catch (Exception failure) when (IsDefect(failure))
        {
            LogNotRead(batchId, failure);
            return null;
        }
    }

    // A verdict that was found for another customer gets this one a row of its own, once.
    private async ValueTask<ItemOutcome> ServeAsync(ChunkItem one, KnownVerdict found, CancellationToken cancellationToken)
    {
        var verdict = found.Verdict.AgedAt(shop.Clock.GetUtcNow()) with { Source = VerdictSource.Cache };
        if (string.Equals(found.CustomerId, batch.CustomerId, StringComparison.Ordinal))
            return new ItemOutcome.Done(one.Item, verdict, found.VerificationId, null);
        var theirs = await shop.Verifications.FindAsync(found.CustomerId, found.VerificationId, cancellationToken);
        var own = New(one.Item) with { Verdict = found.Verdict, Attempts = theirs?.Attempts ?? 0, Evidence = theirs?.Evidence ?? [] };
        return new ItemOutcome.Done(one.Item, verdict, own.Id, own);
    }

    private Verification New(BatchItem item) => new()
    {
        Id = Id.New("ver", shop.Clock),
        CustomerId = batch.CustomerId,
        AddressHash = item.Hash,
        Email = item.Email,
        CreatedAt = shop.Clock.GetUtcNow(),
    };

    private ItemOutcome? Settle(ChunkItem one, AttemptResult result)
    {
        try
        {
            var outcome = OutcomeOf(one.Item, result);
            outcomes.Add(outcome);
            return outcome;
        }
        catch (Exception failure) when (IsDefect(failure))
        {
            NoteUnsettled(one.Item.Row, failure);
            return null;
        }
    }

    private ItemOutcome OutcomeOf(BatchItem item, AttemptResult result)
    {
        var (settled, ticket) = shop.Settlement.Apply(item.Verification ?? New(item), result, shop.Clock.GetUtcNow());
        return ticket is null
            ? new ItemOutcome.Done(item, settled.Verdict!, settled.Id, settled)
            : new ItemOutcome.PutOff(item, ticket.DueAt, ticket.Egress, settled);
    }
}

/// <summary>A row whose address is to be asked about.</summary>
/// <param name="Item">The row.</param>
/// <param name="Address">Its address.</param>
internal sealed record ChunkItem(BatchItem Item, EmailAddress Address);

/// <summary>Rows of one domain, and what is known of it.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="Route">Where its mail goes.</param>
/// <param name="CatchAll">What decoys had shown when the chunk began.</param>
/// <param name="GreylistsKnownOnly">Whether it was known to greylist only mailboxes that it has.</param>
/// <param name="Items">The rows.</param>
internal sealed record ChunkDomain(string Domain, Route.Exchangers Route, CatchAllBelief CatchAll, bool GreylistsKnownOnly, List<ChunkItem> Items);
