using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Contracts;

/// <summary>What every store does with verdicts that are judged again.</summary>
public abstract class RejudgingContract : IAsyncLifetime
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IVerificationStore Store { get; }

    protected abstract IRejudgeStore Rejudging { get; }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task JudgeAsync_AVerdict_IsReplacedAndTellsWhatItWas()
    {
        var before = Samples.Verification(1, 1);
        await Store.SaveAsync(before, null);
        var judged = Judged(before, VerdictStatus.Risky, VerdictReason.MailboxFull);
        judged = judged with { Verdict = judged.Verdict! with { AcceptAll = false, MailboxFull = true, Provider = "p", Exchanger = "x", FreshUntil = Samples.Noon.AddDays(1), Source = VerdictSource.Syntax } };

        Assert.True(await Store.JudgeAsync(judged, "1"));

        var after = Assert.IsType<Verification>(await Store.FindAsync(before.CustomerId, before.Id, Cancellation));
        Assert.Equal(judged.Verdict, after.Verdict);
        Assert.Equal([new EarlierVerdict(VerdictStatus.Deliverable, VerdictReason.AcceptedEmail, 97, "1", Samples.Noon.AddDays(1))], after.Earlier);
        var known = await Store.KnownAsync(before.CustomerId, [before.AddressHash], Samples.Noon, Cancellation);
        Assert.Equal(judged.Verdict, Assert.Single(known).Verdict);
    }

    [Fact]
    public async Task JudgeAsync_ARowThatIsGoneForeignOrJudgedByOthers_IsLeft()
    {
        var before = Samples.Verification(1, 1);
        var after = Judged(before, VerdictStatus.Risky, VerdictReason.AcceptAll);
        Assert.False(await Store.JudgeAsync(after, "1"));
        await Store.SaveAsync(before, null);

        Assert.False(await Store.JudgeAsync(after with { CustomerId = "cus_other" }, "1"));
        Assert.False(await Store.JudgeAsync(after, "0"));
        Assert.Equal(Samples.Spell(before), Samples.Spell(await Store.FindAsync(before.CustomerId, before.Id, Cancellation)));
    }

    [Fact]
    public async Task ReadAsync_ByPages_GivesEachWithAVerdictOnce()
    {
        for (var at = 1; at <= 20; at++)
            await Store.SaveAsync(Samples.Verification(at, (UInt128)at, $"cus_{at % 3}", at % 4 == 0 ? null : VerdictStatus.Deliverable, Samples.Noon.AddMinutes(at)), null);

        Assert.Equal([1L, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19], await ReadAllAsync(DateTimeOffset.MinValue));
        Assert.Equal([18L, 19], await ReadAllAsync(Samples.Noon.AddMinutes(18)));
    }

    [Fact]
    public async Task ReadAsync_ARowThatNobodyCanRead_IsCountedAndNoObstacle()
    {
        await Store.SaveAsync(Samples.Verification(1, 1), null);
        await Store.SaveAsync(Samples.Verification(2, 2), null);
        await SpoilAsync(Samples.IdOf(1));

        var page = await Rejudging.ReadAsync("", DateTimeOffset.MinValue, 10, Cancellation);

        Assert.Equal((Samples.IdOf(2), Samples.IdOf(1), Samples.IdOf(2)), (Assert.Single(page.Rows).Id, Assert.Single(page.Unreadable), page.Last));
        Assert.Null((await Rejudging.ReadAsync(page.Last!, DateTimeOffset.MinValue, 10, Cancellation)).Last);
    }

    [Fact]
    public async Task SaveAsync_ALateOneOfAVerdictThatWasJudgedAgain_UndoesNothing()
    {
        var before = Samples.Verification(1, 1);
        await Store.SaveAsync(before, null);
        Assert.True(await Store.JudgeAsync(Judged(before, VerdictStatus.Risky, VerdictReason.AcceptAll), "1"));

        await Store.SaveAsync(before, null);
        Assert.Equal(VerdictReason.AcceptAll, (await Store.FindAsync(before.CustomerId, before.Id, Cancellation))!.Verdict!.Reason);
    }

    [Fact]
    public async Task JudgeAsync_ToAndFromUnknown_MovesTheVerdictThatIsServed()
    {
        var (older, newer) = (Samples.Verification(1, 7), Samples.Verification(2, 7, at: Samples.Noon.AddMinutes(1)));
        await Store.SaveAsync(older, null);
        await Store.SaveAsync(newer, null);

        var unknown = Judged(newer, VerdictStatus.Unknown, VerdictReason.BlockedByPolicy);
        Assert.True(await Store.JudgeAsync(unknown, "1"));
        Assert.Equal(older.Id, Assert.Single(await Store.KnownAsync("cus_default", [new(7)], Samples.Noon, Cancellation)).VerificationId);
        Assert.Equal(older.Id, Assert.Single(await Store.RecallAsync(new(7), 9, Cancellation)).Id);

        Assert.True(await Store.JudgeAsync(unknown with { Verdict = newer.Verdict }, "2"));
        Assert.Equal(newer.Id, Assert.Single(await Store.KnownAsync("cus_default", [new(7)], Samples.Noon, Cancellation)).VerificationId);
    }

    [Fact]
    public async Task SaveAsync_Several_ReplacesThoseWhoseVerdictIsStillTheOneThatWasJudged()
    {
        var rows = Enumerable.Range(1, 5).Select(number => Samples.Verification(number, (UInt128)number)).ToArray();
        foreach (var row in rows[..4])
            await Store.SaveAsync(row, null);
        _ = await Store.JudgeAsync(Judged(rows[1], VerdictStatus.Risky, VerdictReason.MailboxFull), "1");

        var replaced = await Rejudging.SaveAsync([.. rows.Reverse().Select(row => (Judged(row, VerdictStatus.Risky, VerdictReason.AcceptAll), "1"))]);

        Assert.Equal([rows[0].Id, rows[2].Id, rows[3].Id], replaced.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        var known = await Store.KnownAsync("cus_default", [.. rows.Select(row => row.AddressHash)], Samples.Noon, Cancellation);
        Assert.Equal(
            [VerdictReason.AcceptAll, VerdictReason.MailboxFull, VerdictReason.AcceptAll, VerdictReason.AcceptAll],
            known.OrderBy(one => one.VerificationId, StringComparer.Ordinal).Select(one => one.Verdict.Reason));
        Assert.Empty(await Rejudging.SaveAsync([]));
    }

    protected static Verification Judged(Verification before, VerdictStatus status, VerdictReason reason) => before with
    {
        Verdict = before.Verdict! with { Status = status, Reason = reason, Score = 55, Rules = "2" },
        Earlier = [new EarlierVerdict(before.Verdict.Status, before.Verdict.Reason, before.Verdict.Score, before.Verdict.Rules, Samples.Noon.AddDays(1))],
    };

    /// <summary>Makes the evidence of a row something that nobody can read.</summary>
    protected abstract Task SpoilAsync(string id);

    private async Task<List<long>> ReadAllAsync(DateTimeOffset since)
    {
        var read = new List<long>();
        for (string? after = ""; after is not null;)
        {
            var page = await Rejudging.ReadAsync(after, since, 3, Cancellation);
            read.AddRange(page.Rows.Select(row => Samples.NumberOf(row.Id)));
            after = page.Last;
        }

        return read;
    }
}
