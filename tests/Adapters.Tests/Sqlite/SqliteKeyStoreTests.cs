using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core.Customers;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteKeyStoreTests : IAsyncDisposable
{
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly SqliteKeyStore store;

    public SqliteKeyStoreTests() => store = new SqliteKeyStore(temporary.Database);

    public ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public async Task FindAsync_ByHash_IsWhatWasSaved()
    {
        var key = Key(1) with { ExpiresAt = Samples.Noon.AddDays(1) };
        await store.SaveAsync(key);
        await store.SaveAsync(Key(2));
        AssertSame(key, await store.FindAsync(key.Hash.AsMemory(), Cancellation));
        Assert.Null(await store.FindAsync(new byte[32], Cancellation));
    }

    [Fact]
    public async Task RevokeAsync_Again_KeepsTheFirstTimeAndListsIt()
    {
        await store.SaveAsync(Key(2));
        await store.SaveAsync(Key(1));

        Assert.True(await store.RevokeAsync(Key(1).Id, Samples.Noon));
        Assert.False(await store.RevokeAsync(Key(1).Id, Samples.Noon.AddDays(1)));
        Assert.False(await store.RevokeAsync(Key(3).Id, Samples.Noon));

        var keys = await store.ListAsync(Cancellation);
        Assert.Equal(2, keys.Length);
        AssertSame(Key(1) with { RevokedAt = Samples.Noon }, keys[0]);
        AssertSame(Key(2), keys[1]);
    }

    [Fact]
    public async Task EndAsync_KeyThatHolds_ExpiresAtTheEarlier()
    {
        await store.SaveAsync(Key(1));
        Assert.True(await store.EndAsync(Key(1).Id, Samples.Noon.AddDays(2)));
        Assert.True(await store.EndAsync(Key(1).Id, Samples.Noon.AddDays(1)));
        Assert.True(await store.EndAsync(Key(1).Id, Samples.Noon.AddDays(3)));
        AssertSame(Key(1) with { ExpiresAt = Samples.Noon.AddDays(1) }, Assert.Single(await store.ListAsync(Cancellation)));
    }

    [Fact]
    public async Task EndAsync_RevokedKey_ChangesNothing()
    {
        var revoked = Key(1) with { RevokedAt = Samples.Noon };
        await store.SaveAsync(revoked);
        Assert.False(await store.EndAsync(revoked.Id, Samples.Noon.AddDays(1)));
        Assert.False(await store.EndAsync(Key(2).Id, Samples.Noon.AddDays(1)));
        AssertSame(revoked, Assert.Single(await store.ListAsync(Cancellation)));
    }

    [Fact]
    public async Task SaveAsync_AKeyThatIsThere_ReplacesNothing()
    {
        var revoked = Key(1) with { RevokedAt = Samples.Noon };
        await store.SaveAsync(revoked);
        _ = await Assert.ThrowsAsync<SqliteException>(() => store.SaveAsync(Key(1)));
        AssertSame(revoked, Assert.Single(await store.ListAsync(Cancellation)));
    }

    [Fact]
    public async Task SaveAsync_AnothersHash_RemovesNoKey()
    {
        await store.SaveAsync(Key(1));
        _ = await Assert.ThrowsAsync<SqliteException>(() => store.SaveAsync(Key(2) with { Hash = Key(1).Hash }));
        AssertSame(Key(1), Assert.Single(await store.ListAsync(Cancellation)));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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
