using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace EmailVerify.Host.Api.Batches.Uploads;

/// <summary>A form (RFC 7578) with one file and fields around it, read as it comes in.</summary>
internal sealed class Form
{
    private const int MaxFields = 32;
    private const int MaxFieldOctets = 4_096;
    private const int MaxHeaders = 16;
    private const int MaxHeaderOctets = 8_192;

    // RFC 2046 5.1.1.
    private const int MaxBoundary = 70;

    private readonly MultipartReader reader;
    private readonly BatchWish wish;
    private readonly IncrementalHash hash;
    private int fields;

    /// <param name="type">The media type of the whole, which <see cref="HasBoundary"/>.</param>
    /// <param name="body">The whole.</param>
    /// <param name="wish">Where fields go.</param>
    /// <param name="hash">What each part's names and octets go into.</param>
    public Form(MediaTypeHeaderValue type, Stream body, BatchWish wish, IncrementalHash hash)
    {
        (this.wish, this.hash) = (wish, hash);
        reader = new MultipartReader(HeaderUtilities.RemoveQuotes(type.Boundary).Value!, body) { HeadersCountLimit = MaxHeaders, HeadersLengthLimit = MaxHeaderOctets };
    }

    /// <summary>Gets the file; null before it was found.</summary>
    public Stream? File { get; private set; }

    /// <summary>Gets the file's format.</summary>
    public UploadFormat? FileFormat { get; private set; }

    /// <summary>Gets the file's media type, or null.</summary>
    public MediaTypeHeaderValue? FileType { get; private set; }

    /// <summary>Gets the file's name, without any folder, or null.</summary>
    public string? FileName { get; private set; }

    /// <summary>Says whether a media type names a boundary that can be one.</summary>
    public static bool HasBoundary(MediaTypeHeaderValue type) => HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= MaxBoundary };

    /// <summary>Reads up to the file.</summary>
    /// <returns>Why there is none to be read, or null.</returns>
    public async ValueTask<Problem?> FindFileAsync(CancellationToken cancellationToken)
    {
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                return Wrong("Each part of a form has a header Content-Disposition.");
            if (disposition.IsFileDisposition())
                return Take(section, disposition);
            if (await ReadFieldAsync(section, disposition, isLate: false, cancellationToken) is { } refusal)
                return refusal;
        }

        return Missing("The form has no file: a part whose Content-Disposition has a filename.");
    }

    /// <summary>Reads what is left.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public async ValueTask<Problem?> EndAsync(CancellationToken cancellationToken)
    {
        await File!.CopyToAsync(System.IO.Stream.Null, cancellationToken);
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                return Wrong("Each part of a form has a header Content-Disposition.");
            if (disposition.IsFileDisposition())
                return Missing("A form holds one file; the others would be batches of their own.");
            if (await ReadFieldAsync(section, disposition, isLate: true, cancellationToken) is { } refusal)
                return refusal;
        }

        return null;
    }

    private static Problem Wrong(string detail) => new(ProblemCode.MalformedUpload, detail);

    private static Problem Missing(string detail) => SmallBody.Wrong(new ProblemError("pointer", string.Empty, "invalid", detail));

    private Problem? Take(MultipartSection section, ContentDispositionHeaderValue disposition)
    {
        var given = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;
        var name = given?[(given.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
        FileName = string.IsNullOrEmpty(name) ? null : name.Length <= BatchWish.MaxText ? name : name[..BatchWish.MaxText];
        FileType = MediaTypeHeaderValue.TryParse(section.ContentType, out var type) ? type : null;
        FileFormat = UploadFormats.OfFile(FileType, name);
        if (FileFormat is null)
            return new Problem(ProblemCode.UnsupportedMediaType, "The file in the form is read as text/csv or application/x-ndjson, by its type, or else by its name: .csv, .ndjson.");
        Note(HeaderUtilities.RemoveQuotes(disposition.Name).Value, given, section.ContentType);
        File = new HashedStream(section.Body, hash);
        return null;
    }

    private async ValueTask<Problem?> ReadFieldAsync(MultipartSection section, ContentDispositionHeaderValue disposition, bool isLate, CancellationToken cancellationToken)
    {
        if (++fields > MaxFields)
            return Wrong(string.Create(CultureInfo.InvariantCulture, $"A form has at most {MaxFields} fields."));
        var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? string.Empty;
        Note(name, null, null);
        var buffer = new byte[MaxFieldOctets + 1];
        var length = await new HashedStream(section.Body, hash).ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxFieldOctets)
            return Wrong(string.Create(CultureInfo.InvariantCulture, $"A field of a form has at most {MaxFieldOctets} octets."));
        wish.TakeField(name, Encoding.UTF8.GetString(buffer, 0, length), isLate);
        return null;
    }

    // Each text with its length, so that no two forms have one hash.
    private void Note(params ReadOnlySpan<string?> texts)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var text in texts)
        {
            var octets = Encoding.UTF8.GetBytes(text ?? string.Empty);
            BinaryPrimitives.WriteInt32BigEndian(length, octets.Length);
            hash.AppendData(length);
            hash.AppendData(octets);
        }
    }
}
