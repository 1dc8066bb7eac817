using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmailVerify.Adapters.Files;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace EmailVerify.Host.Api.Batches.Uploads;

/// <summary>A body with rows, as it comes in: hashed as it came, expanded where it is compressed, taken out of its form where it is in one. Nothing of it is kept.</summary>
internal sealed class Upload : IDisposable
{
    // A form around the file, and what is not worth a refusal.
    private const long Slack = 1_000_000;

    private readonly UploadFormat format;
    private readonly UploadBounds bounds;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly HashedStream raw;
    private readonly Stream body;
    private readonly MediaTypeHeaderValue? type;
    private readonly string? name;
    private Form? form;

    private Upload(Stream stream, string query, MediaTypeHeaderValue? type, UploadFormat format, string? encoding, BatchWish wish, UploadBounds bounds, string? name = null)
    {
        (this.type, this.format, this.bounds, this.name, Wish) = (type, format, bounds, name, wish);
        raw = new HashedStream(stream, format is UploadFormat.Form ? null : hash);
        body = encoding is null ? raw : new ExpandedStream(raw, isBrotli: encoding is "br");
        hash.AppendData(Encoding.UTF8.GetBytes(query));
        hash.AppendData("\n"u8);
    }

    /// <summary>Gets what is asked of the batch, as far as it is known.</summary>
    public BatchWish Wish { get; }

    /// <summary>Gets the name of the file, or null.</summary>
    public string? FileName => form?.FileName ?? name;

    /// <summary>Gets what its rows are made of, once they are read.</summary>
    public RowShape Shape => Format is UploadFormat.Csv ? RowShape.Cells : RowShape.Json;

    /// <summary>Gets what its rows are written in; of a form once its file was found.</summary>
    public UploadFormat Format => form?.FileFormat ?? format;

    /// <summary>Looks at the head of a request, and reads nothing of its body yet.</summary>
    public static Parsed<Upload> Open(HttpContext context, UploadBounds bounds)
    {
        // :: Step 1: what it is.
        var request = context.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || UploadFormats.OfBody(type) is not { } format)
            return new Problem(ProblemCode.UnsupportedMediaType, "Rows are read as text/csv, application/x-ndjson, application/json, or one of these files in multipart/form-data.");
        if (UploadFormats.CharsetProblem(format, CharsetOf(type)) is { } charset && format is not UploadFormat.Form)
            return charset;
        if (format is UploadFormat.Form && !Form.HasBoundary(type))
            return new Problem(ProblemCode.MalformedUpload, "The Content-Type of a form names its boundary, of 1 to 70 characters.");
        var encoding = request.Headers.ContentEncoding is { Count: > 0 } encodings and not ["identity"] ? encodings.ToString().ToLowerInvariant() : null;
        if (encoding is not (null or "gzip" or "x-gzip" or "br"))
            return new Problem(ProblemCode.UnsupportedEncoding, "A body may be compressed with gzip or br, once.");

        // :: Step 2: how long it may be. Of one that is compressed, what it expands to is bounded where rows are read. Where the head is all that is wanted, the rest is not read.
        var most = bounds.OnlyHead ? default(long?) : bounds.Octets + Slack;
        if (request.ContentLength > most)
            return new Problem(ProblemCode.BodyTooLarge, string.Create(CultureInfo.InvariantCulture, $"A file may have {bounds.Octets} octets."));
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;

        // :: Step 3: what is asked.
        var wish = new BatchWish();
        wish.Take(request.Query);
        if (format is UploadFormat.Csv)
            TakeParameters(type, wish);
        return wish.Problem is { } wrong ? wrong : new Upload(request.Body, request.QueryString.Value ?? string.Empty, type, format, encoding, wish, bounds);
    }

    /// <summary>Takes a file that did not come over HTTP.</summary>
    /// <param name="file">The file; it is not closed.</param>
    /// <param name="format">What its rows are written in.</param>
    /// <param name="name">Its name, or null.</param>
    /// <param name="column">The column of the addresses, or null.</param>
    /// <param name="bounds">The bounds.</param>
    public static Upload OfFile(Stream file, UploadFormat format, string? name, string? column, UploadBounds bounds)
    {
        var wish = new BatchWish();
        if (column is not null)
            wish.TakeField("column", column, isLate: false);
        return new Upload(file, column ?? string.Empty, type: null, format, encoding: null, wish, bounds, name);
    }

    /// <summary>Reads up to the rows.</summary>
    /// <returns>What reads the rows; its memory is bounded.</returns>
    public async ValueTask<Parsed<UploadReader>> BeginAsync(CancellationToken cancellationToken)
    {
        var (file, fileFormat, fileType) = (body, format, type);
        if (format is UploadFormat.Form)
        {
            form = new Form(type!, body, Wish, hash);
            if (await form.FindFileAsync(cancellationToken) is { } refusal)
                return refusal;
            (file, fileFormat, fileType) = (form.File!, form.FileFormat!.Value, form.FileType);
            if (fileType is not null && UploadFormats.CharsetProblem(fileFormat, CharsetOf(fileType)) is { } charset)
                return charset;
            if (fileType is not null && fileFormat is UploadFormat.Csv)
                TakeParameters(fileType, Wish);
        }

        if (fileFormat is UploadFormat.Json)
            file = await JsonHead.ReadAsync(file, Wish, cancellationToken);
        if (Wish.Problem is { } wrong)
            return wrong;
        return fileFormat switch
        {
            UploadFormat.Csv => new CsvRowReader(file, new CsvWish(Wish.Column, Wish.Delimiter, Wish.HasHeader, fileType is null ? null : CharsetOf(fileType)), bounds),
            UploadFormat.Ndjson => new NdjsonRowReader(file, Wish.Column, bounds),
            _ => new JsonRowReader(file, Wish.Column, bounds),
        };
    }

    /// <summary>Reads what is left behind the rows.</summary>
    /// <param name="reader">What has read the rows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public async ValueTask<Problem?> EndAsync(RowReader reader, CancellationToken cancellationToken)
    {
        if (form is not null && await form.EndAsync(cancellationToken) is { } refusal)
            return refusal;
        if (reader is JsonRowReader json)
        {
            foreach (var (name, value) in json.Members)
                Wish.TakeMember(name, value, isLate: true);
        }

        await raw.CopyToAsync(Stream.Null, cancellationToken);
        Wish.Check();
        return Wish.Problem;
    }

    /// <summary>Reads all of it for its fingerprint only.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        if (format is UploadFormat.Form)
        {
            form = new Form(type!, body, Wish, hash);
            _ = await form.FindFileAsync(cancellationToken) ?? await form.EndAsync(cancellationToken);
        }

        await raw.CopyToAsync(Stream.Null, cancellationToken);
    }

    /// <summary>Gets the SHA-256 of query and body, once it was read to its end. Of a form its parts count and not the boundary, which is another one at each try.</summary>
    public byte[] Fingerprint() => hash.GetHashAndReset();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!ReferenceEquals(body, raw))
            body.Dispose();
        raw.Dispose();
        hash.Dispose();
    }

    private static string? CharsetOf(MediaTypeHeaderValue type) => type.Charset.HasValue ? HeaderUtilities.RemoveQuotes(type.Charset).Value : null;

    private static void TakeParameters(MediaTypeHeaderValue type, BatchWish wish)
    {
        foreach (var parameter in type.Parameters.Where(parameter => parameter.Name.Equals("header", StringComparison.OrdinalIgnoreCase)))
            wish.TakeParameter("header", HeaderUtilities.RemoveQuotes(parameter.Value).Value ?? string.Empty);
    }
}
