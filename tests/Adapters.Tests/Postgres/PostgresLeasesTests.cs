using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Tests.Postgres;

/// <summary>What becomes of the work of a silo that died.</summary>
[Trait("Pace", "slow")]
public sealed class PostgresLeasesTests(PostgresTestDatabase temporary) : IClassFixture<PostgresTestDatabase>, IAsyncLifetime
{
    private const string Silo = "S10.0.0.1:11111@1";

    private readonly PostgresVerificationStore verifications = new(temporary.Database);
    private readonly PostgresBatchStore batches = new(temporary.Database);
    private readonly PostgresLeases leases = new(temporary.Database);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => temporary.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task EndAsync_RowsOfABatch_AreDueWhereASiloThatDiedHadThem()
    {
        var batch = await PreparedBatch.UploadAsync(batches, chunks: 1, rowsAChunk: 10);
        var claim = Assert.Single(await batches.ClaimAsync(batch.Id, -1, 1));
        var items = Assert.NotNull(await batches.LoadAsync(batch.Id, claim, Cancellation));
        _ = await batches.FlushAsync(new(batch.Id, claim, [.. items.Select(item => new Core.Batches.ItemOutcome.PutOff(item, Samples.Noon, null, null))], true, Samples.Noon));
        var lease = Samples.Noon.AddMinutes(3);
        var dead = await batches.TakeDueAsync(batch.Id, "S10.0.0.1:11111@1", Samples.Noon, lease, 2);
        var alive = await batches.TakeDueAsync(batch.Id, "S10.0.0.1:11111@2", Samples.Noon, lease, items.Length - 2);

        var now = Samples.Noon.AddSeconds(9);
        Assert.True(await leases.EndAsync(["S10.0.0.1:11111@1", "S10.0.0.9:11111@1"], now, Cancellation));
        Assert.Equal(now, await batches.NextDueAsync(batch.Id, Cancellation));

        // It was only thought dead: what it brings now is another's, which asks again.
        Assert.Equal(0, (await batches.FlushAsync(new(batch.Id, null, [.. dead.Select(item => PreparedBatch.DoneOf(item, now))], false, now)))?.Counts.Done);
        var again = await batches.TakeDueAsync(batch.Id, "S10.0.0.1:11111@2", now, now.AddMinutes(3), 100);
        Assert.Equal(dead.Select(item => item.Row).Order(), again.Select(item => item.Row).Order());
        _ = await batches.FlushAsync(new(batch.Id, null, [.. alive.Concat(again).Select(item => PreparedBatch.DoneOf(item, now))], false, now));
        await batch.AssertWholeAsync(batches);
    }

    [Fact]
    public async Task EndAsync_WhatIsBeingWritten_HoldsUpNothingElseAndIsToBeEndedAgain()
    {
        var now = Samples.Noon.AddMinutes(10);
        var held = await LeasedAsync();
        var free = await LeasedAsync();
        await PutOffAsync(1, VerdictReason.Greylisted, Samples.Noon.AddMinutes(9));
        await PutOffAsync(2, VerdictReason.Greylisted, Samples.Noon.AddMinutes(8));
        Assert.Equal(2, (await verifications.TakeDueAsync(5, now, now.AddSeconds(150), 9)).Length);

        // Its silo hung between a statement and its commit.
        await using (var source = NpgsqlDataSource.Create(temporary.Settings))
        await using (var connection = await source.OpenConnectionAsync(Cancellation))
        await using (var transaction = await connection.BeginTransactionAsync(Cancellation))
        {
            await using var write = new NpgsqlCommand("SELECT 1 FROM batches WHERE id = $1 FOR UPDATE", connection) { Parameters = { PostgresValue.Of(StoredId.Of(held.Id, StoredId.Batch)) } };
            _ = await write.ExecuteScalarAsync(Cancellation);
            await using var change = new NpgsqlCommand("UPDATE retries SET attempt = attempt WHERE verification_id = $1", connection) { Parameters = { PostgresValue.Of(StoredId.Of(Samples.IdOf(1), StoredId.Verification)) } };
            Assert.Equal(1, await change.ExecuteNonQueryAsync(Cancellation));

            Assert.False(await leases.EndAsync([Silo], now, Cancellation));
            Assert.Equal(now, await batches.NextDueAsync(free.Id, Cancellation));
            Assert.Equal(now.AddMinutes(3), await batches.NextDueAsync(held.Id, Cancellation));
            Assert.Equal(Samples.IdOf(2), Assert.Single(await verifications.TakeDueAsync(5, now, now.AddSeconds(150), 9)).VerificationId);
        }

        Assert.True(await leases.EndAsync([Silo], now, Cancellation));
        Assert.Equal(now, await batches.NextDueAsync(held.Id, Cancellation));
        Assert.Equal(Samples.Noon.AddMinutes(8), await verifications.NextDueAsync(5, Cancellation));

        async Task<PreparedBatch> LeasedAsync()
        {
            var batch = await PreparedBatch.UploadAsync(batches, chunks: 1, rowsAChunk: 10);
            var claim = Assert.Single(await batches.ClaimAsync(batch.Id, -1, 1));
            var items = Assert.NotNull(await batches.LoadAsync(batch.Id, claim, Cancellation));
            _ = await batches.FlushAsync(new(batch.Id, claim, [.. items.Select(item => new Core.Batches.ItemOutcome.PutOff(item, Samples.Noon, null, null))], true, Samples.Noon));
            Assert.Equal(items.Length, (await batches.TakeDueAsync(batch.Id, Silo, Samples.Noon, now.AddMinutes(3), 100)).Length);
            return batch;
        }
    }

    [Fact]
    public async Task EndAsync_SingleVerifications_AreDueWhereAnybodyHadThem()
    {
        var now = Samples.Noon.AddMinutes(10);

        // 1 was put off and taken; 2 waits for its time; 3 was accepted and never tried; 4 so and taken; 5 is due and was not taken yet.
        await PutOffAsync(1, VerdictReason.Greylisted, Samples.Noon.AddMinutes(9));
        await PutOffAsync(4, null, now);
        _ = await verifications.TakeDueAsync(5, now, now.AddSeconds(150), 9);
        await PutOffAsync(2, VerdictReason.Greylisted, now.AddSeconds(20));
        await PutOffAsync(3, null, now + Settlement.ProbeDeadline);
        await PutOffAsync(5, VerdictReason.Greylisted, Samples.Noon);

        var death = now.AddSeconds(1);
        Assert.True(await leases.EndAsync([Silo], death, Cancellation));
        var due = await verifications.TakeDueAsync(5, death, death.AddSeconds(150), 9);
        Assert.Equal<(long, DateTimeOffset)>(
            [(5, Samples.Noon), (1, Samples.Noon.AddMinutes(9)), (4, now), (3, death)],
            due.Select(ticket => (Samples.NumberOf(ticket.VerificationId), ticket.DueAt)));
        Assert.Equal(now.AddSeconds(20), await verifications.NextDueAsync(5, Cancellation));
    }

    private async Task PutOffAsync(long number, VerdictReason? cause, DateTimeOffset until)
    {
        var waiting = Samples.Verification(number, 5, status: null) with { Pending = new Pending(Samples.Noon, cause, until, Samples.Noon.AddDays(1)) };
        await verifications.SaveAsync(waiting, Samples.Ticket(waiting, until));
    }
}
