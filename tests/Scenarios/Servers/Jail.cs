namespace EmailVerify.Scenarios.Servers;

/// <summary>
/// A root of its own for a server that Debian does not install beside another: what <c>tests/run</c> unpacked of its package, with the users that it wants.
/// Nothing of it is seen outside.
/// </summary>
internal sealed class Jail
{
    /// <summary>Where <c>tests/run</c> unpacks packages: <c>.artifacts/debian</c>.</summary>
    private static readonly string Packages = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../debian"));

    private readonly string root;

    private Jail(string root) => this.root = root;

    public string this[string path] => Path.Combine(root, path.TrimStart('/'));

    /// <summary>Copies what was unpacked of a package into a folder.</summary>
    public static async Task<Jail> MakeAsync(string package, Folder folder)
    {
        var unpacked = Path.Combine(Packages, package);
        Assert.True(Directory.Exists(unpacked), $"{unpacked} is not there: tests/run unpacks it.");
        var jail = new Jail(folder["root"]);
        await ServerProcess.RunAsync("cp", "-a", unpacked, folder["root"]);
        foreach (var name in new[] { "dev", "etc", "tmp", "var" })
            _ = Directory.CreateDirectory(jail[name]);
        await ServerProcess.RunAsync("mknod", "-m", "666", jail["dev/null"], "c", "1", "3");
        jail.Write("etc/passwd", "root:x:0:0::/:/bin/false\n");
        jail.Write("etc/group", "root:x:0:\n");
        jail.Write("etc/hosts", "127.0.0.1 localhost\n");
        return jail;
    }

    /// <summary>Adds a user with a group of that name.</summary>
    public void AddUser(string name, int id, string home)
    {
        File.AppendAllText(this["etc/passwd"], string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}:x:{id}:{id}::{home}:/bin/false\n"));
        File.AppendAllText(this["etc/group"], string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}:x:{id}:\n"));
    }

    /// <summary>Makes a folder.</summary>
    public string Make(string path) => Directory.CreateDirectory(this[path]).FullName;

    public void Write(string path, string text) => File.WriteAllText(this[path], text);

    /// <summary>Starts a program of it.</summary>
    public ServerProcess Start(string command, params string[] arguments) => ServerProcess.Start("chroot", [root, command, .. arguments]);
}
