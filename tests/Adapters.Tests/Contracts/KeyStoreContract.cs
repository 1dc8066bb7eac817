using System.Data.Common;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core.Customers;

namespace EmailVerify.Adapters.Tests.Contracts;

/// <summary>What every store of keys does.</summary>
public abstract class KeyStoreContract : IAsyncLifetime
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IKeyStore Store { get; }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task FindAsync_ByHash_IsWhatWasSaved()
    {
        var key = Key(1) with { ExpiresAt = Samples.Noon.AddDays(1) };
        await Store.SaveAsync(key);
        await Store.SaveAsync(Key(2));
        AssertSame(key, await Store.FindAsync(key.Hash.AsMemory(), Cancellation));
        Assert.Null(await Store.FindAsync(new byte[32], Cancellation));
    }

    [Fact]
    public async Task RevokeAsync_Again_KeepsTheFirstTimeAndListsIt()
    {
        await Store.SaveAsync(Key(2));
        await Store.SaveAsync(Key(1));

        Assert.True(await Store.RevokeAsync(Key(1).Id, Samples.Noon));
        Assert.False(await Store.RevokeAsync(Key(1).Id, Samples.Noon.AddDays(1)));
        Assert.False(await Store.RevokeAsync(Key(3).Id, Samples.Noon));

        var keys = await Store.ListAsync(Cancellation);
        Assert.Equal(2, keys.Length);
        AssertSame(Key(1) with { RevokedAt = Samples.Noon }, keys[0]);
        AssertSame(Key(2), keys[1]);
    }

    [Fact]
    public async Task EndAsync_KeyThatHolds_ExpiresAtTheEarlier()
    {
        await Store.SaveAsync(Key(1));
        Assert.True(await Store.EndAsync(Key(1).Id, Samples.Noon.AddDays(2)));
        Assert.True(await Store.EndAsync(Key(1).Id, Samples.Noon.AddDays(1)));
        Assert.True(await Store.EndAsync(Key(1).Id, Samples.Noon.AddDays(3)));
        AssertSame(Key(1) with { ExpiresAt = Samples.Noon.AddDays(1) }, Assert.Single(await Store.ListAsync(Cancellation)));
    }

    [Fact]
    public async Task EndAsync_RevokedKey_ChangesNothing()
    {
        var revoked = Key(1) with { RevokedAt = Samples.Noon };
        await Store.SaveAsync(revoked);
        Assert.False(await Store.EndAsync(revoked.Id, Samples.Noon.AddDays(1)));
        Assert.False(await Store.EndAsync(Key(2).Id, Samples.Noon.AddDays(1)));
        AssertSame(revoked, Assert.Single(await Store.ListAsync(Cancellation)));
    }

    [Fact]
    public async Task SaveAsync_AKeyThatIsThere_ReplacesNothing()
    {
        var revoked = Key(1) with { RevokedAt = Samples.Noon };
        await Store.SaveAsync(revoked);
        _ = await Assert.ThrowsAnyAsync<DbException>(() => Store.SaveAsync(Key(1)));
        AssertSame(revoked, Assert.Single(await Store.ListAsync(Cancellation)));
    }

    [Fact]
    public async Task SaveAsync_AnothersHash_RemovesNoKey()
    {
        await Store.SaveAsync(Key(1));
        _ = await Assert.ThrowsAnyAsync<DbException>(() => Store.SaveAsync(Key(2) with { Hash = Key(1).Hash }));
        AssertSame(Key(1), Assert.Single(await Store.ListAsync(Cancellation)));
    }

    private static ApiKey Key(byte number) =>
        new($"key_{number:D26}", "cus_default", $"key {number}", [.. Enumerable.Repeat(number, 32)], "ev_live_4fQx", ["verify", "read"], Samples.Noon, null, null);

    private static void AssertSame(ApiKey expected, ApiKey? found)
    {
        Assert.NotNull(found);
        Assert.Equal(expected.Hash, found.Hash);
        Assert.Equal(expected.Scopes, found.Scopes);
        Assert.Equal(expected with { Hash = [], Scopes = [] }, found with { Hash = [], Scopes = [] });
    }
}
