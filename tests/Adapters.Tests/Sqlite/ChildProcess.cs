using System.Diagnostics;
using System.Globalization;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core;

namespace EmailVerify.Adapters.Tests.Sqlite;

/// <summary>This test program started once more, to be a process of its own that can be killed: what it does is told in its environment.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>Opens the folder, prints "held" and waits for the end of its input.</summary>
    public const string Hold = "hold";

    /// <summary>Saves verifications from a number on, eight at a time; prints <c>begin N</c> before and <c>saved N</c> after each, until it is killed.</summary>
    public const string Save = "save";

    /// <summary>Saves until the disk is full, frees space, goes on, and prints what it saw.</summary>
    public const string Fill = "fill";

    private const string Role = "EMAILVERIFY_TESTS_CHILD";
    private const string Argument = "EMAILVERIFY_TESTS_CHILD_ARGUMENT";
    private const string First = "EMAILVERIFY_TESTS_CHILD_FIRST";

    private readonly Process process;

    private ChildProcess(Process process) => this.process = process;

    /// <summary>Gets its process id.</summary>
    public int Id => process.Id;

    /// <summary>Gets what it prints.</summary>
    public StreamReader Output => process.StandardOutput;

    private static string Program => Path.ChangeExtension(typeof(ChildProcess).Assembly.Location, null);

    /// <summary>Starts a child.</summary>
    /// <param name="role">One of <see cref="Hold"/>, <see cref="Save"/> and <see cref="Fill"/>.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="first">The number behind which it begins.</param>
    /// <param name="prefix">A command that is given the child's program as its last argument, or none.</param>
    public static ChildProcess Start(string role, string folder, long first = 0, params string[] prefix)
    {
        string[] command = [.. prefix, Program];
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment[Role] = role;
        start.Environment[Argument] = folder;
        start.Environment[First] = first.ToString(CultureInfo.InvariantCulture);
        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException("Not started."));
    }

    /// <summary>Kills it at once, as <c>kill -9</c> does.</summary>
    public void Kill() => process.Kill(entireProcessTree: true);

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Ends it, however the test ended.</summary>
    public void Dispose()
    {
        Kill();
        process.Dispose();
    }

    /// <summary>Does what the environment asks for.</summary>
    /// <returns>The exit code, or null when this process is no child but the tests.</returns>
    public static async Task<int?> RunAsync() =>
        Environment.GetEnvironmentVariable(Argument) is { } folder
            ? Environment.GetEnvironmentVariable(Role) switch
            {
                Hold => HoldFolder(folder),
                Save => await SaveAsync(folder, long.Parse(Environment.GetEnvironmentVariable(First) ?? "0", CultureInfo.InvariantCulture)),
                Fill => await FillAsync(folder),
                _ => 2,
            }
            : null;

    private static int HoldFolder(string path)
    {
        using var folder = Folder(path);
        Console.WriteLine("held");
        _ = Console.In.ReadToEnd();
        return 0;
    }

    private static async Task<int> SaveAsync(string path, long first)
    {
        using var folder = Folder(path);
        await using var database = Database(folder);
        var store = new SqliteVerificationStore(database);
        var next = first;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var number = Interlocked.Increment(ref next);
                Console.WriteLine($"begin {number}");
                await store.SaveAsync(Samples.Verification(number, (UInt128)number), null);
                Console.WriteLine($"saved {number}");
            }
        })));
        return 0;
    }

    private static async Task<int> FillAsync(string path)
    {
        var ballast = Path.Combine(path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[1 << 20]);
        var text = new string('x', 20_000);
        long saved = 0;
        using var folder = Folder(path);
        var database = Database(folder);
        try
        {
            while (true)
            {
                var store = new SqliteVerificationStore(database);
                await store.SaveAsync(Samples.Verification(saved + 1, 7) with { Email = text }, null);
                saved++;
            }
        }
        catch (StorageFullException)
        {
            Console.WriteLine($"full {await CountAsync(database) == saved} {saved > 0}");
        }

        File.Delete(ballast);
        await new SqliteVerificationStore(database).SaveAsync(Samples.Verification(++saved, 7) with { Email = text }, null);
        await database.DisposeAsync();
        await using var again = Database(folder);
        Console.WriteLine($"recovered {await CountAsync(again) == saved} {await again.ReadAsync(session => session.First("PRAGMA integrity_check", row => row.GetString(0)), CancellationToken.None)}");
        return 0;
    }

    private static ValueTask<long> CountAsync(SqliteDatabase database) =>
        database.ReadAsync(session => session.First("SELECT count(*) FROM verifications", row => row.GetInt64(0)), CancellationToken.None);

    private static DataFolder Folder(string path) => ((FolderOpening.Opened)DataFolder.Open(path, InstallationKind.Sandbox, TimeProvider.System)).Folder;

    private static SqliteDatabase Database(DataFolder folder) => ((DatabaseOpening.Opened)SqliteDatabase.Open(folder)).Database;
}
