using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Contracts;

/// <summary>What every overview of retries tells.</summary>
public abstract class RetryOverviewContract : IAsyncLifetime
{
    protected abstract IRetryOverview Overview { get; }

    protected abstract IVerificationStore Verifications { get; }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task CountAsync_Nothing_IsNone()
    {
        var counted = await CountAsync();
        Assert.Equal((0, null, 0, null), (counted.Verifications.Waiting, counted.Verifications.NextAt, counted.BatchRows.Waiting, counted.BatchRows.NextAt));
        Assert.Equal(3, counted.Verifications.Counts.Length);
    }

    [Fact]
    public async Task CountAsync_Waiting_IsCountedUpToEachBound()
    {
        foreach (var (seconds, number) in new[] { -1, 0, 1, 60, 61 }.Select((seconds, number) => (seconds, number)))
        {
            var verification = new Verification { Id = Samples.IdOf(number), CustomerId = "cus_a", AddressHash = new AddressHash((UInt128)number), Email = "a@b.example", CreatedAt = Samples.Noon };
            await Verifications.SaveAsync(verification, new RetryTicket(verification.Id, "cus_a", verification.AddressHash, Samples.Noon.AddSeconds(seconds), null, 1));
        }

        var counted = await CountAsync();
        Assert.Equal([2, 2, 1], counted.Verifications.Counts);
        Assert.Equal(Samples.Noon.AddSeconds(-1), counted.Verifications.NextAt);
        Assert.Equal(0, counted.BatchRows.Waiting);
    }

    private async Task<RetryOverview> CountAsync() => await Overview.CountAsync([Samples.Noon, Samples.Noon.AddMinutes(1)], TestContext.Current.CancellationToken);
}
