using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core.Doctor;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Cli;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Tests.Hosting;

public sealed class OpenedFolderTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("emailverify-tests-");

    private EmailVerifyOptions Options => new() { Data = directory.FullName };

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task Open_Held_SaysByWhom()
    {
        await using var held = OpenedFolder.Open(Options);
        var refused = Assert.Throws<CommandRefusedException>(() => OpenedFolder.Open(Options));
        Assert.Equal(ExitCodes.FolderInUse, refused.ExitCode);
        Assert.Contains($"by process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--server", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_BesideAService_AreTheServices()
    {
        await using var service = OpenedFolder.Open(Options);
        await using (var beside = OpenedFolder.OpenOrVisit(Options))
        {
            using var nowhere = new StringWriter();
            var keys = new KeyCommands(new SqliteKeyStore(beside.Database), TimeProvider.System, nowhere, nowhere);
            Assert.Equal(0, await keys.CreateAsync(new KeyWish("beside", ["read"], IsTest: false, Lifetime: null)));
        }

        var key = Assert.Single(await new SqliteKeyStore(service.Database).ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal("beside", key.Name);
        _ = Assert.Throws<CommandRefusedException>(() => OpenedFolder.Open(Options));
    }

    [Fact]
    public async Task OpenOrVisit_Free_MakesTheFolder()
    {
        await using (var made = OpenedFolder.OpenOrVisit(Options))
            Assert.Empty(await new SqliteKeyStore(made.Database).ListAsync(TestContext.Current.CancellationToken));
        await using var again = OpenedFolder.Open(Options);
    }

    [Fact]
    public async Task FolderOf_NewHeldOrKnown_SaysWhichAndThatItIsNew()
    {
        var (fresh, known) = ($"A new installation was made in {directory.FullName}; if the service runs with another --data, give the same here.", $"Data folder: {directory.FullName}");
        await using (var made = OpenedFolder.OpenOrVisit(Options))
        {
            Assert.Equal(fresh, StoreCommands.PlaceOf(made));
            await using var visited = OpenedFolder.OpenOrVisit(Options);
            Assert.Equal(known, StoreCommands.PlaceOf(visited));
        }

        await using var again = OpenedFolder.OpenOrVisit(Options);
        Assert.Equal(known, StoreCommands.PlaceOf(again));
    }

    [Fact]
    public async Task Keys_OfASandboxWithoutAFolder_SaysWhatToTypeAndExitCode2()
    {
        var refused = await Assert.ThrowsAsync<CommandRefusedException>(
            () => StoreCommands.WithKeysAsync(new CommonArguments(Data: null, Sandbox: true, Settings: []), _ => throw new InvalidOperationException()));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--data DIR, where DIR is what the running sandbox printed behind \"Data folder:\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_WhereNothingIs_MakesNothing()
    {
        var absent = Path.Combine(directory.FullName, "absent");
        Assert.Equal((absent, null), OpenedFolder.Find(new EmailVerifyOptions { Data = absent }));
        Assert.False(Directory.Exists(absent));
        Assert.Equal((directory.FullName, null), OpenedFolder.Find(Options));
        Assert.Empty(directory.EnumerateFileSystemInfos());

        var checks = await Examination.StorageAsync(absent, database: null, TimeProvider.System);
        Assert.Equal((CheckIds.Database, CheckState.Ok), (checks[^1].Id, checks[^1].State));
        Assert.Contains("the first start makes it", checks[^1].Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_AFolderThatIsThere_GivesItHeldOrNot()
    {
        string database;
        await using (var made = OpenedFolder.Open(Options))
        {
            database = made.DatabasePath;
            Assert.Equal((directory.FullName, database), OpenedFolder.Find(Options));
        }

        Assert.Equal((directory.FullName, database), OpenedFolder.Find(Options));
        var sandbox = Options with { Sandbox = new SandboxSettings(TimeSpan.Zero, Tls: true, 0) };
        Assert.Contains("real verdicts", Assert.Throws<CommandRefusedException>(() => OpenedFolder.Find(sandbox)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenOrVisit_HeldForTheOtherKind_IsRefused()
    {
        await using var service = OpenedFolder.Open(Options);
        var sandbox = Options with { Sandbox = new SandboxSettings(TimeSpan.Zero, Tls: true, 0) };
        Assert.Equal(1, Assert.Throws<CommandRefusedException>(() => OpenedFolder.OpenOrVisit(sandbox)).ExitCode);
    }
}
