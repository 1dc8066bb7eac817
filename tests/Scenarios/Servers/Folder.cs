namespace EmailVerify.Scenarios.Servers;

/// <summary>A folder of a test's own, removed at the end.</summary>
internal sealed class Folder : IDisposable
{
    public Folder(string kind)
    {
        Path = Directory.CreateTempSubdirectory($"emailverify-{kind}-").FullName;
        // Servers under other users read from it.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
    }

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Make(string name) => Directory.CreateDirectory(this[name]).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
