using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.OpenApi;

namespace EmailVerify.Host.Api.Health;

/// <summary>GET <c>/metrics</c>: what is measured, for Prometheus.</summary>
internal static class MetricsEndpoint
{
    private const string Prometheus = "text/plain";

    /// <summary>Serves it.</summary>
    public static void MapMetrics(this WebApplication app) =>
        app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new Operation("getMetrics", Scopes.Operate) { Types = [Prometheus], Describe = Describe });

    private static Description Describe() => new(Tags.Health, "Read metrics", "What is measured, in the text format of Prometheus. Addresses and domains are never among the labels.")
    {
        Answers =
        [
            new(200, "What is measured.", Content.Of(Prometheus, new Shape { Type = "string" }.With("contentMediaType", Prometheus), "# TYPE emailverify_api_requests_total counter\nemailverify_api_requests_total{operation=\"createVerification\",outcome=\"ok\"} 17\n")),
        ],
    };
}
