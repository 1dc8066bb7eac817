using System.Collections.Immutable;
using CsCheck;
using EmailVerify.Adapters.Tests.Postgres;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Adapters.Tests.Contracts;

/// <summary>What can be looked up in all verifications, in whatever store they are.</summary>
public abstract class VerificationReportsContract : IAsyncLifetime
{
    private const string Mine = "cus_a";

    private static readonly DateOnly Today = DateOnly.FromDateTime(Samples.Noon.UtcDateTime);

    private static readonly Gen<VerdictReason?> Reasons = AnyOf<VerdictReason?>(null, VerdictReason.AcceptedEmail, VerdictReason.RejectedEmail, VerdictReason.NullMx, VerdictReason.Timeout);

    private static readonly Gen<Verification> Rows =
        Gen.Select(Gen.Int[0, 5_000], AnyOf(Mine, "cus_b"), Reasons, AnyOf("a@one.example", "b@Two.example", "c@köln.example", "no address"), (minutes, customer, reason, email) =>
            Made(Samples.Noon.AddMinutes(-minutes), reason, email, customer));

    private static readonly Gen<VerificationSearch> Searches =
        Gen.Select(
            Gen.Int[0, 5_000].Nullable(),
            Gen.Int[0, 5_000].Nullable(),
            Gen.Enum<VerdictStatus>().Nullable(),
            Reasons,
            AnyOf<string?>(null, null, "one.example", "two.example", "xn--kln-sna.example"),
            Gen.Int[1, 40],
            Gen.Bool,
            (from, to, status, reason, domain, limit, isPending) => new VerificationSearch(
                from is null ? null : Samples.Noon.AddMinutes(-from.Value), to is null ? null : Samples.Noon.AddMinutes(-to.Value), status, reason, domain, null, null, limit)
            {
                IsPending = isPending,
            });

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IVerificationReports Reports { get; }

    protected abstract IVerificationStore Store { get; }

    protected abstract IBatchStore Batches { get; }

    private static VerificationSearch All => new(null, null, null, null, null, null, null, 100);

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    protected abstract Task SweepAsync(DateTimeOffset now);

