using EmailVerify.Adapters.Doctor;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core.Doctor;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Tests.Doctor;

public sealed class MachineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(null, 0, CheckState.Skipped)]
    [InlineData(true, 0.1, CheckState.Ok)]
    [InlineData(true, 5, CheckState.Warning)]
    [InlineData(false, 0.1, CheckState.Warning)]
    public void Clock_ByTheSystemsWord_IsJudged(bool? isKept, double error, CheckState state)
    {
        var check = SystemClock.Judge(isKept is { } kept ? new ClockWord(kept, TimeSpan.FromSeconds(error)) : null);
        Assert.Equal((state, state is CheckState.Warning), (check.State, check.Cure is not null));
    }

    [Fact]
    public void Clock_OfThisSystem_IsReadWhereItIsLinux() => Assert.Equal(OperatingSystem.IsLinux(), SystemClock.Ask() is { MaxError.Ticks: >= 0 });

    [Theory]
    [InlineData(7_262L, CheckState.Ok)]
    [InlineData(long.MaxValue, CheckState.Ok)]
    [InlineData(1_024L, CheckState.Warning)]
    [InlineData(null, CheckState.Skipped)]
    public void Descriptors_AgainstWhatSessionsNeed_AreJudged(long? limit, CheckState state) => Assert.Equal(state, Descriptors.Judge(limit, 6_000).State);

    [Fact]
    public void Descriptors_Lines_GiveTheSoftLimit()
    {
        Assert.Equal(1_024, Descriptors.Read(["Limit   Soft Limit   Hard Limit   Units", "Max open files            1024                 524288               files"]));
        Assert.Equal(long.MaxValue, Descriptors.Read(["Max open files            unlimited            unlimited            files"]));
        Assert.Null(Descriptors.Read(["Max processes 1 1 processes"]));
        Assert.Equal(OperatingSystem.IsLinux(), Descriptors.Limit() > 0);
    }

    [Theory]
    [InlineData(5_000_000_000, CheckState.Ok, false)]
    [InlineData(900_000_000L, CheckState.Warning, false)]
    [InlineData(100_000_000L, CheckState.Failed, true)]
    [InlineData(null, CheckState.Skipped, false)]
    public void Disk_AgainstTheFloor_IsJudged(long? free, CheckState state, bool stopsWork)
    {
        var check = DiskRoom.Judge(free, 100_000_000);
        Assert.Equal((state, stopsWork), (check.State, check.StopsWork));
    }

    [Fact]
    public void Disk_OfAFolder_IsRead() => Assert.True(DiskRoom.FreeAt(Path.GetTempPath()) > 0);

    [Fact]
    public async Task Database_BesideWhoWorksInIt_IsWhole()
    {
        await using var temporary = TemporaryDatabase.Open();
        var check = await LookAsync(temporary);
        Assert.Equal((CheckState.Ok, false), (check.State, check.StopsWork));
        Assert.Contains($"schema {SqliteSchema.Known[^1]}", check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_OfAnOlderSchema_IsWarnedOfAndNotMigrated()
    {
        await using var temporary = TemporaryDatabase.Open();
        await temporary.CloseAsync();
        Execute(temporary, "DELETE FROM changelog WHERE CAST(version AS INTEGER) = (SELECT max(CAST(version AS INTEGER)) FROM changelog)");
        var check = await LookAsync(temporary);
        Assert.Equal((CheckState.Warning, false), (check.State, check.StopsWork));
        Assert.Contains("migrate", check.Cure, StringComparison.Ordinal);
        Assert.Equal(check, await LookAsync(temporary));
    }

    [Fact]
    public async Task Database_Damaged_IsToldAndStopsTheWork()
    {
        await using var temporary = TemporaryDatabase.Open();
        await temporary.CloseAsync();
        var path = PathOf(temporary);
        var octets = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

        // All but the first pages, which hold the schema that is read at opening.
        octets.AsSpan(octets.Length / 2).Fill(0xA5);
        await File.WriteAllBytesAsync(path, octets, TestContext.Current.CancellationToken);
        var check = await LookAsync(temporary);
        Assert.Equal((CheckState.Failed, true), (check.State, check.StopsWork));
        Assert.Contains("backup", check.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_ThatIsNone_IsToldSo()
    {
        await using var temporary = TemporaryDatabase.Open();
        await temporary.CloseAsync();
        await File.WriteAllTextAsync(PathOf(temporary), new string('x', 8_192), TestContext.Current.CancellationToken);
        Assert.Contains("cannot be used", (await LookAsync(temporary)).Seen, StringComparison.Ordinal);
    }

    private static string PathOf(TemporaryDatabase temporary) => Path.Combine(temporary.Path, "emailverify.db");

    private static Task<Check> LookAsync(TemporaryDatabase temporary) => SqliteHealth.LookAsync(PathOf(temporary), Patience, TimeProvider.System);

    private static void Execute(TemporaryDatabase temporary, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={PathOf(temporary)};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }
}
