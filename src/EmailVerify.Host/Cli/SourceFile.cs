using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.Batches.Uploads;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary>The file of <c>verify --file</c>: read once to know it again, and once more to be taken in.</summary>
internal sealed class SourceFile : IAsyncDisposable
{
    // So far is looked to tell what standard input is.
    private const int HeadLength = 64 * 1024;

    private SourceFile(Stream stream, string? name, UploadFormat format, string fingerprint) => (Stream, Name, Format, Fingerprint) = (stream, name, format, fingerprint);

    /// <summary>Gets the file, at its beginning.</summary>
    public Stream Stream { get; }

    /// <summary>Gets its name, or null for standard input.</summary>
    public string? Name { get; }

    /// <summary>Gets what its rows are written in.</summary>
    public UploadFormat Format { get; }

    /// <summary>Gets what only the same octets with the same column have: the SHA-256 of both.</summary>
    public string Fingerprint { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Where it is; <c>-</c> is standard input.</param>
    /// <param name="column">The column that is asked for, or null.</param>
    /// <param name="openInput">Opens standard input.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CommandRefusedException">It cannot be read.</exception>
    public static async Task<SourceFile> OpenAsync(string path, string? column, Func<Stream> openInput, CancellationToken cancellationToken)
    {
        var isInput = path is "-";
        if (!isInput && Directory.Exists(path))
            throw new CommandRefusedException(ExitCodes.Refused, $"{Terminal.Inert(path)} is a folder, not a file.");
        Stream? stream = null;
        try
        {
            stream = isInput ? openInput() : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            if (isInput || !stream.CanSeek)
                stream = await KeepAsync(stream, cancellationToken);
            var fingerprint = await FingerprintAsync(stream, column, cancellationToken);
            var format = isInput ? await FormatOfAsync(stream, cancellationToken)
                : Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) ? UploadFormat.Json
                : UploadFormats.OfName(path) ?? UploadFormat.Csv;
            stream.Position = 0;
            return new SourceFile(stream, isInput ? null : Path.GetFileName(path), format, fingerprint);
        }
        catch (Exception failure)
        {
            if (stream is not null)
                await stream.DisposeAsync();
            throw failure switch
            {
                FileNotFoundException or DirectoryNotFoundException => new CommandRefusedException(ExitCodes.Refused, $"There is no file {Terminal.Inert(path)}."),
                UnauthorizedAccessException => new CommandRefusedException(ExitCodes.Refused, $"The file {Terminal.Inert(path)} may not be read by this user."),
                IOException or ArgumentException => new CommandRefusedException(ExitCodes.Refused, $"The file {Terminal.Inert(path)} cannot be read: {failure.Message}"),
                _ => failure,
            };
        }
    }

    /// <summary>Tells what a text is by how it begins.</summary>
    /// <param name="head">Its beginning.</param>
    public static UploadFormat FormatOf(ReadOnlySpan<byte> head)
    {
        var text = head.TrimStart("\uFEFF"u8).TrimStart(" \t\r\n"u8);
        return text switch
        {
            [(byte)'[', ..] => UploadFormat.Json,
            [(byte)'{', ..] => HasRowsInside(text) ? UploadFormat.Json : UploadFormat.Ndjson,
            [(byte)'"', ..] => IsAddressAlone(text) ? UploadFormat.Ndjson : UploadFormat.Csv,
            _ => UploadFormat.Csv,
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    // One object with an array of rows, or an object a line.
    private static bool HasRowsInside(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, isFinalBlock: false, state: default);
        try
        {
            _ = reader.Read();
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var isRows = reader.ValueTextEquals("emails"u8);
                if (!reader.Read() || (isRows && reader.TokenType is JsonTokenType.StartArray) || !reader.TrySkip())
                    return true;
            }

            return reader.TokenType is not JsonTokenType.EndObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // A quote also begins a CSV file whose cells are quoted: an address alone in its line is JSON, which says the same in both.
    private static bool IsAddressAlone(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        var line = (end < 0 ? text : text[..end]).TrimEnd(" \t\r"u8);
        return line.Length > 1 && line.IndexOf((byte)'@') >= 0 && line[1..].IndexOf((byte)'"') == line.Length - 2;
    }

    private static async Task<UploadFormat> FormatOfAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[HeadLength];
        stream.Position = 0;
        var length = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        return FormatOf(head.AsSpan(0, length));
    }

    private static async Task<string> FingerprintAsync(Stream stream, string? column, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(column ?? string.Empty));
        hash.AppendData("\n"u8);
        stream.Position = 0;
        await using var hashed = new HashedStream(stream, hash);
        await hashed.CopyToAsync(Stream.Null, cancellationToken);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // What can be read only once is kept in a file without a name, which goes with this process however that ends.
    private static async Task<Stream> KeepAsync(Stream once, CancellationToken cancellationToken)
    {
        await using var input = once;
        var kept = File.Create(Path.GetTempFileName(), bufferSize: 4096, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        try
        {
            if (!OperatingSystem.IsWindows())
                File.Delete(kept.Name);
            var bounded = new HashedStream(input, hash: null);
            var buffer = new byte[HeadLength];
            int read;
            while (bounded.Count <= UploadBounds.Default.Octets && (read = await bounded.ReadAsync(buffer, cancellationToken)) > 0)
                await kept.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            return kept;
        }
        catch
        {
            await kept.DisposeAsync();
            throw;
        }
    }
}
