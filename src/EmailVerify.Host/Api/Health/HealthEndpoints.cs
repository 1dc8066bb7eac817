namespace EmailVerify.Host.Api.Health;

/// <summary>GET <c>/health/live</c>, <c>/health/ready</c>, <c>/health/started</c>: for probes, open to all, the status only. None asks a database or another process.</summary>
internal static partial class HealthEndpoints
{
    /// <summary>Live: the process answers. A dead dependency must not get it killed.</summary>
    public static Task LiveAsync(HttpContext context) => WriteAsync(context, isWell: true, "live");

    /// <summary>Ready: started, not stopping, own bounds kept.</summary>
    public static Task ReadyAsync(HttpContext context)
    {
        var state = context.RequestServices.GetRequiredService<ServiceState>();
        return state.IsReady
            ? WriteAsync(context, isWell: true, "ready")
            : WriteAsync(context, isWell: false, state.IsDraining ? "draining" : state.IsStarted ? "overloaded" : "starting");
    }

    /// <summary>Started: the schema fits and the silo is active.</summary>
    public static Task StartedAsync(HttpContext context)
    {
        var state = context.RequestServices.GetRequiredService<ServiceState>();
        return WriteAsync(context, state.IsStarted, state.IsStarted ? "started" : "starting");
    }

    private static Task WriteAsync(HttpContext context, bool isWell, string status)
    {
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        var json = $$"""{"status":"{{status}}"}""";
        context.Response.ContentLength = json.Length;
        return context.Response.WriteAsync(json, context.RequestAborted);
    }
}
