using EmailVerify.Adapters.Sqlite;

namespace EmailVerify.Adapters.Tests.Sqlite;

/// <summary>A database in a folder of its own, gone when it is disposed of.</summary>
internal sealed class TemporaryDatabase : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("emailverify-tests-");
    private DataFolder? folder;
    private SqliteDatabase? database;

    private TemporaryDatabase()
    {
    }

    public string Path => directory.FullName;

    public SqliteDatabase Database => database ?? throw new InvalidOperationException("Closed.");

    public static TemporaryDatabase Open()
    {
        var temporary = new TemporaryDatabase();
        temporary.OpenAgain();
        return temporary;
    }

    public void OpenAgain()
    {
        folder = Assert.IsType<FolderOpening.Opened>(DataFolder.Open(Path, InstallationKind.Sandbox, TimeProvider.System)).Folder;
        database = Assert.IsType<DatabaseOpening.Opened>(SqliteDatabase.Open(folder)).Database;
    }

    public async Task CloseAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        folder?.Dispose();
        (database, folder) = (null, null);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        directory.Delete(recursive: true);
    }
}
