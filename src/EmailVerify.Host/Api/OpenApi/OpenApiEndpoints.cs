namespace EmailVerify.Host.Api.OpenApi;

/// <summary>GET <c>/openapi/v1.json</c>: the description of the API, open to all.</summary>
internal sealed class OpenApiEndpoints(EndpointDataSource endpoints)
{
    /// <summary>The path of the document.</summary>
    public const string Path = "/openapi/v1.json";

    private readonly Lazy<(byte[] Json, string Tag)> document = new(() =>
    {
        var json = OpenApiDocument.Make(endpoints.Endpoints);
        return (json, EntityTag.Of(json));
    });

    public Task HandleAsync(HttpContext context)
    {
        var (json, tag) = document.Value;
        var response = context.Response;
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "public, no-cache";
        if (EntityTag.IsKnown(context.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = MediaTypes.Json;
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }
}
