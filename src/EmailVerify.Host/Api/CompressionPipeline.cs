using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace EmailVerify.Host.Api;

/// <summary>Compresses answers for who asks for it (br, gzip): results shrink to a tenth. Never events, which a compressor would hold back.</summary>
internal static class CompressionPipeline
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddCompression(this IServiceCollection services) => services
        .AddResponseCompression(options =>
        {
            // No answer has a secret beside text that a stranger chose, which is what a compressed length gives away (CVE-2013-3587).
            options.EnableForHttps = true;
            options.MimeTypes = [MediaTypes.Json, MediaTypes.Ndjson, MediaTypes.Csv];
        })
        .AddSingleton<IResponseCompressionProvider, LargeAnswers>()
        .Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest)
        .Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);

    /// <summary>Puts it into the pipeline.</summary>
    public static void UseCompression(this WebApplication app)
    {
        app.Use(static (context, next) =>
        {
            context.Response.OnStarting(NameEncodingAsync, context);
            return next(context);
        });
        app.UseResponseCompression();
    }

    // A compressed answer is another representation, so its strong tag is another one too.
    private static Task NameEncodingAsync(object state)
    {
        var (request, response) = (((HttpContext)state).Request, ((HttpContext)state).Response);
        if (response.Headers.ETag is not [{ } tag])
            return Task.CompletedTask;
        if (response.Headers.ContentEncoding is [{ } encoding])
            response.Headers.ETag = EntityTag.Encoded(tag, encoding);
        else if (response.StatusCode == StatusCodes.Status304NotModified && request.Headers.IfNoneMatch is [{ } known] && EntityTag.IsOne(known))
            response.Headers.ETag = known;
        return Task.CompletedTask;
    }

    /// <summary>Leaves small answers as they are: one packet carries them, and a compressor costs more than it saves.</summary>
    private sealed class LargeAnswers(IServiceProvider services, IOptions<ResponseCompressionOptions> options) : ResponseCompressionProvider(services, options)
    {
        private const int Least = 4_096;

        public override bool ShouldCompressResponse(HttpContext context) => !(context.Response.ContentLength < Least) && base.ShouldCompressResponse(context);
    }
}
