using EmailVerify.Adapters.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteGrainStorageTests : IAsyncDisposable
{
    private static readonly GrainId Grain = GrainId.Create("lane", "google/eg-1");
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly ServiceProvider services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private readonly SqliteGrainStorage storage;

    public SqliteGrainStorageTests() => storage = Storage("emailverify");

    public async ValueTask DisposeAsync()
    {
        await temporary.DisposeAsync();
        await services.DisposeAsync();
    }

    [Fact]
    public async Task ReadStateAsync_NoRow_IsAFreshStateWithoutETag()
    {
        var state = new GrainState<List<int>> { State = [1], ETag = "7", RecordExists = true };
        await storage.ReadStateAsync("lane", Grain, state);
        Assert.Empty(state.State);
        Assert.Null(state.ETag);
        Assert.False(state.RecordExists);
    }

    [Fact]
    public async Task ReadStateAsync_Written_IsWhatWasWritten()
    {
        var written = await WriteAsync(Grain, [1, 2, 3]);
        var read = await ReadAsync(Grain);
        Assert.Equal([1, 2, 3], read.State);
        Assert.Equal(written.ETag, read.ETag);
        Assert.True(read.RecordExists && written.RecordExists);
    }

    [Fact]
    public async Task WriteStateAsync_WithTheNewestETag_Replaces()
    {
        var state = await WriteAsync(Grain, [1]);
        var first = state.ETag;
        state.State = [2];
        await storage.WriteStateAsync("lane", Grain, state);
        Assert.False(string.Equals(first, state.ETag, StringComparison.Ordinal));
        Assert.Equal([2], (await ReadAsync(Grain)).State);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("12345")]
    [InlineData("no number")]
    public async Task WriteStateAsync_WithAnotherETag_IsInconsistentAndWritesNothing(string? etag)
    {
        var stored = await WriteAsync(Grain, [1]);
        var stale = new GrainState<List<int>> { State = [2], ETag = etag };
        var refused = await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("lane", Grain, stale));
        Assert.Equal(stored.ETag, refused.StoredEtag);
        Assert.Equal([1], (await ReadAsync(Grain)).State);
    }

    [Fact]
    public async Task WriteStateAsync_ETagOfNoRow_IsInconsistent() =>
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("lane", Grain, new GrainState<List<int>> { State = [], ETag = "1" }));

    [Fact]
    public async Task WriteStateAsync_RowRemovedAndMadeAgain_NeverMatchesTheOldETag()
    {
        var old = await WriteAsync(Grain, [1]);
        await storage.ClearStateAsync("lane", Grain, await ReadAsync(Grain));
        _ = await WriteAsync(Grain, [2]);
        _ = await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("lane", Grain, old));
    }

    [Fact]
    public async Task ClearStateAsync_WithTheNewestETag_Forgets()
    {
        var state = await WriteAsync(Grain, [1]);
        await storage.ClearStateAsync("lane", Grain, state);
        Assert.Empty(state.State!);
        Assert.Null(state.ETag);
        Assert.False(state.RecordExists);
        Assert.False((await ReadAsync(Grain)).RecordExists);

        // Nothing there, nothing known: nothing to do.
        await storage.ClearStateAsync("lane", Grain, state);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("12345")]
    public async Task ClearStateAsync_WithAnotherETag_IsInconsistent(string? etag)
    {
        _ = await WriteAsync(Grain, [1]);
        _ = await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("lane", Grain, new GrainState<List<int>> { ETag = etag }));
        Assert.True((await ReadAsync(Grain)).RecordExists);
    }

    [Fact]
    public async Task WriteStateAsync_KeysThatOtherProvidersMerge_StayApart()
    {
        GrainId[] grains = [GrainId.Create("a", "a"), GrainId.Create("b", "a"), GrainId.Create("a", "0a"), GrainId.Create("a", "A"), GrainId.Create("a", "00a")];
        for (var number = 0; number < grains.Length; number++)
            _ = await WriteAsync(grains[number], [number]);
        for (var number = 0; number < grains.Length; number++)
            Assert.Equal([number], (await ReadAsync(grains[number])).State);
    }

    [Fact]
    public async Task ReadStateAsync_OfAnotherService_IsNotSeen()
    {
        _ = await WriteAsync(Grain, [1]);
        var state = new GrainState<List<int>>();
        await Storage("another").ReadStateAsync("lane", Grain, state);
        Assert.False(state.RecordExists);
    }

    private SqliteGrainStorage Storage(string service) => new(
        temporary.Database,
        new OrleansGrainStorageSerializer(services.GetRequiredService<Serializer>()),
        services.GetRequiredService<IActivatorProvider>(),
        Options.Create(new ClusterOptions { ServiceId = service }));

    private async Task<GrainState<List<int>>> WriteAsync(GrainId grain, List<int> value)
    {
        var state = new GrainState<List<int>> { State = value };
        await storage.WriteStateAsync("lane", grain, state);
        return state;
    }

    private async Task<GrainState<List<int>>> ReadAsync(GrainId grain)
    {
        var state = new GrainState<List<int>>();
        await storage.ReadStateAsync("lane", grain, state);
        return state;
    }
}
