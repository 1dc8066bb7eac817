using System.Collections.Immutable;
using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Postgres;

/// <summary>Verifications of batches: many in a transaction.</summary>
[Trait("Pace", "slow")]
public sealed class VerificationRowsTests(PostgresTestDatabase temporary) : IClassFixture<PostgresTestDatabase>, IAsyncLifetime
{
    private static readonly Guid Batch = StoredId.Of("bat_01M86PTPG00000000000000000", StoredId.Batch);

    private readonly PostgresPartitions partitions = new(temporary.Database, PartitionedTable.All);
    private readonly PostgresVerificationStore store = new(temporary.Database);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => temporary.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task WriteAsync_Many_AreReadByTheirIdsAndServed()
    {
        var rows = Enumerable.Range(1, 1_000).Select(number => Samples.Verification(number, (UInt128)number)).ToArray();
        Assert.Equal(1_000, (await WriteAsync(rows)).Count);

        var ids = rows.Select(IdOf).Append(Guid.Empty).ToArray();
        var found = await temporary.Database.ReadAsync(connection => VerificationRows.ReadAsync(connection, ids, Cancellation), Cancellation);
        Assert.Equal(rows.Select(Samples.Spell), found.OrderBy(one => one.Id, StringComparer.Ordinal).Select(Samples.Spell), StringComparer.Ordinal);
        Assert.Equal(1_000, (await store.KnownAsync("cus_default", [.. rows.Select(row => row.AddressHash)], Samples.Noon, Cancellation)).Length);
        Assert.Empty(await temporary.Database.ReadAsync(connection => VerificationRows.ReadAsync(connection, [], Cancellation), Cancellation));
    }

    [Fact]
    public async Task WriteAsync_SomeThatMayNot_TellsWhichWereWritten()
    {
        await store.SaveAsync(Samples.Verification(1, 1), null);
        Assert.Equal([IdOf(Samples.Verification(2, 2))], await WriteAsync([Samples.Verification(1, 1, status: null), Samples.Verification(2, 2, status: null)]));
        Assert.Empty(await WriteAsync([]));
    }

    [Fact]
    public async Task WriteAsync_TwoOfOneAddress_ServesTheNewer()
    {
        _ = await WriteAsync([Samples.Verification(2, 7, at: Samples.Noon.AddSeconds(1)), Samples.Verification(3, 7), Samples.Verification(1, 7)]);
        Assert.Equal(Samples.IdOf(2), Assert.Single(await store.KnownAsync("cus_default", [new(7)], Samples.Noon, Cancellation)).VerificationId);
    }

    [Fact]
    public async Task WriteAsync_PendingOfABatch_IsNotRecalledAsOneThatSomebodyWaitsFor()
    {
        _ = await WriteAsync([Samples.Verification(1, 7, status: null)]);
        Assert.Empty(await store.RecallAsync(new AddressHash(7), 5, Cancellation));
    }

    [Fact]
    public async Task EraseAsync_ABatch_TakesItsVerdictsAlongAndServesThoseBefore()
    {
        await store.SaveAsync(Samples.Verification(1, 1, at: Samples.Noon.AddDays(-1)), null);
        _ = await WriteAsync([.. Enumerable.Range(1, 25).Select(number => Samples.Verification(100 + number, (UInt128)number))]);

        var erased = new List<int>();
        do
            erased.Add(await temporary.Database.WriteAsync(connection => VerificationRows.EraseAsync(connection, Batch, 10)));
        while (erased[^1] > 0);

        Assert.Equal([10, 10, 5, 0], erased);
        var known = await store.KnownAsync("cus_default", [.. Enumerable.Range(1, 25).Select(number => new AddressHash((UInt128)number))], Samples.Noon, Cancellation);
        Assert.Equal(Samples.IdOf(1), Assert.Single(known).VerificationId);
    }

    [Fact]
    public async Task SaveAsync_TextsThatAreNoText_ComeBackAsTheyWere()
    {
        var odd = Samples.Verification(1, 7) with { Email = "a\0b\uD800\uFDD0@c", Tag = "\uDC00\uD800" };
        odd = odd with { Verdict = odd.Verdict! with { Exchanger = "m\0x" } };
        await store.SaveAsync(odd, null);
        Assert.Equal(Samples.Spell(odd), Samples.Spell(await store.FindAsync("cus_default", odd.Id, Cancellation)));
        Assert.Equal("m\0x", Assert.Single(await store.KnownAsync("cus_default", [new(7)], Samples.Noon, Cancellation)).Verdict.Exchanger);
    }

    private static Guid IdOf(Verification verification) => StoredId.Of(verification.Id, StoredId.Verification);

    private Task<ImmutableHashSet<Guid>> WriteAsync(IReadOnlyCollection<Verification> rows) =>
        partitions.WriteAsync(rows.Select(IdOf), connection => VerificationRows.WriteAsync(connection, rows, Batch));
}
