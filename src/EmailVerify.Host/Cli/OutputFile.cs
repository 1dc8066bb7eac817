using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary>Where results go: standard output, or a file that is there whole or not at all.</summary>
internal sealed class OutputFile : IAsyncDisposable
{
    private const string Devices = "/dev/";

    private readonly string? temporary;
    private readonly string? path;

    private OutputFile(Stream stream, string? temporary, string? path) => (Stream, this.temporary, this.path) = (stream, temporary, path);

    /// <summary>Gets what is written to.</summary>
    public Stream Stream { get; }

    /// <summary>Gets the colours of a table in it: those of standard output; a file has none.</summary>
    public Palette Palette { get; private init; } = Palette.Plain;

    /// <summary>Opens it, before any work begins.</summary>
    /// <param name="path">Where, or null for standard output.</param>
    /// <param name="openOutput">Opens standard output.</param>
    /// <exception cref="CommandRefusedException">It cannot be written.</exception>
    public static OutputFile Open(string? path, Func<Stream> openOutput)
    {
        if (path is null)
            return new OutputFile(openOutput(), temporary: null, path: null) { Palette = Terminal.OutputPalette };
        if (Directory.Exists(path))
            throw new CommandRefusedException(ExitCodes.Refused, $"--output {Terminal.Inert(path)} is a folder.");
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new CommandRefusedException(ExitCodes.Refused, $"--output {Terminal.Inert(path)} cannot be written: there is no folder {Terminal.Inert(folder)}.");
        try
        {
            // A device or a pipe cannot be moved into place; what a link points at can.
            if (path.StartsWith(Devices, StringComparison.Ordinal))
                return new OutputFile(new FileStream(path, FileMode.Open, FileAccess.Write), temporary: null, path: null);
            var target = Path.GetFullPath((File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? path);
            if (File.Exists(target))
                File.Open(target, FileMode.Open, FileAccess.Write).Dispose();
            var part = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetRandomFileName()}.part");
            return new OutputFile(new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 64 * 1024, useAsync: true), part, target);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandRefusedException(ExitCodes.Failed, $"--output {Terminal.Inert(path)} cannot be written: {failure.Message}");
        }
    }

    /// <summary>Puts what was written into its place.</summary>
    public async Task CommitAsync()
    {
        await Stream.FlushAsync(CancellationToken.None);
        if (temporary is null)
            return;
        await Stream.DisposeAsync();
        File.Move(temporary, path!, overwrite: true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        if (temporary is not null)
            File.Delete(temporary);
    }
}
