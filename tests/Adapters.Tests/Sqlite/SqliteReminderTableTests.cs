using CsCheck;
using EmailVerify.Adapters.Sqlite;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteReminderTableTests : IAsyncDisposable
{
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly SqliteReminderTable table;

    public SqliteReminderTableTests() => table = Table("emailverify");

    public ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public async Task ReadRow_Upserted_IsWhatWasWritten()
    {
        var entry = Entry("retry", 3, "wake");
        entry.StartAt = new DateTime(2026, 11, 24, 12, 0, 0, DateTimeKind.Utc).AddTicks(1_234_567);
        var etag = await table.UpsertRow(entry);
        var found = await table.ReadRow(entry.GrainId, "wake");
        Assert.NotNull(found);
        Assert.Equal((entry.GrainId, "wake", entry.StartAt, entry.Period, etag), (found.GrainId, found.ReminderName, found.StartAt, found.Period, found.ETag));
        Assert.Equal(DateTimeKind.Utc, found.StartAt.Kind);
        Assert.Null(await table.ReadRow(entry.GrainId, "sleep"));
    }

    [Fact]
    public async Task UpsertRow_Again_ReplacesAndGivesANewETag()
    {
        var first = await table.UpsertRow(Entry("retry", 3, "wake"));
        var later = Entry("retry", 3, "wake");
        later.Period = TimeSpan.FromHours(9);
        var second = await table.UpsertRow(later);
        Assert.False(string.Equals(first, second, StringComparison.Ordinal));
        Assert.Equal(TimeSpan.FromHours(9), Assert.Single((await table.ReadRows(later.GrainId)).Reminders).Period);
    }

    [Fact]
    public async Task RemoveRow_OnlyWithItsETag()
    {
        var entry = Entry("retry", 3, "wake");
        var old = await table.UpsertRow(entry);
        var etag = await table.UpsertRow(entry);
        Assert.False(await table.RemoveRow(entry.GrainId, "wake", old!));
        Assert.False(await table.RemoveRow(entry.GrainId, "wake", "no number"));
        Assert.True(await table.RemoveRow(entry.GrainId, "wake", etag!));
        Assert.False(await table.RemoveRow(entry.GrainId, "wake", etag!));
    }

    [Fact]
    public async Task ReadRows_OfAGrain_AreItsOwnOnly()
    {
        _ = await table.UpsertRow(Entry("retry", 1, "a"));
        _ = await table.UpsertRow(Entry("retry", 1, "b"));
        _ = await table.UpsertRow(Entry("retry", 2, "a"));
        Assert.Equal(2, (await table.ReadRows(GrainId.Create("retry", "1"))).Reminders.Count);
        Assert.Empty((await Table("another").ReadRows(GrainId.Create("retry", "1"))).Reminders);
    }

    [Fact]
    public async Task ReadRows_AnyRange_IsTheRingsArc()
    {
        var hashes = new List<uint>();
        for (var number = 0; number < 64; number++)
        {
            var entry = Entry("retry", number, "wake");
            _ = await table.UpsertRow(entry);
            hashes.Add(entry.GrainId.GetUniformHashCode());
        }

        // Bounds on, just below and just above what is there, as well as anywhere.
        var bounds = Gen.OneOf(Gen.UInt, Gen.Select(Gen.Int[0, 63], Gen.Int[-1, 1]).Select((at, off) => unchecked(hashes[at] + (uint)off)), Gen.Int[0, 1].Select(end => end == 0 ? 0 : uint.MaxValue));
        await Gen.Select(bounds, bounds).SampleAsync(
            async range =>
            {
                var (begin, end) = range;
                var expected = hashes.Count(hash => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end);
                Assert.Equal(expected, (await table.ReadRows(begin, end)).Reminders.Count);
            },
            iter: 300,
            threads: 1);
        Assert.Equal(64, (await table.ReadRows(hashes[5], hashes[5])).Reminders.Count);
    }

    [Fact]
    public async Task TestOnlyClearTable_RemovesTheServicesRows()
    {
        _ = await Table("another").UpsertRow(Entry("retry", 1, "a"));
        _ = await table.UpsertRow(Entry("retry", 1, "a"));
        await table.TestOnlyClearTable();
        Assert.Empty((await table.ReadRows(0, 0)).Reminders);
        _ = Assert.Single((await Table("another").ReadRows(0, 0)).Reminders);
    }

    private static ReminderEntry Entry(string type, int key, string name) => new()
    {
        GrainId = GrainId.Create(type, $"{key}"),
        ReminderName = name,
        StartAt = Samples.Noon.UtcDateTime,
        Period = TimeSpan.FromMinutes(5),
    };

    private SqliteReminderTable Table(string service) => new(temporary.Database, Options.Create(new ClusterOptions { ServiceId = service }));
}
