using System.Runtime.Versioning;
using EmailVerify.Adapters.Sqlite;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class DataFolderTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("emailverify-tests-");

    private string Inside => Path.Combine(directory.FullName, "data");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void Open_HeldInThisProcess_SaysByWhomAndSinceWhen()
    {
        using var folder = Open(InstallationKind.Real);
        var held = Assert.IsType<FolderOpening.Held>(DataFolder.Open(Inside, InstallationKind.Real, TimeProvider.System));
        Assert.Equal(Environment.ProcessId, held.By?.ProcessId);
        Assert.Equal(Environment.MachineName, held.By?.Host);
    }

    [Fact(Timeout = 60_000)]
    public async Task Open_HeldByAnotherProcess_SaysByWhomUntilItDies()
    {
        using var holder = ChildProcess.Start(ChildProcess.Hold, Inside);
        Assert.Equal("held", await holder.Output.ReadLineAsync(TestContext.Current.CancellationToken));
        var held = Assert.IsType<FolderOpening.Held>(DataFolder.Open(Inside, InstallationKind.Sandbox, TimeProvider.System));
        Assert.Equal(holder.Id, held.By?.ProcessId);
        holder.Kill();
        _ = await holder.EndAsync(TestContext.Current.CancellationToken);
        Open(InstallationKind.Sandbox).Dispose();
    }

    [Fact]
    public void Open_AfterDispose_IsFree()
    {
        Open(InstallationKind.Real).Dispose();
        Open(InstallationKind.Real).Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task Visit_HeldByAnotherProcess_ReadsAndWritesBesideIt()
    {
        await MakeDatabaseAsync();
        using var holder = ChildProcess.Start(ChildProcess.Save, Inside);
        Assert.StartsWith("begin", await holder.Output.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using var visited = Assert.IsType<FolderOpening.Opened>(DataFolder.Visit(Inside, InstallationKind.Sandbox)).Folder;
        Assert.False(visited.IsOurs);
        await using var database = Assert.IsType<DatabaseOpening.Opened>(SqliteDatabase.Open(visited)).Database;
        Assert.Equal(0, await database.WriteAsync(session => session.Execute("DELETE FROM domains WHERE domain = 'x'")));
        _ = Assert.IsType<FolderOpening.Held>(DataFolder.Open(Inside, InstallationKind.Sandbox, TimeProvider.System));
        holder.Kill();
        _ = await holder.EndAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Visit_OtherKindOrNothingThere_IsRefusedAndMakesNothing()
    {
        _ = Assert.IsType<FolderOpening.Unusable>(DataFolder.Visit(Inside, InstallationKind.Sandbox));
        Assert.False(Directory.Exists(Inside));
        await MakeDatabaseAsync();
        Assert.Equal(InstallationKind.Sandbox, Assert.IsType<FolderOpening.OtherKind>(DataFolder.Visit(Inside, InstallationKind.Real)).Found);
    }

    [Theory]
    [InlineData(InstallationKind.Real, InstallationKind.Sandbox)]
    [InlineData(InstallationKind.Sandbox, InstallationKind.Real)]
    public void Open_MadeForTheOtherKind_IsRefusedAndLeftFree(InstallationKind made, InstallationKind asked)
    {
        Open(made).Dispose();
        Assert.Equal(made, Assert.IsType<FolderOpening.OtherKind>(DataFolder.Open(Inside, asked, TimeProvider.System)).Found);
        Open(made).Dispose();
    }

    [Fact]
    public void Open_DatabaseWithoutTheMarkOfItsKind_IsRefused()
    {
        Directory.CreateDirectory(Inside);
        File.WriteAllText(Path.Combine(Inside, "emailverify.db"), "");
        _ = Assert.IsType<FolderOpening.Unusable>(DataFolder.Open(Inside, InstallationKind.Real, TimeProvider.System));
    }

    [Fact]
    public void Open_MarkOfNoKind_IsRefused()
    {
        Open(InstallationKind.Real).Dispose();
        File.WriteAllText(Path.Combine(Inside, "emailverify.kind"), "other\n");
        _ = Assert.IsType<FolderOpening.Unusable>(DataFolder.Open(Inside, InstallationKind.Real, TimeProvider.System));
    }

    [Fact]
    public void Open_AFileInItsPlace_IsRefused()
    {
        File.WriteAllText(Inside, "");
        _ = Assert.IsType<FolderOpening.Unusable>(DataFolder.Open(Inside, InstallationKind.Real, TimeProvider.System));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Open_NewFolder_IsForItsOwnerOnly()
    {
        using var folder = Open(InstallationKind.Real);
        _ = folder.Secret("pepper", 32);
        await using var database = Assert.IsType<DatabaseOpening.Opened>(SqliteDatabase.Open(folder)).Database;
        _ = await database.WriteAsync(session => session.Execute("DELETE FROM domains WHERE domain = 'x'"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Inside));
        var files = Directory.GetFiles(Inside);
        Assert.Contains(files, file => file.EndsWith("-wal", StringComparison.Ordinal));
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void Secret_AskedForAgain_IsTheSame()
    {
        byte[] first;
        using (var folder = Open(InstallationKind.Real))
        {
            first = folder.Secret("pepper", 32);
            Assert.Equal(32, first.Length);
            Assert.NotEqual(first, folder.Secret("other", 32));
        }

        using var again = Open(InstallationKind.Real);
        Assert.Equal(first, again.Secret("pepper", 32));
        _ = Assert.Throws<InvalidDataException>(() => again.Secret("pepper", 16));
    }

    private async Task MakeDatabaseAsync()
    {
        using var folder = Open(InstallationKind.Sandbox);
        await Assert.IsType<DatabaseOpening.Opened>(SqliteDatabase.Open(folder)).Database.DisposeAsync();
    }

    private DataFolder Open(InstallationKind kind) => Assert.IsType<FolderOpening.Opened>(DataFolder.Open(Inside, kind, TimeProvider.System)).Folder;
}