    [Fact]
    public async Task SearchAsync_WhateverIsAskedFor_GivesWhatMatchesNewestFirst()
    {
        var rows = Rows.Array[250].Single();
        foreach (var row in rows)
            await Store.SaveAsync(row, null);

        await Searches.SampleAsync(
            async search =>
            {
                var expected = rows.Where(row => Matches(row, search)).OrderByDescending(row => row.Id, StringComparer.Ordinal).Take(search.Limit);
                Assert.Equal(expected.Select(Samples.Spell), (await Reports.SearchAsync(Mine, search, Cancellation)).Select(Samples.Spell), StringComparer.Ordinal);
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public async Task SearchAsync_PageByPage_ShowsEveryOldRowOnceWhateverComesBetween()
    {
        var rows = Enumerable.Range(0, 25).Select(number => Made(Samples.Noon.AddMinutes(-number), number % 3 == 0 ? null : VerdictReason.NullMx)).ToArray();
        foreach (var row in rows)
            await Store.SaveAsync(row, null);

        var seen = new List<string>();
        for (string? before = null; ;)
        {
            var page = await Reports.SearchAsync(Mine, All with { Before = before, Limit = 10 }, Cancellation);
            seen.AddRange(page.Select(row => row.Id));
            if (page.Length < 10)
                break;
            before = page[^1].Id;
            await Store.SaveAsync(Made(Samples.Noon.AddHours(1), VerdictReason.Timeout), null);
        }

        Assert.Equal(rows.Select(row => row.Id), seen, StringComparer.Ordinal);
    }

    [Fact]
    public async Task SearchAsync_Times_AreFromInclusiveToExclusive()
    {
        var rows = Enumerable.Range(0, 5).Select(number => Made(Samples.Noon.AddMinutes(-number), VerdictReason.NullMx)).ToArray();
        foreach (var row in rows)
            await Store.SaveAsync(row, null);

        var some = All with { From = Samples.Noon.AddMinutes(-3), To = Samples.Noon.AddMinutes(-1) };
        Assert.Equal([rows[2].Id, rows[3].Id], await IdsAsync(some), StringComparer.Ordinal);

        // To the end of time; and a bound between two milliseconds begins at the later one.
        Assert.Equal(5, (await IdsAsync(All with { From = DateTimeOffset.MinValue, To = DateTimeOffset.MaxValue })).Length);
        Assert.Equal([rows[2].Id], await IdsAsync(some with { From = some.From!.Value.AddTicks(1) }), StringComparer.Ordinal);
        Assert.Empty(await IdsAsync(All with { From = Samples.Noon, To = Samples.Noon.AddDays(-1) }));
    }

    [Fact]
    public async Task SearchAsync_ByDomain_FindsEverySpellingAndNoLiteral()
    {
        string[] emails = ["a@köln.example", "b@XN--KLN-SNA.example", "\"c@x\"@Köln.EXAMPLE", "d@other.köln.example", "e@[192.0.2.1]", "f@köln.example\0", "köln.example"];
        foreach (var (number, email) in emails.Index())
            await Store.SaveAsync(Made(Samples.Noon.AddSeconds(-number), VerdictReason.AcceptedEmail, email), null);

        Assert.Equal(emails[..3], (await Reports.SearchAsync(Mine, All with { Domain = "xn--kln-sna.example" }, Cancellation)).Select(row => row.Email), StringComparer.Ordinal);
        Assert.Empty(await IdsAsync(All with { Domain = "[192.0.2.1]" }));
        Assert.Equal(emails.Length, (await IdsAsync(All)).Length);
    }

    [Fact]
    public async Task SearchAsync_WhatWasPending_IsFoundByItsVerdictOnceItHasOne()
    {
        var pending = Made(Samples.Noon, null);
        await Store.SaveAsync(pending, null);
        Assert.Equal([pending.Id], await IdsAsync(All with { IsPending = true }), StringComparer.Ordinal);

        await Store.SaveAsync(Made(Samples.Noon, VerdictReason.MailboxFull) with { Id = pending.Id }, null);
        Assert.Empty(await IdsAsync(All with { IsPending = true }));
        Assert.Equal([pending.Id], await IdsAsync(All with { Status = VerdictStatus.Risky }), StringComparer.Ordinal);
        Assert.Empty(await IdsAsync(All with { Status = VerdictStatus.Risky, Reason = VerdictReason.NullMx }));
    }

    [Fact]
    public async Task SearchAsync_ByBatch_FindsItsRowsForItsCustomerUntilItIsErased()
    {
        var batch = await PreparedBatch.UploadAsync(Batches, chunks: 1, rowsAChunk: 20);
        var claim = Assert.Single(await Batches.ClaimAsync(batch.Id, -1, 1));
        var items = Assert.NotNull(await Batches.LoadAsync(batch.Id, claim, Cancellation));
        var saved = items.Select((item, at) => Made(Samples.Noon.AddSeconds(at), at % 2 == 0 ? VerdictReason.AcceptedEmail : VerdictReason.Timeout, item.Email)).ToArray();
        var outcomes = items.Zip(saved, (item, save) => (ItemOutcome)new ItemOutcome.Done(item, save.Verdict!, save.Id, save)).ToImmutableArray();
        Assert.NotNull(await Batches.FlushAsync(new BatchFlush(batch.Id, claim, outcomes, ClosesChunk: true, Samples.Noon)));
        await Store.SaveAsync(Made(Samples.Noon, VerdictReason.Timeout, "x@a.example"), null);

        var ofBatch = All with { BatchId = batch.Id };
        Assert.Equal(saved.Reverse().Select(row => row.Id), await IdsAsync(ofBatch), StringComparer.Ordinal);
        Assert.Equal(saved.Length / 2, (await IdsAsync(ofBatch with { Status = VerdictStatus.Unknown, Domain = "a.example" })).Length);
        Assert.Empty(await IdsAsync(ofBatch with { Domain = "b.example" }));
        Assert.Empty(await Reports.SearchAsync("cus_b", ofBatch, Cancellation));
        Assert.Empty(await IdsAsync(All with { BatchId = Id.New("bat", TimeProvider.System) }));
        Assert.Empty(await IdsAsync(All with { BatchId = "none" }));

        // What was counted of it stays.
        var counted = await CountsAsync();
        Assert.Equal(saved.Length + 1, counted.Sum(count => count.Count));
        _ = await Batches.ChangeAsync(batch.Id, stored => BatchLife.Erase(stored, Samples.Noon));
        await Batches.EraseAsync(batch.Id);
        await SweepAsync(Samples.Noon);
        Assert.Empty(await IdsAsync(ofBatch));
        Assert.Equal(counted, await CountsAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_002)]
    public async Task SearchAsync_LimitOutOfBounds_IsADefect(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Reports.SearchAsync(Mine, All with { Limit = limit }, Cancellation));

    [Fact]
    public async Task TrendsAsync_VerdictsThatComeAndChange_CountsEachWhereItStands()
    {
        var first = Made(Samples.Noon, VerdictReason.AcceptedEmail);
        var late = Made(Samples.Noon, null);
        foreach (var row in new[] { first, late, Made(Samples.Noon.AddHours(11), VerdictReason.AcceptedEmail), Made(Samples.Noon.AddDays(-1), VerdictReason.NullMx), Made(Samples.Noon, VerdictReason.NullMx, customer: "cus_b") })
            await Store.SaveAsync(row, null);
        Assert.Equal([new(Today.AddDays(-1), VerdictReason.NullMx, 1), new(Today, VerdictReason.AcceptedEmail, 2)], await CountsAsync());

        // Its verdict comes; the same is stored once more; and another was judged again.
        await Store.SaveAsync(Made(Samples.Noon, VerdictReason.Timeout) with { Id = late.Id }, null);
        await Store.SaveAsync(Made(Samples.Noon, VerdictReason.Timeout) with { Id = late.Id }, null);
        var judged = first with { Verdict = first.Verdict! with { Status = VerdictStatus.Undeliverable, Reason = VerdictReason.RejectedEmail, Rules = "2" } };
        Assert.True(await Store.JudgeAsync(judged, first.Verdict!.Rules));

        DayCount[] expected =
            [new(Today.AddDays(-1), VerdictReason.NullMx, 1), new(Today, VerdictReason.AcceptedEmail, 1), new(Today, VerdictReason.RejectedEmail, 1), new(Today, VerdictReason.Timeout, 1)];
        Assert.Equal(expected, await CountsAsync());
        await SweepAsync(Samples.Noon);
        Assert.Equal(expected, await CountsAsync());
        Assert.Equal(expected[..1], await CountsAsync(Today.AddDays(-9), Today.AddDays(-1)));
        Assert.Equal(expected[1..], await CountsAsync(Today, Today));
    }

    [Fact]
    public async Task TrendsAsync_ManyAtOnceWhileTheyAreFoldedIn_LosesNone()
    {
        var writing = Enumerable.Range(0, 300).Select(number => Store.SaveAsync(Made(Samples.Noon.AddSeconds(number), number % 2 == 0 ? VerdictReason.NullMx : VerdictReason.Timeout), null)).ToArray();
        for (var round = 0; round < 5; round++)
            await SweepAsync(Samples.Noon);
        await Task.WhenAll(writing);
        await SweepAsync(Samples.Noon);
        Assert.Equal([new(Today, VerdictReason.NullMx, 150), new(Today, VerdictReason.Timeout, 150)], await CountsAsync());
    }

    [Fact]
    public async Task SweepAsync_OldDays_AreCountedNoLonger()
    {
        await Store.SaveAsync(Made(Samples.Noon.AddDays(-399), VerdictReason.NullMx), null);
        await Store.SaveAsync(Made(Samples.Noon.AddDays(-400), VerdictReason.NullMx), null);
        await SweepAsync(Samples.Noon);
        Assert.Equal([new(Today.AddDays(-399), VerdictReason.NullMx, 1)], await CountsAsync());
    }

    private static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static Verification Made(DateTimeOffset at, VerdictReason? reason, string email = "jane@example.com", string customer = Mine)
    {
        var made = Samples.Verification(1, 1, customer, reason is { } known ? Judge.StatusOf(known) : null, at);
        return made with
        {
            Id = Id.New("ver", new FakeTimeProvider(at)),
            Email = email,
            Verdict = reason is { } found ? made.Verdict! with { Reason = found } : null,
        };
    }

    private static bool Matches(Verification row, VerificationSearch search) =>
        row.CustomerId is Mine
        && (search.From is not { } from || row.CreatedAt >= from)
        && (search.To is not { } to || row.CreatedAt < to)
        && (search.Status is null || row.Verdict?.Status == search.Status)
        && (search.Reason is null || row.Verdict?.Reason == search.Reason)
        && (!search.IsPending || row.Verdict is null)
        && (search.Domain is not { } domain || row.Email.EndsWith('@' + Idn(domain), StringComparison.OrdinalIgnoreCase));

    private static string Idn(string domain) => domain is "xn--kln-sna.example" ? "köln.example" : domain;

    private async Task<string[]> IdsAsync(VerificationSearch search) => [.. (await Reports.SearchAsync(Mine, search, Cancellation)).Select(row => row.Id)];

    private Task<DayCount[]> CountsAsync() => CountsAsync(Today.AddDays(-500), Today.AddDays(1));

    private async Task<DayCount[]> CountsAsync(DateOnly from, DateOnly to) =>
        [.. (await Reports.TrendsAsync(Mine, from, to, Cancellation)).OrderBy(count => count.Day).ThenBy(count => Words.Of(count.Reason), StringComparer.Ordinal)];
}
