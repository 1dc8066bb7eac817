using EmailVerify.Core.Customers;
using EmailVerify.Host.Api;
using Orleans.Dashboard;

namespace EmailVerify.Host.Pages;

/// <summary>
/// The Orleans Dashboard at <c>/dashboard</c>: which grains this silo holds, how often each of their methods is called, how long that takes and how often it fails. It comes with its package and asks
/// nobody else. For operators only: it shows what goes on, and a look at it has every call measured for a minute.
/// </summary>
internal static class SiloDashboard
{
    /// <summary>Its path; all that belongs to it is below.</summary>
    public const string Path = "/dashboard";

    // As for our own pages. Its frame sets one style in an attribute, and its style sheet holds a small font; all other styles are set from script, which is no matter of this policy.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    // How often figures of the process are sampled for it, whether anybody looks or not.
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(5);

    /// <summary>Has a silo be looked at. Its log is not shown: whoever watched it would read along with everything.</summary>
    public static void Add(ISiloBuilder silo)
    {
        SiloCallNames.Add(silo.Services);
        _ = silo.AddDashboard(static options => (options.HideTrace, options.CounterUpdateIntervalMs) = (true, (int)SampleEvery.TotalMilliseconds));
    }

    /// <summary>Serves it to who may operate; a browser that is not signed in is led to the sign-in page and back.</summary>
    public static void MapDashboard(this WebApplication app) => app.MapOrleansDashboard(Path)
        .WithMetadata(new Operation("getDashboard", Scopes.Operate) { IsPage = true, IsForPeople = true })
        .AddEndpointFilter(static (context, next) =>
        {
            PageFiles.Confine(context.HttpContext.Response.Headers, Policy);
            return next(context);
        });
}
